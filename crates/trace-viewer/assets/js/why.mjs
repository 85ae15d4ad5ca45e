// Why something happened: steps backwards from a row to the root of its cause, from the tree and the links alone.

import { COMPLETED, DRIFT, FAILED, LLM, LOG, PROMPT, TURN, UNFINISHED, WARN, levelOf } from "./kinds.mjs";

// The kinds of links, as the model numbers them.
const CAUSED = 0;
const TRIED = 1;
const ASKED = 2;

// A log line this long after the end still tells of it.
const AFTER_US = 1e6;
const MOST_LOGS = 3;

// From the page's flat list: row → its causes by kind.
export function linksOf(flat) {
  const links = new Map();
  for (let at = 0; at < flat.length; at += 3) {
    if (!links.has(flat[at])) links.set(flat[at], []);
    links.get(flat[at])[flat[at + 2]] = flat[at + 1];
  }
  return links;
}

// Row → why it is a step, in order: the row, what failed inside it, and from there back to the root.
export function stepsOf(index, tree, links, row) {
  const steps = new Map();
  const add = (at, why) => at >= 0 && !steps.has(at) && steps.set(at, why);
  let at = row;
  add(at, "");
  for (let next; (next = failureIn(index, tree, at)); at = next) add(next, "because inside it this failed");
  for (const log of logsBeside(index, tree, at)) add(log, "logged meanwhile");
  for (const [again, known] of links) if (known[TRIED] === at) add(again, "tried again");
  for (; at >= 0; at = tree.parent[at]) {
    add(at, "within");
    const known = links.get(at) ?? [];
    for (let tried = known[TRIED]; add(tried, "tried before"); ) tried = links.get(tried)?.[TRIED];
    let asking = index.kind[at] === LLM ? at : known[ASKED];
    if (asking === undefined && index.kind[tree.parent[at]] === TURN) asking = earlier(index, tree, at, LLM);
    add(asking, known[ASKED] === asking ? "asked for by" : "after the answer of");
    const prompt = earlier(index, tree, asking, PROMPT);
    if (index.flags[prompt] & DRIFT) add(prompt, "with a changed prompt");
    add(known[CAUSED], "started by");
  }
  return steps;
}

// The failure inside a row that explains it, or 0. What ended well explains no failure. A failed turn was ended by its
// last failure, if no model call succeeded after that; everything else stops at its first.
function failureIn(index, tree, row) {
  const failed = index.status[row] === FAILED;
  const last = failed && index.kind[row] === TURN;
  let found = 0;
  for (let at = row + 1; at < tree.end[row]; ) {
    const status = index.status[at];
    if (status === FAILED && index.kind[at] !== LOG) {
      found = at;
      if (!last) break;
    } else if (index.kind[at] === LLM && status === COMPLETED) found = 0;
    at = status === FAILED || (failed && status > UNFINISHED) ? tree.end[at] : at + 1;
  }
  return found;
}

// Warnings and worse that were logged in a row, or beside it until shortly after its end.
function logsBeside(index, tree, row) {
  const above = tree.parent[row];
  const to = index.start[row] + index.duration[row] + AFTER_US;
  const logs = [];
  for (let at = row + 1; at < (tree.end[above] ?? tree.size) && logs.length < MOST_LOGS; at += 1) {
    if (levelOf(index.flags[at]) >= WARN && index.start[at] <= to && [row, above].includes(tree.parent[at])) logs.push(at);
  }
  return logs;
}

// The nearest sibling of a kind before a row, or -1.
function earlier(index, tree, row, kind) {
  let at = row - 1;
  while (at >= 0 && (index.kind[at] !== kind || tree.parent[at] !== tree.parent[row])) at = at === tree.parent[row] ? -1 : at - 1;
  return at;
}
