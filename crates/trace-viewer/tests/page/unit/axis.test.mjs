import assert from "node:assert/strict";
import { test } from "node:test";
import { marks, tickStep, ticks } from "../../../assets/js/axis.mjs";
import { gapsOf, scaleOf } from "../../../assets/js/timemap.mjs";

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
  assert.deepEqual(ticks(4200e6, 4206e6, 400).map(({ label }) => label), ["1 h 10 m", "1 h 10 m 2 s", "1 h 10 m 4 s", "1 h 10 m 6 s"]);
  assert.equal(tickStep(8000 * 365.25 * 86400e6, 8) / (365.25 * 86400e6), 1000);
});

test("labels on an axis never lie over one another, and every band says its edges first", () => {
  const gaps = gapsOf([[2e6, 60e6], [64e6, 4000e6], [4004e6, 4100e6]]);
  for (const width of [150, 400, 1000, 3000]) {
    const found = marks(scaleOf(gaps, { from: 0, to: 4110e6 }, width));
    const shown = found.filter((mark) => mark.width).sort((left, right) => left.left - right.left);
    for (let at = 1; at < shown.length; at += 1) assert.ok(shown[at].left >= shown[at - 1].left + shown[at - 1].width - 1e-6, width + ": " + shown[at].label);
    assert.deepEqual(found.filter((mark) => mark.within).map(({ label }) => label), ["58.00 s", "1 h 5 m", "1 m 36 s"]);
    if (width >= 1000) for (const label of ["2.00 s", "1 m", "1 m 4 s", "1 h 6 m 40 s"]) assert.ok(shown.some((mark) => mark.label === label), width + " " + label);
  }
});

test("without bands the labels are the round moments", () => {
  const scale = scaleOf(gapsOf([]), { from: 0, to: 4e6 }, 400);
  assert.deepEqual(marks(scale).filter(({ width }) => width).map(({ label, left }) => [label, left]), [["0", 0], ["1 s", 100], ["2 s", 200], ["3 s", 300]]);
});

test("the only label of a narrow axis is written where it can be read", () => {
  const [mark] = marks(scaleOf(gapsOf([]), { from: 0.4e6, to: 2.5e6 }, 100));
  assert.deepEqual([mark.label, Math.round(mark.x)], ["2 s", 76]);
  assert.ok(mark.left > 0 && mark.left + mark.width <= 100);
});
