// How many rows have each value of a field: a column counted under a mask.

import { KIND_OF, bitsOf } from "./filter.mjs";
import { SESSION } from "./kinds.mjs";

// Counts by the number of the value; `mask` is null for all rows. The page's writer lists the same values (page/facets.rs).
export function countsOf(field, context, mask, { from, to }) {
  const { index, meta } = context;
  const kind = KIND_OF[field];
  const nearest = kind === SESSION ? context.nearest(kind) : null;
  const bits = bitsOf(field, index);
  const counts = new Uint32Array(Math.max(32, meta.names.length));
  for (let row = from; row < to; row += 1) {
    if (mask && !mask[row]) continue;
    const place = nearest ? nearest[row] : row;
    if (bits) for (let left = bits(row); left; left &= left - 1) counts[31 - Math.clz32(left & -left)] += 1;
    else if (place >= 0 && index.kind[place] === kind) counts[index.name[place]] += 1;
  }
  return counts;
}
