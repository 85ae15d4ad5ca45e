// How many rows have each value of a field: a column counted under a mask.

import { LLM, SESSION, TOOL } from "./kinds.mjs";

const BITS = 8;
const SEVERITY = 7;

// Counts by the code of the value; `mask` is null for all rows. The page's writer lists the same values (page/facets.rs).
export function countsOf(field, context, mask, { from, to }) {
  const { index, meta } = context;
  const column = { kind: index.kind, status: index.status, flag: index.flags, level: index.level }[field] ?? index.name;
  const only = { tool: TOOL, model: LLM }[field];
  const above = field === "session" ? context.nearest(SESSION) : null;
  const counts = new Uint32Array(Math.max(256, meta.names.length));
  for (let row = from; row < to; row += 1) {
    if ((mask && !mask[row]) || (only && index.kind[row] !== only)) continue;
    const place = above ? above[row] : row;
    if (place >= 0) counts[column[place]] += 1;
  }
  if (field === "flag") return folded(counts, BITS, (value, bit) => value & (1 << bit));
  return field === "level" ? folded(counts, BITS, (value, level) => (value & SEVERITY) === level) : counts;
}

function folded(counts, size, has) {
  return Uint32Array.from({ length: size }, (_, code) => counts.reduce((sum, count, value) => sum + (has(value, code) ? count : 0), 0));
}
