// Where moments are drawn: in proportion, but for squeezed gaps, each of which is a band of one width.

import { placeOf } from "./tree.mjs";

// Pixels of a band, and the share of the drawing that all bands together may take.
const BAND = 44;
const SHARE = 0.4;

// The gaps to squeeze, [from, to] in order and none overlapping, as a function of a moment: the time outside gaps before
// it, and the gaps before it, the one it is in as a part.
export function gapsOf(pairs) {
  const starts = Float64Array.from(pairs, ([from]) => from);
  let sum = 0;
  const before = pairs.map(([from, to]) => (sum += to - from) - to + from);
  const passed = (at) => {
    const place = pairs.length ? placeOf(starts, at) : -1;
    if (place < 0) return [at, 0];
    const [from, to] = pairs[place];
    const inside = Math.min(at, to) - from;
    return [at - before[place] - inside, place + inside / (to - from)];
  };
  return Object.assign(passed, { pairs, starts });
}

// A view { from, to } drawn `width` pixels wide.
export function scaleOf(passed, view, width) {
  const { pairs, starts } = passed;
  const [firstTime, firstGap] = passed(view.from);
  const [lastTime, lastGap] = passed(view.to);
  const time = lastTime - firstTime;
  const count = lastGap - firstGap;
  const band = !count ? BAND : time > 0 ? Math.min(BAND, (SHARE * width) / count) : width / count;
  // Within one gap the scale of the work outside does not matter, but it must be one.
  const rate = time > 0 || !count ? (width - count * band) / Math.max(1, time) : band / (view.to - view.from);

  const x = (at) => {
    const [outside, gaps] = passed(at);
    return (outside - firstTime) * rate + (gaps - firstGap) * band;
  };

  // The moment at a pixel, outside of the drawing too.
  const at = (pixel) => {
    let low = 0;
    let high = pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x(starts[middle]) <= pixel) low = middle + 1;
      else high = middle;
    }
    const [from, to] = pairs[Math.max(0, low - 1)] ?? [view.from];
    const into = pixel - x(from);
    if (!low) return from + into / rate;
    return into < band ? from + (into / band) * (to - from) : to + (into - band) / rate;
  };

  // The pixels of a span of time, cut at the edges of the drawing: { x, width }, or null when outside.
  const box = (start, length) => {
    const from = x(start);
    const to = length > 0 ? x(start + length) : from;
    if (!(to >= -2) || !(from <= width + 2)) return null;
    const left = Math.max(-2, from);
    return { x: left, width: Math.min(width + 2, to) - left };
  };

  // The squeezed gaps in view: { from, to, x, width }.
  const bands = () => pairs.filter(([from, to]) => to > view.from && from < view.to).map(([from, to]) => ({ from, to, x: x(from), width: band }));

  // The view between two pixels, within [0, span].
  const between = (left, right, span) => {
    const [from, to] = [left, right].map((pixel) => Math.round(at(pixel) * 1e3) / 1e3);
    const first = Math.min(span - 1, Math.max(0, from));
    return { from: first, to: Math.min(span, Math.max(first + 1, to)) };
  };

  // The view so many pixels to the right, no further than either end.
  const moved = (by, span) => {
    const pixels = Math.max(Math.min(0, x(0)), Math.min(Math.max(0, x(span) - width), by));
    return between(pixels, width + pixels, span);
  };

  // The view scaled about a pixel: what is there stays there.
  const zoomed = (factor, pixel, span) => {
    const next = scaleOf(passed, between(pixel - pixel * factor, pixel + (width - pixel) * factor, span), width);
    return next.moved(next.x(at(pixel)) - pixel, span);
  };

  return { view, width, band, rate, x, at, box, bands, between, moved, zoomed };
}
