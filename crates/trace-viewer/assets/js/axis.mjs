// The time axis: where a moment is drawn, and which moments get a label.

import { duration, grouped } from "./text.mjs";

const SECOND = 1e6;
const DAY = 86400 * SECOND;
const YEAR = 365.25 * DAY;
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

function tickLabel(us, step) {
  if (us === 0) return "0";
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

// The pixels of a span of time, cut at the edges of the drawing: { x, width }, or null when outside.
export function placed(start, length, view, width) {
  const scale = width / Math.max(1, view.to - view.from);
  const from = (start - view.from) * scale;
  const to = from + Math.max(0, length) * scale;
  if (!(to >= -2) || !(from <= width + 2)) return null;
  const x = Math.max(-2, from);
  return { x, width: Math.min(width + 2, to) - x };
}

// A view scaled about a point (a share of its width from the left), kept inside [0, span].
export function zoomed(view, factor, share, span) {
  const length = Math.min(span, Math.max(1, (view.to - view.from) * factor));
  const centre = view.from + (view.to - view.from) * share;
  return kept({ from: centre - length * share, to: centre + length * (1 - share) }, span);
}

export function kept(view, span) {
  const length = Math.min(span, view.to - view.from);
  const from = Math.min(span - length, Math.max(0, view.from));
  return { from, to: from + length };
}
