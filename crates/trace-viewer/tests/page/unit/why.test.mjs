import assert from "node:assert/strict";
import { test } from "node:test";
import { Tree } from "../../../assets/js/tree.mjs";
import { linksOf, stepsOf } from "../../../assets/js/why.mjs";

const [SESSION, TURN, LLM, TOOL, CODE, PROMPT, LOG] = [0, 1, 2, 3, 4, 9, 17];
const [NONE, DONE, FAILED] = [0, 2, 3];
const [DRIFT, WARN, INFO] = [32, 4 << 13, 3 << 13];
const [CAUSED, TRIED, ASKED] = [0, 1, 2];

// Rows as [depth, kind, status, flags], one a second, each a second long; links as [row, cause, kind].
function steps(rows, row, links = []) {
  const column = (at, kind) => kind.from(rows, (values) => values[at] ?? 0);
  const index = { depth: column(0, Uint32Array), kind: column(1, Uint8Array), status: column(2, Uint8Array), flags: column(3, Uint16Array),
    start: Float64Array.from(rows, (_, at) => at * 1e6), duration: new Float64Array(rows.length).fill(1e6) };
  return [...stepsOf(index, new Tree(index), linksOf(links.flat()), row)];
}

test("a failed tool leads to the call that asked for it, its turn and its session", () => {
  const rows = [[0, SESSION, NONE], [1, TURN, DONE], [2, LLM, DONE], [2, LLM, DONE], [2, TOOL, FAILED]];
  assert.deepEqual(steps(rows, 4), [[4, ""], [3, "after the answer of"], [1, "within"], [0, "within"]]);
  assert.deepEqual(steps(rows, 4, [[4, 2, ASKED]]), [[4, ""], [2, "asked for by"], [1, "within"], [0, "within"]]);
});

test("a group leads to its deepest failure first", () => {
  const rows = [[0, SESSION, NONE], [1, TURN, FAILED], [2, CODE, FAILED], [3, TOOL, FAILED], [3, TOOL, FAILED]];
  const inside = "because inside it this failed";
  assert.deepEqual(steps(rows, 0), [[0, ""], [1, inside], [2, inside], [3, inside]]);
});

test("a turn was ended by its last failure, and not by one that it went on after", () => {
  const [turn, first, last] = [[1, TURN, FAILED], [2, TOOL, FAILED], [2, LLM, FAILED]];
  const from = (...rows) => steps([[0, SESSION, NONE], ...rows], 1).map(([row]) => row);
  assert.deepEqual(from(turn, first, [2, LLM, DONE], last), [1, 4, 0]);
  assert.deepEqual(from(turn, first, [2, LLM, DONE]), [1, 0]);
  assert.deepEqual(from(turn, first, last), [1, 3, 0]);
});

test("a failure inside something that ended well explains no failure around it", () => {
  const rows = [[0, SESSION, NONE], [1, CODE, FAILED], [2, TOOL, DONE], [3, LLM, FAILED], [2, TOOL, FAILED]];
  assert.deepEqual(steps(rows, 1).map(([row]) => row), [1, 4, 0]);
  assert.deepEqual(steps(rows, 2).map(([row]) => row).slice(0, 2), [2, 3]);
});

test("attempts before and after are named", () => {
  const rows = [[0, TURN, DONE], [1, LLM, FAILED], [1, LLM, FAILED], [1, LLM, DONE]];
  const links = [[2, 1, TRIED], [3, 2, TRIED]];
  assert.deepEqual(steps(rows, 2, links), [[2, ""], [3, "tried again"], [1, "tried before"], [0, "within"]]);
  assert.deepEqual(steps(rows, 3, links), [[3, ""], [2, "tried before"], [1, "tried before"], [0, "within"]]);
});

test("a changed prompt is named, an unchanged one is not", () => {
  const rows = (flags) => [[0, TURN, DONE], [1, PROMPT, NONE, flags], [1, LLM, FAILED]];
  assert.deepEqual(steps(rows(DRIFT), 2), [[2, ""], [1, "with a changed prompt"], [0, "within"]]);
  assert.deepEqual(steps(rows(0), 2), [[2, ""], [0, "within"]]);
});

test("what started a turn stands before the session", () => {
  const rows = [[0, SESSION, NONE], [1, TOOL, DONE], [0, SESSION, NONE], [1, TURN, FAILED]];
  assert.deepEqual(steps(rows, 3, [[3, 1, CAUSED]]), [[3, ""], [1, "started by"], [2, "within"]]);
});

test("warnings in the call and shortly after it are shown beside it", () => {
  const rows = [[0, TURN, DONE], [1, TOOL, FAILED], [2, LOG, NONE, WARN], [1, LOG, NONE, WARN], [1, LOG, NONE, INFO], [1, LOG, NONE, WARN]];
  assert.deepEqual(steps(rows, 1), [[1, ""], [2, "logged meanwhile"], [3, "logged meanwhile"], [0, "within"]]);
});

test("links that go round in a circle end", () => {
  const rows = [[0, LLM, FAILED], [0, LLM, FAILED]];
  const links = [[0, 1, TRIED], [1, 0, TRIED], [0, 1, CAUSED], [1, 0, CAUSED]];
  assert.deepEqual(steps(rows, 0, links).map(([row]) => row), [0, 1]);
});

test("a chain of any depth takes no recursion", () => {
  const rows = Array.from({ length: 20000 }, (_, depth) => [depth, TOOL, FAILED]);
  assert.equal(steps(rows, 0).length, 20000);
});
