import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../../../assets/js/diff.mjs";

function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function applied(old, now, stretches) {
  return stretches.flatMap(([sign, from, to]) => (sign === "-" ? [] : (sign === "+" ? now : old).slice(from, to)));
}

function undone(old, now, stretches) {
  return stretches.flatMap(([sign, from, to]) => (sign === "+" ? [] : old.slice(from, to)));
}

// The length of the longest common part, by another way: all pairs, forwards.
function longest(old, now) {
  let before = new Array(now.length + 1).fill(0);
  for (const line of old) {
    const row = [0];
    now.forEach((other, place) => row.push(line === other ? before[place] + 1 : Math.max(row[place], before[place + 1])));
    before = row;
  }
  return before.at(-1);
}

test("applying the difference to the old list gives the new one, and it is the smallest", () => {
  const next = random(7);
  for (let round = 0; round < 400; round += 1) {
    const list = () => Array.from({ length: next(14) }, () => "line " + next(4));
    const [old, now] = [list(), list()];
    const stretches = difference(old, now);
    assert.deepEqual(applied(old, now, stretches), now);
    assert.deepEqual(undone(old, now, stretches), old);
    const kept = stretches.filter(([sign]) => sign === " ").reduce((sum, [, from, to]) => sum + to - from, 0);
    assert.equal(kept, longest(old, now));
  }
});

test("neighbouring stretches of one sign are one", () => {
  const next = random(3);
  for (let round = 0; round < 200; round += 1) {
    const list = () => Array.from({ length: next(10) }, () => String(next(3)));
    const stretches = difference(list(), list());
    stretches.slice(1).forEach(([sign, from], place) => assert.ok(sign !== stretches[place][0] || from !== stretches[place][2]));
  }
});

test("nothing changed, everything changed, nothing there", () => {
  assert.deepEqual(difference([], []), []);
  assert.deepEqual(difference(["a", "b"], ["a", "b"]), [[" ", 0, 2]]);
  assert.deepEqual(difference(["a"], ["b"]), [["-", 0, 1], ["+", 0, 1]]);
  assert.deepEqual(difference([], ["a"]), [["+", 0, 1]]);
});

test("a difference too large to be found exactly is still right", () => {
  const old = Array.from({ length: 3000 }, (_, at) => "old " + at);
  const now = Array.from({ length: 3000 }, (_, at) => "new " + at);
  const stretches = difference(["same", ...old, "end"], ["same", ...now, "end"]);
  assert.deepEqual(applied(["same", ...old, "end"], ["same", ...now, "end"], stretches), ["same", ...now, "end"]);
  assert.equal(stretches.length, 4);
});
