// Why something happened: steps backwards from a row to the root of its cause, from the tree and the links alone.

import { CANCELLED, COMPLETED, DRIFT, FAILED, LLM, LOG, PROMPT, TURN, WARN, levelOf } from "./kinds.mjs";

// The kinds of links, as the model numbers them.
const CAUSED = 0;
const TRIED = 1;
const ASKED = 2;
export const BEFORE = 3;

// A log line this long after the end still tells of it.
const AFTER_US = 1e6;
const MOST_LOGS = 3;

// From the page's flat list: row → its causes by kind.
export function linksOf(flat) {
  const links = new Map();
  for (let at = 0; at < flat.length; at += 3) {
    const known = links.get(flat[at]) ?? [];
    known[flat[at + 2]] = flat[at + 1];
    links.set(flat[at], known);
  }
  return links;
}

// [{ row, why }, …]: the row, what failed inside it, and from there back to the root. `why` says how a step follows.
export function stepsOf({ index, tree, links }, row) {
  const steps = [];
  const seen = new Set();
  const add = (at, why) => {
    if (!(at >= 0) || seen.has(at)) return false;
    seen.add(at);
    steps.push({ row: at, why });
    return true;
  };
  let at = row;
  add(at, "");
  for (let next = failureIn(index, tree, at); next >= 0; next = failureIn(index, tree, at)) add((at = next), "because inside it this failed");
  for (const log of logsBeside(index, tree, at)) add(log, "logged meanwhile");
  for (; at >= 0; at = tree.parent[at]) {
    add(at, "within");
    const known = links.get(at) ?? [];
    for (let tried = known[TRIED]; add(tried, "tried before"); tried = links.get(tried)?.[TRIED]);
    const asked = index.kind[at] === LLM ? at : known[ASKED] ?? (index.kind[tree.parent[at]] === TURN ? earlier(index, tree, at, LLM) : -1);
    add(asked, known[ASKED] === asked ? "asked for by" : "after the answer of");
    const prompt = asked >= 0 ? earlier(index, tree, asked, PROMPT) : -1;
    if (index.flags[prompt] & DRIFT) add(prompt, "with a changed prompt");
    add(known[CAUSED], "started by");
  }
  return steps;
}

// The failure inside a row that explains it, or -1. What ended well explains no failure. A failed turn was ended by its
// last failure, and only if no model call succeeded after it; everything else stops at its first.
function failureIn(index, tree, row) {
  const failed = index.status[row] === FAILED;
  const last = failed && index.kind[row] === TURN;
  let found = -1;
  for (let at = row + 1; at < tree.end[row]; ) {
    const status = index.status[at];
    if (status === FAILED && index.kind[at] !== LOG) {
      found = at;
      if (!last) return found;
    }
    if (last && status === COMPLETED && index.kind[at] === LLM) found = -1;
    at = status === FAILED || (failed && (status === COMPLETED || status === CANCELLED)) ? tree.end[at] : at + 1;
  }
  return found;
}

// Warnings and worse that were logged in a row, or next to it until shortly after its end.
function logsBeside(index, tree, row) {
  const from = index.start[row];
  const to = from + index.duration[row] + AFTER_US;
  const above = tree.parent[row];
  const logs = [];
  for (let at = above + 1; at < (above < 0 ? tree.size : tree.end[above]) && index.start[at] <= to; at = at === row ? at + 1 : tree.parent[at] === row ? at + 1 : tree.end[at]) {
    if (at !== row && levelOf(index.flags[at]) >= WARN && index.start[at] >= from) logs.push(at);
  }
  return logs.slice(0, MOST_LOGS);
}

// The nearest sibling of a kind before a row.
function earlier(index, tree, row, kind) {
  const above = tree.parent[row];
  for (let at = row - 1; at > above; at -= 1) if (index.kind[at] === kind && tree.parent[at] === above) return at;
  return -1;
}

// Names of components that two prompts do not share as they are.
export function changedParts(before, after) {
  const parts = [before, after].map((prompt) => new Map((prompt.components ?? []).map(({ id, hash }) => [id, hash])));
  const names = new Set(parts.flatMap((part) => [...part.keys()]));
  return [...names].filter((name) => parts[0].get(name) !== parts[1].get(name));
}
