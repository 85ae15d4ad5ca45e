// Text for people: numbers, durations, times, and foreign text with nothing hidden in it.

const HIDDEN = /([\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u180E\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|\p{Cs}|(?<![\p{Extended_Pictographic}\uFE0F\u{1F3FB}-\u{1F3FF}])\u200D|\u200D(?!\p{Extended_Pictographic}))/u;

// Splits text into [plain, code point, plain, code point, …, plain]: the odd places hold characters that draw nothing or
// reorder their neighbours.
export function splitHidden(text) {
  return text.split(HIDDEN).map((part, place) => (place % 2 ? part.codePointAt(0) : part));
}

export function codePoint(number) {
  return "U+" + number.toString(16).toUpperCase().padStart(4, "0");
}

// The same as one string, for attributes and short labels.
export function visible(text) {
  return splitHidden(text).map((part, place) => (place % 2 ? "⟨" + codePoint(part) + "⟩" : part)).join("");
}

// At most `limit` UTF-16 units, never cutting a pair, and an emoji or accent only when it is absurdly long.
export function clip(text, limit) {
  if (text.length <= limit) return text;
  const from = Math.max(0, limit - 64);
  const tail = text.slice(from, limit + 64);
  let cut = limit;
  if (Intl.Segmenter) {
    for (const { index } of new Intl.Segmenter().segment(tail)) {
      if (from + index > limit) break;
      if (index > 0 || from === 0) cut = from + index;
    }
  }
  const last = text.charCodeAt(cut - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? cut - 1 : cut);
}

// One line of bounded length: white space collapsed, cut with an ellipsis.
export function oneLine(text, limit) {
  const line = clip(text, limit * 2).replace(/\s+/gu, " ").trim();
  const cut = clip(line, limit);
  return cut.length < line.length || text.length > limit * 2 ? cut + "…" : cut;
}

export function grouped(number) {
  return String(Math.trunc(number)).replace(/\B(?=(\d{3})+$)/gu, ",");
}

export function counted(number, one, many) {
  return grouped(number) + " " + (number === 1 ? one : many);
}

export function compact(number) {
  const size = Math.abs(number);
  if (size < 1000) return String(number);
  const unit = size < 999500 ? ["k", 1e3] : size < 9995e5 ? ["M", 1e6] : ["G", 1e9];
  const value = number / unit[1];
  return value.toFixed(Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0) + unit[0];
}

export function byteSize(bytes) {
  if (bytes < 1024) return bytes + " B";
  const unit = bytes < 1048576 ? ["KiB", 1024] : ["MiB", 1048576];
  const value = bytes / unit[1];
  return value.toFixed(value < 10 ? 1 : 0) + " " + unit[0];
}

const UNITS = [[86400, " d "], [3600, " h "], [60, " m "], [1, " s"]];

// A duration in its two largest units: 820 µs, 1.23 s, 3 m 12 s, 2 d 4 h.
export function duration(us) {
  if (!(us > 0)) return "0";
  const seconds = Math.floor(us / 1e6);
  if (us < 1e3) return Math.round(us) + " µs";
  if (us < 1e4) return (us / 1e3).toFixed(1) + " ms";
  if (us < 1e6) return Math.floor(us / 1e3) + " ms";
  if (us < 6e7) return (us / 1e6).toFixed(2) + " s";
  if (seconds >= 31557600) return grouped(Math.floor(seconds / 31557600)) + " y";
  const [[size, unit], [part, less]] = UNITS.slice(UNITS.findIndex(([least]) => seconds >= least));
  return Math.floor(seconds / size) + unit + Math.floor((seconds % size) / part) + less.trimEnd();
}

// Distance from the start of the trace.
export function offset(us) {
  return us < 0 ? "−" + duration(-us) : "+" + duration(us);
}

// A moment in UTC with microseconds; empty when outside what a date can hold.
export function moment(startUs, us) {
  const total = startUs + us;
  const date = new Date(Math.floor(total / 1000));
  if (Number.isNaN(date.getTime())) return "";
  const micros = String(Math.floor(total - Math.floor(total / 1000) * 1000)).padStart(3, "0");
  return date.toISOString().replace("T", " ").replace("Z", micros + " UTC");
}
