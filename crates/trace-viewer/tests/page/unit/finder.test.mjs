import assert from "node:assert/strict";
import { test } from "node:test";
import "./words.mjs";
import { Finder } from "../../../assets/js/finder.mjs";
import { Tree } from "../../../assets/js/tree.mjs";

// session, turn, tool, tool (failed), tool; session.
const index = {
  depth: Uint32Array.from([0, 1, 2, 2, 2, 0]),
  kind: Uint8Array.from([0, 1, 3, 3, 3, 0]),
  status: Uint8Array.from([0, 2, 2, 3, 2, 0]),
  flags: new Uint8Array(6),
  name: Uint32Array.from([1, 1, 2, 3, 2, 1]),
  row: Uint32Array.from([2, 3, 4]),
};
const meta = { names: ["", "s", "read", "write"], start: 0, span: 1 };
const LINES = ["alpha", "beta", "alpha"];

// A page around the finder: what it is told, and blocks of one record that open when `open` is called.
function page() {
  const app = { index, meta, tree: new Tree(index), selected: -1, told: [], rows: null, list: { reveal() {} } };
  const waiting = [];
  app.blocks = { count: LINES.length, firsts: [0, 1, 2], crew: { lanes: 1 }, run: (_, block, needles) => new Promise((resolve) => waiting.push(() => resolve(needles.map((needle) => (LINES[block].includes(needle) ? [0] : []))))) };
  app.open = async () => {
    waiting.shift()();
    await new Promise((resolve) => setTimeout(resolve));
  };
  Object.assign(app, { tell: (what) => app.told.push(what), refresh: () => (app.rows = [...app.tree.visible()]), redraw() {}, highlight() {}, saveRoute() {}, go: (row) => row >= 0 && (app.selected = row) });
  app.finder = new Finder(app);
  app.refresh();
  return app;
}

test("columns are answered at once, and nothing moves", () => {
  const { finder, rows, tree } = page();
  finder.find("kind:tool");
  assert.deepEqual([...finder.hits], [2, 3, 4]);
  assert.equal(finder.busy, false);
  assert.deepEqual([finder.isHit(2), finder.isHit(1), finder.hitsIn(1)], [true, false, 3]);
  assert.deepEqual([...tree.visible()], rows);
});

test("texts are found as their records are read, and a step waits for the first", async () => {
  const app = page();
  const { finder } = app;
  finder.find('kind:tool "beta"');
  assert.deepEqual([finder.busy, finder.hits.length], [true, 0]);
  finder.step(true);
  assert.equal(app.selected, -1);
  await app.open();
  await app.open();
  await app.open();
  assert.deepEqual([[...finder.hits], finder.busy, app.selected], [[3], false, 3]);
});

test("a stopped search keeps what it found, and the same query looks again", async () => {
  const app = page();
  const { finder } = app;
  finder.find("alpha");
  await app.open();
  finder.stop();
  assert.deepEqual([finder.busy, finder.stopped], [false, true]);
  finder.find("alpha");
  assert.deepEqual([finder.busy, finder.stopped], [true, false]);
});

test("a query that cannot be read leaves what was found", () => {
  const { finder } = page();
  finder.find("status:failed");
  finder.find("status:(");
  assert.ok(finder.error);
  assert.deepEqual([finder.text, [...finder.hits]], ["status:failed", [3]]);
  finder.find("");
  assert.deepEqual([finder.error, finder.hits.length], [null, 0]);
});

test("hiding leaves matches and what they are in", () => {
  const app = page();
  app.finder.find("status:failed");
  app.finder.setHide(true);
  assert.deepEqual(app.rows, [0, 1, 3]);
  app.finder.find("");
  assert.equal(app.rows.length, 6);
});

test("a row that a link brought up stays while the search goes on", async () => {
  const app = page();
  const { finder, tree } = app;
  finder.setHide(true);
  finder.find("alpha");
  await app.open();
  assert.deepEqual(app.rows, [0, 1, 2]);
  app.selected = 3;
  tree.reveal(3);
  app.refresh();
  await app.open();
  await app.open();
  assert.deepEqual(app.rows, [0, 1, 2, 3, 4]);
  finder.find("beta");
  assert.deepEqual(app.rows, [], "a new query hides it");
});

test("a subtree is all that is shown and found", () => {
  const app = page();
  app.finder.find("depth:>=0");
  app.finder.focus(1);
  assert.deepEqual([app.rows, [...app.finder.hits]], [[1, 2, 3, 4], [1, 2, 3, 4]]);
  app.finder.focus(-1);
  assert.equal(app.finder.hits.length, 6);
});

test("a field's rows are those that the rest of the query leaves", () => {
  const { finder } = page();
  finder.find("kind:tool status:failed");
  assert.deepEqual([...finder.besides("status")], [0, 0, 1, 1, 1, 0]);
  assert.deepEqual([...finder.besides("kind")], [0, 0, 0, 1, 0, 0]);
  finder.find("");
  assert.equal(finder.besides("kind"), null);
});
