import assert from "node:assert/strict";
import { test } from "node:test";
import { kept, placed, tickStep, ticks, zoomed } from "../../../assets/js/axis.mjs";

test("labels are few, ordered and inside, whatever the span", () => {
  for (const span of [1, 7, 999, 1e3, 1.5e6, 6e7, 3.7e8, 9e10, 8000 * 365.25 * 86400e6, 9e18]) {
    for (const width of [1, 300, 1400, 100_000]) {
      const found = ticks(0, span, width);
      assert.ok(found.length <= 42, span + " " + width + ": " + found.length);
      for (const { at } of found) assert.ok(at >= 0 && at <= span);
    }
  }
});

test("a narrow axis has two labels with room to be read, up to a week", () => {
  for (let span = 10; span < 6e11; span *= 1.07) {
    const found = ticks(0, span, 156).filter(({ at }) => (at / span) * 156 < 132);
    assert.ok(found.length >= 2 && found.length <= 5, span + ": " + found.length);
  }
});

test("no span, no labels, no loop", () => {
  assert.deepEqual(ticks(0, 0, 500), []);
  assert.deepEqual(ticks(5, 1, 500), []);
  assert.deepEqual(ticks(0, Number.NaN, 500), []);
  assert.deepEqual(ticks(0, 100, 0), []);
});

test("labels are readable", () => {
  assert.deepEqual(ticks(0, 4e6, 400).map(({ label }) => label), ["0", "1 s", "2 s", "3 s", "4 s"]);
  assert.deepEqual(ticks(4.1e6, 4.7e6, 500).map(({ label }) => label), ["4.2 s", "4.4 s", "4.6 s"]);
  assert.deepEqual(ticks(0, 360e6, 400).map(({ label }) => label), ["0", "2 m", "4 m", "6 m"]);
  assert.equal(tickStep(8000 * 365.25 * 86400e6, 8) / (365.25 * 86400e6), 1000);
});

test("widths are cut at the edges of the drawing", () => {
  const view = { from: 0, to: 100 };
  assert.deepEqual(placed(10, 50, view, 1000), { x: 100, width: 500 });
  assert.deepEqual(placed(0, 1e300, view, 1000), { x: 0, width: 1002 });
  assert.deepEqual(placed(-1e18, 1e19, view, 1000), { x: -2, width: 1004 });
  assert.equal(placed(-50, 10, view, 1000), null);
  assert.equal(placed(Number.NaN, 10, view, 1000), null);
  assert.equal(placed(50, -7, view, 1000).width, 0);
});

test("zooming keeps the point under the pointer and stays inside", () => {
  const view = zoomed({ from: 0, to: 1000 }, 0.5, 0.25, 1000);
  assert.deepEqual(view, { from: 125, to: 625 });
  assert.deepEqual(zoomed(view, 1000, 0.5, 1000), { from: 0, to: 1000 });
  assert.deepEqual(kept({ from: -50, to: 50 }, 1000), { from: 0, to: 100 });
  assert.deepEqual(kept({ from: 990, to: 1090 }, 1000), { from: 900, to: 1000 });
});
