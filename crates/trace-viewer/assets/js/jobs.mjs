// Work that a worker does, or the page's own thread where no worker may run: bytes and strings in, bytes and numbers out.

import { openBlock, unpack } from "./bytes.mjs";
import { decoded } from "./columns.mjs";
import { matchingLines, patternFor } from "./match.mjs";
import { hasEscapes, scannerFor } from "./scan.mjs";

const kept = { needles: "", patterns: [], scanners: [] };

export const JOBS = {
  open: openBlock,
  unpack,
  columns: async (...columns) => decoded(await Promise.all(columns.map(async ([name, text, width]) => [name, { bytes: await unpack(text), width }]))),

  // For each needle the numbers of the block's lines that hold it.
  async lines(text, bounds, needles) {
    const key = needles.join("\n");
    if (kept.needles !== key) Object.assign(kept, { needles: key, patterns: needles.map(patternFor), scanners: needles.map(scannerFor) });
    const bytes = await openBlock(text, bounds);
    return linesOf(bytes, kept).map((found) => Uint32Array.from(found));
  },
};

function linesOf(bytes, { patterns, scanners }) {
  if (scanners.every(Boolean) && !hasEscapes(bytes)) return scanners.map((scan) => scan(bytes));
  return matchingLines(new TextDecoder().decode(bytes), patterns);
}
