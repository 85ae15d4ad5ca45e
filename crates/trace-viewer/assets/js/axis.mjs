// The time axis: where a moment is drawn, and which moments get a label.

import { duration, grouped } from "./text.mjs";

const SECOND = 1e6;
const DAY = 86400 * SECOND;
const YEAR = 365.25 * DAY;
// A label that begins this close to the right edge would be cut; the only one there is ends at its moment instead.
const LABEL = 24;
const STEPS = [
  ...[1, 10, 100, 1e3, 1e4, 1e5].flatMap((power) => [power, 2 * power, 5 * power]),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200].map((count) => count * SECOND),
  ...[1, 2, 7, 30, 91].map((count) => count * DAY),
];

// The distance between labels so that no more than `most` are needed.
export function tickStep(span, most) {
  const wanted = span / Math.max(1, most);
  const found = STEPS.find((candidate) => candidate >= wanted);
  if (found) return found;
  const power = 10 ** Math.floor(Math.log10(wanted / YEAR));
  const scale = [1, 2, 5, 10].find((candidate) => candidate * power * YEAR >= wanted) ?? 10;
  return Math.max(1, scale * power) * YEAR;
}

// Labelled moments within [from, to], about 90 pixels apart, closer where that leaves fewer than four; at most forty.
export function ticks(from, to, width) {
  const span = to - from;
  if (!(span > 1) || !(width > 0)) return [];
  const most = Math.min(40, Math.max(1, Math.floor(width / 90), Math.floor(Math.min(144, width) / 36)));
  const step = tickStep(span, most);
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to && found.length <= most; at += step) {
    found.push({ at, label: tickLabel(at, step) });
  }
  return found;
}

// A moment to the second, in as few words as that takes.
function clock(us) {
  const seconds = Math.floor(us / SECOND);
  if (seconds < 3600 || seconds >= 86400) return duration(us).replace(/ 0 [smh]$/u, "");
  return Math.floor(seconds / 3600) + " h" + [[Math.floor(seconds / 60) % 60, " m"], [seconds % 60, " s"]].map(([count, unit]) => (count ? " " + count + unit : "")).join("");
}

function tickLabel(us, step) {
  if (us === 0) return "0";
  if (us >= 3600 * SECOND && step < 60 * SECOND) return clock(us);
  if (step >= YEAR) return grouped(Math.round(us / YEAR)) + " y";
  if (step >= DAY) return Math.round(us / DAY) + " d";
  if (step >= 60 * SECOND || us >= 3600 * SECOND || step >= SECOND && us >= 120 * SECOND) return duration(us).replace(/ 0 [sm]$/u, "");
  if (us >= SECOND || step >= SECOND) return decimals(us / SECOND, step / SECOND) + " s";
  if (us >= 1e3 || step >= 1e3) return decimals(us / 1e3, step / 1e3) + " ms";
  return us + " µs";
}

function decimals(value, step) {
  return value.toFixed(Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9))));
}

// The width of a label, roughly.
function room(label) {
  return 9 + 6 * label.length;
}

// What to write on an axis, what matters most first: for every band what it leaves out and its two edges, then round
// moments. Each is { x, label, left, width }; `left` and `width` say where the label goes, and are missing where it has no
// room. A band's own label has the band's place and `within`.
export function marks(scale) {
  const { view, x } = scale;
  const gaps = scale.bands();
  const within = gaps.map((gap) => ({ x: gap.x, label: duration(gap.to - gap.from), within: gap.width }));
  const sides = gaps.flatMap((gap) => [{ x: gap.x, label: clock(gap.from), before: true }, { x: gap.x + gap.width, label: clock(gap.to) }]);
  const starts = [view.from, ...gaps.map(({ to }) => to)];
  const round = starts.flatMap((from, place) => {
    const to = gaps[place]?.from ?? view.to;
    return ticks(from, to, x(to) - x(from)).map(({ at, label }) => ({ x: x(at), label }));
  });
  const all = [...within, ...sides, ...round];
  const placed = [];
  for (const mark of all) {
    const width = mark.within ?? room(mark.label);
    const left = mark.x - (mark.before || !placed.length && mark.x > scale.width - LABEL ? width : 0);
    const free = left >= -2 && left + LABEL < scale.width && placed.every((other) => left >= other.left + other.width || left + width <= other.left);
    if (mark.within || free) placed.push(Object.assign(mark, { left, width }));
  }
  return all;
}
