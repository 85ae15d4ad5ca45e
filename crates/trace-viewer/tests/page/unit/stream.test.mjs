import assert from "node:assert/strict";
import { test } from "node:test";
import { Streams, chunkTimes, openWord, streamOf } from "../../../assets/js/stream.mjs";

const MS = 1000;

test("a call's own chunks count, the provider's before the runtime's, in order of time", () => {
  // A call with provider chunks, runtime chunks, and a tool that holds another call with a chunk.
  const index = { kind: [2, 11, 12, 11, 3, 2, 11, 2, 12], start: [0, 30, 31, 20, 40, 41, 42, 50, 60] };
  const tree = { end: [7, 2, 3, 4, 7, 7, 7, 9, 9] };
  assert.deepEqual([...chunkTimes(index, tree, 0)], [20, 30]);
  assert.deepEqual([...chunkTimes(index, tree, 5)], [42]);
  assert.deepEqual([...chunkTimes(index, tree, 7)], [60]);
  assert.deepEqual([...chunkTimes(index, tree, 3)], []);
});

test("a pause is a stall when it is long for this stream", () => {
  const every = (ms, count, from = 0) => Array.from({ length: count }, (_, at) => (from + at * ms) * MS);
  const stalls = (times) => streamOf(Float64Array.from(times)).stalls;
  assert.equal(stalls(every(50, 20)), 0);
  assert.equal(stalls([...every(50, 20), ...every(50, 20, 950 + 260)]), 1, "five times the median");
  assert.equal(stalls([...every(5, 20), ...every(5, 20, 95 + 60)]), 0, "too short to be noticed");
  assert.equal(stalls([...every(400, 20), ...every(400, 20, 7600 + 1100)]), 1, "a second");
  assert.equal(stalls(every(1500, 20)), 0, "a slow stream does not stand still");
  assert.equal(stalls([0]), 0);
  const { longest, flowing, length } = streamOf(Float64Array.from([0, 10, 20, 30, 2030].map((ms) => ms * MS)));
  assert.deepEqual([longest, flowing, length], [2000 * MS, 30 * MS, 2030 * MS]);
});

test("facts say what the bar shows", () => {
  const index = { kind: [2, 11, 11, 11, 2], start: [0, 200 * MS, 700 * MS, 1200 * MS, 0].map(Number), duration: [1300 * MS, 0, 0, 0, 9e6], usage: [0, -1, -1, -1, -1], tokens: [1, 0, 0, 50, 0], status: [2, 0, 0, 0, 1] };
  const streams = new Streams({ index, tree: { end: [4, 2, 3, 4, 5] }, meta: { span: 9e6 } });
  assert.deepEqual(streams.facts(0), [["First chunk", "after 200 ms"], ["Chunks", "3, 2.0 a second"], ["Output", "50 tokens, 50 a second"], ["Longest pause", "500 ms"]]);
  assert.equal(streams.words(0), "starts at +0, took 1.30 s, first chunk after 200 ms, chunks 3, 2.0 a second, output 50 tokens, 50 a second, longest pause 500 ms");
  assert.deepEqual(streams.facts(4), []);
  assert.equal(streams.words(4), "starts at +0, running at the end after 9.00 s");
});

test("what has no end ran at the end of the file or was interrupted", () => {
  const app = { index: { start: [10, 10], duration: [90, 40] }, meta: { span: 100 } };
  assert.deepEqual([0, 1].map((row) => openWord(app, row)), ["running at the end", "interrupted"]);
});
