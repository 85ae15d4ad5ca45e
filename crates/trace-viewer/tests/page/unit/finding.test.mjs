import assert from "node:assert/strict";
import { test } from "node:test";
import "./words.mjs";
import { excerptOf } from "../../../assets/js/excerpt.mjs";
import { countsOf } from "../../../assets/js/facet-counts.mjs";
import { QueryContext } from "../../../assets/js/filter.mjs";
import { summaryOf } from "../../../assets/js/summary.mjs";
import { Tree } from "../../../assets/js/tree.mjs";

// session s, turn t, tool read, tool read (failed), LLM call m; session t with a tool write.
const index = {
  depth: Uint32Array.from([0, 1, 2, 2, 2, 0, 1]),
  kind: Uint8Array.from([0, 1, 3, 3, 2, 0, 3]),
  status: Uint8Array.from([0, 2, 2, 3, 2, 0, 2]),
  flags: Uint8Array.from([0, 0, 1, 64, 65, 0, 0]),
  name: Uint32Array.from([1, 2, 3, 3, 4, 2, 5]),
  start: Float64Array.from([0, 10, 20, 30, 40, 50, 60]),
  duration: Float64Array.from([100, 80, 1500, 5, 5, 10, 5]),
  usage: Int32Array.from([-1, -1, -1, -1, 0, -1, -1]),
  tokens: Float64Array.from([1200, 300, 20, 50, 10]),
  first: Int32Array.from([-1, -1, -1, 0, -1, -1, -1]),
  last: Int32Array.from([-1, -1, -1, 1, -1, -1, -1]),
  row: Uint32Array.from([3, 3]),
  type: Uint32Array.from([6, 7]),
};
const meta = { names: ["", "s", "t", "read", "m", "write", "tool_call_started", "tool_call_completed"], start: 0, sessions: [] };
const ALL = { from: 0, to: 7 };

function counts(field, mask = null, range = ALL) {
  return Object.fromEntries([...countsOf(field, new QueryContext(index, meta), mask, range).entries()].filter(([, count]) => count));
}

test("values are counted by their codes", () => {
  assert.deepEqual(counts("kind"), { 0: 2, 1: 1, 2: 1, 3: 3 });
  assert.deepEqual(counts("status"), { 0: 2, 2: 4, 3: 1 });
  assert.deepEqual(counts("tool"), { 3: 2, 5: 1 });
  assert.deepEqual(counts("model"), { 4: 1 });
  assert.deepEqual(counts("flag"), { 0: 2, 6: 2 });
  index.flags = Uint16Array.from([0, 4 << 13, 1, 64, 65 | (5 << 13), 0, 4 << 13]);
  assert.deepEqual(counts("level"), { 0: 4, 4: 2, 5: 1 });
  index.flags = Uint8Array.from([0, 0, 1, 64, 65, 0, 0]);
});

test("a row counts for the nearest session above it", () => {
  assert.deepEqual(counts("session"), { 1: 5, 2: 2 });
});

test("counts follow a mask and a range", () => {
  assert.deepEqual(counts("tool", Uint8Array.from([0, 0, 1, 0, 0, 0, 1])), { 3: 1, 5: 1 });
  assert.deepEqual(counts("kind", null, { from: 1, to: 4 }), { 1: 1, 3: 2 });
});

test("an excerpt shows the text in its place, unescaped", () => {
  const found = excerptOf('{"a":"one\\ntwo \\"Needle\\" three"}', ["absent", "needle"]);
  assert.deepEqual(found, { before: '{"a":"one two "', hit: "Needle", after: '" three"}' });
  assert.equal(excerptOf("{}", ["needle"]), null);
});

test("an excerpt is short however long the record is", () => {
  const found = excerptOf("x".repeat(1e6) + "needle" + "y".repeat(1e6), ["needle"]);
  assert.ok(found.before.length + found.after.length < 250);
});

test("a row as text says what, where, when, and what came of it", async () => {
  const lines = ['{"type":"tool_call_started"}', '{"output":{"outcome":{"status":"failure","payload":{"message":"no such\\u202e file"}}}}'];
  const app = { index, meta, tree: new Tree(index), nameOf: (row) => meta.names[index.name[row]], blocks: { record: async (number) => lines[number] } };
  assert.equal(await summaryOf(app, 3), [
    "tool call read: failed, retry",
    "in session s › turn t",
    "started at +30 µs (1970-01-01 00:00:00.000030 UTC), took 5 µs",
    "Error: no such⟨U+202E⟩ file",
  ].join("\n"));
  assert.match(await summaryOf(app, 4), /\ntokens: 1,200 input, 300 cache read, 20 cache write, 50 output \(10 reasoning\)$/u);
});
