// Where moments are drawn: in proportion, but for squeezed gaps, each of which is a band of one width.

import { placeOf } from "./tree.mjs";

// Pixels of a band, and the share of the drawing that all bands together may take.
const BAND = 44;
const SHARE = 0.4;

// The gaps to squeeze: [from, to] in order, none overlapping.
export class Gaps {
  constructor(pairs) {
    this.count = pairs.length;
    this.from = Float64Array.from(pairs, ([from]) => from);
    this.to = Float64Array.from(pairs, ([, to]) => to);
    // The time in gaps before each.
    this.before = new Float64Array(this.count + 1);
    for (let at = 0; at < this.count; at += 1) this.before[at + 1] = this.before[at] + this.to[at] - this.from[at];
  }

  // What lies before a moment: time outside gaps, and gaps, the one it is in as a part.
  passed(at) {
    const place = this.count ? placeOf(this.from, at) : -1;
    if (place < 0) return [at, 0];
    const inside = Math.min(at, this.to[place]) - this.from[place];
    return [at - this.before[place] - inside, place + inside / (this.to[place] - this.from[place])];
  }
}

// A view { from, to } drawn `width` pixels wide.
export class Scale {
  constructor(gaps, view, width) {
    Object.assign(this, { gaps, view, width });
    [this.work, this.bands] = gaps.passed(view.from);
    const [work, bands] = gaps.passed(view.to);
    const time = work - this.work;
    const count = bands - this.bands;
    this.band = time > 0 ? Math.min(BAND, (SHARE * width) / count) : width / count;
    // Within one gap the scale of the work outside does not matter, but it must be one.
    this.rate = time > 0 || !count ? (width - (count && count * this.band)) / Math.max(1, time) : this.band / (view.to - view.from);
    if (!count) this.band = BAND;
  }

  x(at) {
    const [work, bands] = this.gaps.passed(at);
    return (work - this.work) * this.rate + (bands - this.bands) * this.band;
  }

  // The moment at a pixel, outside of the drawing too.
  at(x) {
    const { gaps, band, rate } = this;
    let low = 0;
    let high = gaps.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.x(gaps.from[middle]) <= x) low = middle + 1;
      else high = middle;
    }
    const from = gaps.count ? gaps.from[Math.max(0, low - 1)] : this.view.from;
    const into = x - this.x(from);
    if (!low) return from + into / rate;
    const to = gaps.to[low - 1];
    return into < band ? from + (into / band) * (to - from) : to + (into - band) / rate;
  }

  // The pixels of a span of time, cut at the edges of the drawing: { x, width }, or null when outside.
  box(start, length) {
    const from = this.x(start);
    const to = length > 0 ? this.x(start + length) : from;
    if (!(to >= -2) || !(from <= this.width + 2)) return null;
    const x = Math.max(-2, from);
    return { x, width: Math.min(this.width + 2, to) - x };
  }

  // The squeezed gaps in view: { from, to, x, width }.
  bandsInView() {
    const { gaps, band } = this;
    const found = [];
    for (let place = Math.max(0, placeOf(gaps.from, this.view.from)); place < gaps.count && gaps.from[place] < this.view.to; place += 1) {
      const x = this.x(gaps.from[place]);
      if (x + band > 0) found.push({ from: gaps.from[place], to: gaps.to[place], x, width: band });
    }
    return found;
  }

  // The view between two pixels, within [0, span].
  between(left, right, span) {
    const [from, to] = [left, right].map((x) => Math.round(this.at(x) * 1e3) / 1e3);
    const first = Math.min(span - 1, Math.max(0, from));
    return { from: first, to: Math.min(span, Math.max(first + 1, to)) };
  }

  // The view so many pixels to the right, no further than either end.
  moved(by, span) {
    const most = this.x(span) - this.width;
    const pixels = Math.max(Math.min(0, this.x(0)), Math.min(Math.max(0, most), by));
    return this.between(pixels, this.width + pixels, span);
  }

  // The view scaled about a pixel: what is there stays there.
  zoomed(factor, x, span) {
    const view = this.between(x - x * factor, x + (this.width - x) * factor, span);
    const next = new Scale(this.gaps, view, this.width);
    return next.moved(next.x(this.at(x)) - x, span);
  }
}
