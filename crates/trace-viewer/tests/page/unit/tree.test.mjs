import assert from "node:assert/strict";
import { test } from "node:test";
import { Tree, countWithin, failedRows, placeOf, rowsOf, step } from "../../../assets/js/tree.mjs";

// session, turn, LLM call with two chunks, LLM call with a tool inside, session.
const INDEX = {
  depth: Uint32Array.from([0, 1, 2, 3, 3, 2, 3, 0]),
  kind: Uint8Array.from([0, 1, 2, 11, 12, 2, 3, 0]),
  status: Uint8Array.from([0, 2, 2, 0, 0, 2, 3, 0]),
};

test("parents and extents follow from depths", () => {
  const tree = new Tree(INDEX);
  assert.deepEqual([...tree.parent], [-1, 0, 1, 2, 2, 1, 5, -1]);
  assert.deepEqual([...tree.end], [7, 7, 5, 4, 5, 7, 7, 8]);
});

test("calls that only hold a stream start folded", () => {
  const tree = new Tree(INDEX);
  assert.deepEqual([...tree.visible()], [0, 1, 2, 5, 6, 7]);
  tree.setFold(2, false);
  assert.deepEqual([...tree.visible()], [0, 1, 2, 3, 4, 5, 6, 7]);
  tree.setFoldAll(0, true);
  assert.deepEqual([...tree.visible()], [0, 7]);
  tree.reveal(4);
  assert.deepEqual([...tree.visible()], [0, 1, 2, 3, 4, 5, 7]);
});

test("a filter keeps ancestors as context and has folds of its own", () => {
  const tree = new Tree(INDEX);
  assert.equal(tree.filter(INDEX.kind.map((_, row) => Number(INDEX.kind[row] === 11))), 1);
  assert.deepEqual([...tree.visible()], [0, 1, 2, 3]);
  assert.deepEqual([...tree.kept], [1, 1, 1, 2, 0, 0, 0, 0]);
  assert.deepEqual([...tree.matching(Uint32Array.from([0, 3, 4]))], [3]);
  tree.setFold(1, true);
  assert.deepEqual([...tree.visible()], [0, 1]);
  tree.reveal(6);
  assert.deepEqual([...tree.visible()], [0, 1, 2, 3, 5, 6]);
  tree.filter(null);
  assert.deepEqual([...tree.matching([0, 3, 4])], [0, 3, 4]);
  assert.deepEqual([...tree.visible()], [0, 1, 2, 5, 6, 7]);
});

test("folds made under a filter outlive its next hits when asked to", () => {
  const tree = new Tree(INDEX);
  tree.filter(INDEX.kind.map((_, row) => Number(INDEX.kind[row] === 11)));
  tree.setFold(1, true);
  tree.filter(INDEX.kind.map((_, row) => Number(INDEX.kind[row] >= 11)), true);
  assert.deepEqual([...tree.visible()], [0, 1]);
});

test("a subtree is all there is while it is looked at", () => {
  const tree = new Tree(INDEX);
  tree.focus = 5;
  assert.deepEqual([...tree.visible()], [5, 6]);
  assert.deepEqual([...tree.matching(Uint32Array.from([0, 4, 6, 7]))], [6]);
  assert.deepEqual([tree.isInside(4), tree.isInside(6), tree.isInside(7)], [false, true, false]);
  tree.filter(INDEX.kind.map((_, row) => Number(row === 3)));
  assert.deepEqual([...tree.visible()], []);
});

test("siblings are those that can be shown", () => {
  const tree = new Tree(INDEX);
  tree.visible();
  assert.deepEqual([...tree.children(-1)], [0, 7]);
  assert.deepEqual([...tree.children(1)], [2, 5]);
  tree.filter(INDEX.kind.map((_, row) => Number(row === 6)));
  tree.visible();
  assert.deepEqual([...tree.children(1)], [5]);
  tree.filter(null);
  tree.focus = 1;
  tree.visible();
  assert.deepEqual([...tree.children(-1)], [1]);
});

test("folds that differ from a fresh page are told and put back, if they are few", () => {
  const tree = new Tree(INDEX);
  assert.deepEqual(tree.changedFolds(9), []);
  tree.setFold(2, false);
  tree.setFold(0, true);
  assert.deepEqual(tree.changedFolds(9), [0, 2]);
  assert.deepEqual(tree.changedFolds(1), []);
  const other = new Tree(INDEX);
  other.setFold(1, true);
  other.changeFolds([0, 2, 999]);
  assert.deepEqual([...other.folded], [...tree.folded]);
});

test("a chain of 100,000 needs no stack", () => {
  const size = 100_000;
  const tree = new Tree({ depth: Uint32Array.from({ length: size }, (_, row) => row), kind: new Uint8Array(size), status: new Uint8Array(size) });
  assert.equal(tree.end[0], size);
  assert.equal(tree.path(size - 1).length, size);
  tree.setFold(50, true);
  assert.equal(tree.visible().length, 51);
});

test("depths that jump still give a tree", () => {
  const tree = new Tree({ depth: Uint32Array.from([5, 9, 2, 7]), kind: new Uint8Array(4), status: new Uint8Array(4) });
  assert.deepEqual([...tree.parent], [-1, 0, -1, 2]);
});

test("stepping goes around in both directions", () => {
  const rows = Uint32Array.from([3, 8, 9]);
  assert.equal(step(rows, -1, true), 3);
  assert.equal(step(rows, 3, true), 8);
  assert.equal(step(rows, 5, true), 8);
  assert.equal(step(rows, 9, true), 3);
  assert.equal(step(rows, 9, false), 8);
  assert.equal(step(rows, 5, false), 3);
  assert.equal(step(rows, 3, false), 9);
  assert.equal(step(rows, -1, false), 9);
  assert.equal(step(new Uint32Array(0), 3, true), -1);
  assert.equal(placeOf(rows, 8), 1);
});

test("members inside a row are counted without the row itself", () => {
  const rows = failedRows(INDEX);
  assert.deepEqual([...rows], [6]);
  assert.deepEqual([[0, 7], [5, 7], [6, 7], [2, 5]].map(([row, end]) => countWithin(rows, row, end)), [1, 1, 0, 0]);
  assert.deepEqual([...rowsOf(Uint8Array.from([0, 1, 0, 1]))], [1, 3]);
});
