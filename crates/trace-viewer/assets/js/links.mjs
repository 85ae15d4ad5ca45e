// What follows from the depths of the rows: parents, extents, and the calls that begin folded.

import { LLM, isStreamPart } from "./kinds.mjs";

export function linked({ depth, kind }) {
  const size = depth.length;
  const parent = new Int32Array(size);
  // One past the last row inside each row.
  const end = new Uint32Array(size);
  // The open rows are the last row and its ancestors, so that no stack is needed.
  const close = (row, deepest) => {
    let above = row - 1;
    for (; above >= 0 && depth[above] >= deepest; above = parent[above]) end[above] = row;
    return above;
  };
  for (let row = 0; row < size; row += 1) parent[row] = close(row, depth[row]);
  close(size, -1);
  return { parent, end, folded: foldedStreams(kind, end) };
}

// Calls that hold nothing but their stream.
function foldedStreams(kind, end) {
  const folded = new Uint8Array(kind.length);
  for (let row = kind.indexOf(LLM); row >= 0; row = kind.indexOf(LLM, row + 1)) {
    let inner = row + 1;
    while (inner < end[row] && isStreamPart(kind[inner])) inner += 1;
    folded[row] = inner > row + 1 && inner === end[row] ? 1 : 0;
  }
  return folded;
}
