import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH, FAILED, GRAPH, LLM, LOG, NODE, PROMPT, PROTOCOL, RUNTIME_CHUNK, SESSION, TOOL, TURN } from "../../../assets/js/kinds.mjs";
import { OUTSIDE, attemptOf, itemsOf, levelOf, previousCalls, rootOf, roots } from "../../../assets/js/transcript.mjs";
import { Tree } from "../../../assets/js/tree.mjs";

// [depth, kind, status, flags] a row.
function tree(rows) {
  const column = (at) => Uint8Array.from(rows, (row) => row[at] ?? 0);
  return new Tree({ depth: column(0), kind: column(1), status: column(2), flags: column(3) });
}

const AGENT = tree([
  [0, LOG], // 0
  [0, SESSION], [1, TURN], [2, PROMPT], [2, LLM], [3, RUNTIME_CHUNK], [2, PROTOCOL], // 1 to 6
  [2, BATCH], [3, TOOL], [4, SESSION], [5, TURN], [6, LLM], [6, LLM, FAILED], // 7 to 12
  [2, LOG], [2, LLM, 0, 64], [2, GRAPH], [3, NODE, FAILED], [2, PROTOCOL, FAILED], // 13 to 17
  [0, SESSION], [1, TURN], [2, LLM], // 18 to 20
]);

const shown = (root, opened = []) => [...itemsOf(AGENT, root, new Set(opened))];

test("a transcript leaves out streams and bookkeeping, and closes what is nested", () => {
  assert.deepEqual(shown(1), [1, 2, 4, 7, 8, 9, 13, 14, 15, 17]);
  assert.deepEqual(shown(18), [18, 19, 20]);
});

test("what is opened shows its inside", () => {
  assert.deepEqual(shown(1, [9]), [1, 2, 4, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17]);
  assert.deepEqual(shown(1, [15]), [1, 2, 4, 7, 8, 9, 13, 14, 15, 16, 17]);
});

test("rows outside of sessions are a transcript of their own", () => {
  assert.deepEqual(roots(AGENT.index), [1, 18, OUTSIDE]);
  assert.deepEqual(shown(OUTSIDE), [0]);
  assert.equal(rootOf(AGENT, 12), 1);
  assert.equal(rootOf(AGENT, 0), OUTSIDE);
});

test("a filter leaves its matches and what they are in", () => {
  AGENT.filter(Uint8Array.from(AGENT.index.status, (status) => Number(status === FAILED)));
  assert.deepEqual(shown(1), [1, 2, 7, 8, 9, 15, 17]);
  assert.deepEqual(shown(1, [9]), [1, 2, 7, 8, 9, 10, 12, 15, 17]);
  AGENT.filter(null);
});

test("of a subtree only the inside is shown, what it begins with is open", () => {
  AGENT.focus = 9;
  assert.deepEqual(shown(1), [9, 10, 11, 12]);
  AGENT.focus = 14;
  assert.deepEqual(shown(1), [14]);
  AGENT.focus = -1;
});

test("levels count what holds something, not turns and calls", () => {
  assert.deepEqual([1, 2, 4, 7, 8, 9, 10, 11, 15, 16].map((row) => levelOf(AGENT, row)), [0, 0, 0, 0, 1, 2, 3, 3, 0, 1]);
});

test("the call before is of the same session, and retries are counted", () => {
  const previous = previousCalls(AGENT);
  assert.deepEqual([...previous], [[12, 11], [14, 4]]);
  assert.equal(attemptOf(AGENT.index, previous, 4), 1);
  assert.equal(attemptOf(AGENT.index, previous, 14), 2);
});

test("a tree of any depth needs no recursion", () => {
  const deep = tree(Array.from({ length: 255 }, (_, depth) => [depth, depth ? TOOL : SESSION]));
  assert.equal(itemsOf(deep, 0, new Set()).length, 255);
  assert.equal(levelOf(deep, 254), 253);
});
