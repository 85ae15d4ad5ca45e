import assert from "node:assert/strict";
import { test } from "node:test";
import { clip, compact, duration, grouped, moment, offset, oneLine, splitHidden, visible } from "../../../assets/js/text.mjs";

test("hidden characters are spelled, ordinary ones are left alone", () => {
  assert.equal(visible("a\u202Eb"), "a⟨U+202E⟩b");
  assert.equal(visible("a\u200Bb\u0000"), "a⟨U+200B⟩b⟨U+0000⟩");
  assert.equal(visible("tab\tand\nline, é, 漢, עברית"), "tab\tand\nline, é, 漢, עברית");
  assert.equal(visible("\uD800x"), "⟨U+D800⟩x");
  assert.equal(visible("😀"), "😀");
  assert.equal(visible("\u{E0041}"), "⟨U+E0041⟩");
});

test("a joiner inside an emoji is part of it, elsewhere it is hidden text", () => {
  assert.equal(visible("👨‍👩‍👧"), "👨‍👩‍👧");
  assert.equal(visible("👍🏽‍🚀"), "👍🏽‍🚀");
  assert.equal(visible("a\u200Db"), "a⟨U+200D⟩b");
});

test("splitting and putting together gives the text back", () => {
  const text = "x\u202E\u0007y\uDC00\u{E0041}z";
  const parts = splitHidden(text).map((part, place) => (place % 2 ? String.fromCodePoint(part) : part));
  assert.equal(parts.join(""), text);
});

test("cutting keeps pairs and emoji whole", () => {
  assert.equal(clip("ab😀", 3), "ab");
  assert.equal(clip("ab👨‍👩‍👧c", 5), "ab");
  assert.equal(clip("abc", 3), "abc");
  const zalgo = "a" + "\u0301".repeat(5000);
  assert.ok(clip(zalgo, 100).length <= 100);
});

test("one line has no breaks and a bounded length", () => {
  assert.equal(oneLine(" a\n\n b\tc ", 80), "a b c");
  assert.equal(oneLine("x".repeat(500), 10), "x".repeat(10) + "…");
});

test("numbers and durations", () => {
  assert.equal(grouped(1234567), "1,234,567");
  assert.equal(grouped(-1234), "-1,234");
  assert.equal(compact(999), "999");
  assert.equal(compact(1000), "1.00k");
  assert.equal(compact(412345), "412k");
  assert.equal(compact(999999), "1.00M");
  assert.equal(duration(0), "0");
  assert.equal(duration(820), "820 µs");
  assert.equal(duration(45_000), "45 ms");
  assert.equal(duration(1_230_000), "1.23 s");
  assert.equal(duration(192e6), "3 m 12 s");
  assert.equal(duration(8000 * 31557600e6), "8,000 y");
  assert.equal(duration(-5), "0");
  assert.equal(duration(Number.NaN), "0");
  assert.equal(offset(-1500), "−1.5 ms");
});

test("moments outside what a date can hold are empty, not errors", () => {
  assert.equal(moment(1_778_490_000_000_000, 12), "2026-05-11 09:00:00.000012 UTC");
  assert.equal(moment(9e18, 0), "");
  assert.equal(moment(-1, 0), "1969-12-31 23:59:59.999999 UTC");
});
