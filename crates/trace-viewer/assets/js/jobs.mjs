// Work that a worker does, or the page's own thread where no worker may run: bytes and strings in, bytes and numbers out.

import { openBlock, unpack } from "./bytes.mjs";
import { decoded } from "./columns.mjs";
import { matchingLines, patternFor } from "./match.mjs";

const kept = { needles: "", patterns: [] };

export const JOBS = {
  open: openBlock,
  unpack,
  columns: async (...columns) => decoded(await Promise.all(columns.map(async ([name, text, width]) => [name, { bytes: await unpack(text), width }]))),

  // For each needle the numbers of the block's lines that hold it.
  async lines(text, bounds, needles) {
    const key = needles.join("\n");
    if (kept.needles !== key) Object.assign(kept, { needles: key, patterns: needles.map(patternFor) });
    const lines = new TextDecoder().decode(await openBlock(text, bounds));
    return matchingLines(lines, kept.patterns).map((found) => Uint32Array.from(found));
  },
};
