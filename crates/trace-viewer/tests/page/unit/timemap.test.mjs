import assert from "node:assert/strict";
import { test } from "node:test";
import { gapsOf, scaleOf } from "../../../assets/js/timemap.mjs";

const NONE = gapsOf([]);
const SPAN = 1000;
const SOME = gapsOf([[100, 300], [310, 800], [900, 1000]]);

// Small numbers that look random, the same each time.
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * sides);
  };
}

function some(roll) {
  const pairs = [];
  let at = roll(50);
  for (let count = roll(12); count > 0; count -= 1) {
    const to = at + 1 + roll(5000);
    pairs.push([at, to]);
    at = to + 1 + roll(300);
  }
  return { gaps: gapsOf(pairs), span: at + roll(100) + 1 };
}

test("without gaps the drawing is in proportion", () => {
  const scale = scaleOf(NONE, { from: 200, to: 400 }, 1000);
  assert.equal(scale.x(300), 500);
  assert.equal(scale.at(500), 300);
  assert.deepEqual(scale.bands(), []);
});

test("widths are cut at the edges of the drawing", () => {
  const scale = scaleOf(NONE, { from: 0, to: 100 }, 1000);
  assert.deepEqual(scale.box(10, 50), { x: 100, width: 500 });
  assert.deepEqual(scale.box(0, 1e300), { x: 0, width: 1002 });
  assert.deepEqual(scale.box(-1e18, 1e19), { x: -2, width: 1004 });
  assert.equal(scale.box(-50, 10), null);
  assert.equal(scale.box(Number.NaN, 10), null);
  assert.equal(scale.box(50, -7).width, 0);
});

test("each gap is a band of one width, and the work shares the rest", () => {
  const scale = scaleOf(SOME, { from: 0, to: SPAN }, 1000);
  const bands = scale.bands();
  assert.deepEqual(bands.map(({ from, to, width }) => [from, to, width]), [[100, 300, 44], [310, 800, 44], [900, 1000, 44]]);
  const perUnit = (1000 - 3 * 44) / 210;
  assert.ok(Math.abs(bands[0].x - 100 * perUnit) < 1e-9);
  assert.ok(Math.abs(scale.x(310) - scale.x(300) - 10 * perUnit) < 1e-9);
  assert.equal(scale.x(200) - scale.x(100), 22);
});

test("bands never take more than their share of a narrow drawing", () => {
  const many = gapsOf(Array.from({ length: 100 }, (_, at) => [10 * at + 5, 10 * at + 10]));
  const scale = scaleOf(many, { from: 0, to: 1000 }, 200);
  assert.ok(Math.abs(scale.band * 100 - 80) < 1e-9);
  assert.ok(Math.abs(scale.x(1000) - 200) < 1e-9);
});

test("on any map a later moment is further right, pixels lead back to their moments, and the view fills the width", () => {
  for (let seed = 1; seed < 300; seed += 1) {
    const roll = dice(seed);
    const { gaps, span } = some(roll);
    const from = roll(span - 1);
    const view = { from, to: from + 1 + roll(span - from) };
    const width = 50 + roll(2000);
    const scale = scaleOf(gaps, view, width);
    assert.ok(Math.abs(scale.x(view.from)) < 1e-6 && Math.abs(scale.x(view.to) - width) < 1e-6, "seed " + seed);
    let last = -Infinity;
    for (let at = -20; at <= span + 20; at += 1 + span / 400) {
      const x = scale.x(at);
      assert.ok(x > last, "seed " + seed + " at " + at);
      assert.ok(Math.abs(scale.at(x) - at) < 1e-5 * span, "seed " + seed + " at " + at + ": " + scale.at(x));
      last = x;
    }
  }
});

test("zooming keeps what is under the pointer and stays inside", () => {
  const plain = scaleOf(NONE, { from: 0, to: SPAN }, 1000);
  assert.deepEqual(plain.zoomed(0.5, 250, SPAN), { from: 125, to: 625 });
  assert.deepEqual(scaleOf(NONE, { from: 125, to: 625 }, 1000).zoomed(1000, 500, SPAN), { from: 0, to: SPAN });
  const scale = scaleOf(SOME, { from: 0, to: SPAN }, 1000);
  for (const x of [300, 500, 640]) {
    const next = scaleOf(SOME, scale.zoomed(0.7, x, SPAN), 1000);
    assert.ok(Math.abs(next.x(scale.at(x)) - x) < 8, x + ": " + next.x(scale.at(x)));
  }
});

test("moving stops at either end", () => {
  const scale = scaleOf(NONE, { from: 200, to: 400 }, 1000);
  assert.deepEqual(scale.moved(100, SPAN), { from: 220, to: 420 });
  assert.deepEqual(scale.moved(-9000, SPAN), { from: 0, to: 200 });
  assert.deepEqual(scale.moved(9000, SPAN), { from: 800, to: 1000 });
  const whole = scaleOf(SOME, { from: 0, to: SPAN }, 1000);
  assert.deepEqual(whole.moved(300, SPAN), { from: 0, to: SPAN });
});
