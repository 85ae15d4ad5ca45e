// What a transcript shows of the rows: which of them, in order, and how far in. Typed arrays, no document.

import { CUSTOM, DIFF, DROPPED, EVENT, FAILED, FOREIGN, GRAPH, LLM, LOG, NODE, PROMPT, PROTOCOL, SESSION, TURN, UNKNOWN, isStreamPart } from "./kinds.mjs";

const RETRY = 64;
const NO_START = 1;
const NOTES = new Set([DIFF, CUSTOM, LOG, EVENT, DROPPED, UNKNOWN, FOREIGN, NODE]);

// The rows outside of all sessions are a transcript of their own.
export const OUTSIDE = -1;

export function isNote(kind) {
  return NOTES.has(kind);
}

// What is closed until it is opened: other sessions' transcripts, and graphs, which have a view of their own.
export function isClosable(kind) {
  return kind === SESSION || kind === GRAPH;
}

// Sessions that are in nothing else, and what is outside of them if there is any.
export function roots({ depth, kind }) {
  const found = [];
  let outside = false;
  for (let row = depth.indexOf(0); row >= 0; row = depth.indexOf(0, row + 1)) {
    if (kind[row] === SESSION) found.push(row);
    else outside = true;
  }
  return outside ? [...found, OUTSIDE] : found;
}

export function firstOf({ depth, kind }, root) {
  return root === OUTSIDE ? depth.findIndex((level, row) => level === 0 && kind[row] !== SESSION) : root;
}

export function rootOf({ index, parent }, row) {
  let top = row;
  while (parent[top] >= 0) top = parent[top];
  return index.kind[top] === SESSION ? top : OUTSIDE;
}

// The rows of a root's transcript, ascending; of a subtree that is looked into only what is inside.
export function itemsOf({ index, end, kept, size, focus }, root, opened) {
  const { kind, status, depth } = index;
  const items = [];
  const last = focus >= 0 ? end[focus] : root < 0 ? size : end[root];
  for (let row = Math.max(0, root, focus); row < last; ) {
    const what = kind[row];
    const shut = (what === SESSION && depth[row] === 0 && row !== root) || (kept && !kept[row]);
    const quiet = isStreamPart(what) || what === PROMPT || what === PROTOCOL;
    if (!shut && (status[row] === FAILED || !quiet)) items.push(row);
    row = shut || (isClosable(what) && row !== root && row !== focus && !opened.has(row)) ? end[row] : row + 1;
  }
  return Uint32Array.from(items);
}

// How far in: turns and calls follow one another, everything else that holds something is a level.
export function levelOf({ index, parent }, row) {
  let level = 0;
  for (let above = parent[row]; above >= 0; above = parent[above]) {
    const kind = index.kind[above];
    if (kind !== TURN && kind !== LLM && !(kind === SESSION && parent[above] < 0)) level += 1;
  }
  return level;
}

// For each model call the one before it in the same session.
export function previousCalls({ index, parent, size }) {
  const owner = new Int32Array(size);
  const latest = new Map();
  const previous = new Map();
  for (let row = 0; row < size; row += 1) {
    owner[row] = index.kind[row] === SESSION ? row : parent[row] < 0 ? -1 : owner[parent[row]];
    if (index.kind[row] !== LLM || index.flags[row] & NO_START || owner[row] < 0) continue;
    if (latest.has(owner[row])) previous.set(row, latest.get(owner[row]));
    latest.set(owner[row], row);
  }
  return previous;
}

// 1 for a call that is not a retry.
export function attemptOf(index, previous, row) {
  let attempt = 1;
  for (let call = row; call !== undefined && index.flags[call] & RETRY; call = previous.get(call)) attempt += 1;
  return attempt;
}
