import assert from "node:assert/strict";
import { test } from "node:test";
import { matchingLines, patternFor } from "../../../assets/js/match.mjs";
import { hasEscapes, scannerFor } from "../../../assets/js/scan.mjs";

function lines(records, query) {
  return matchingLines(records.map((record) => record + "\n").join(""), [patternFor(query)])[0];
}

test("text is found whatever its case, once a line", () => {
  assert.deepEqual(lines(['{"a":"Foo foo"}', "{}", '{"b":"xFOOx"}'], "foo"), [0, 2]);
  assert.deepEqual(lines(["{}"], "foo"), []);
});

test("text is found however JSON spells it", () => {
  const text = 'say "hé\\llo"\n\u2028';
  const ascii = JSON.stringify({ a: text }).replace(/[^ -~]/gu, (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"));
  assert.deepEqual(lines(["{}", JSON.stringify({ a: text }), ascii], text.slice(0, 8)), [1, 2]);
  assert.deepEqual(lines(['{"a":"\\u0066OO"}'], "foo"), [0]);
});

test("a query is text, not a pattern", () => {
  assert.deepEqual(lines(["a.b", "axb", "(["], "a.b"), [0]);
  assert.deepEqual(lines(["a.b", "axb", "(["], "(["), [2]);
});

test("a hit at the very end of a block is counted on its own line", () => {
  assert.deepEqual(lines(["needle", "x", "needle"], "needle"), [0, 2]);
});

test("several texts are looked for in one pass", () => {
  const text = ['{"a":"one"}', '{"a":"tw\\u006f"}', '{"a":"one two"}', ""].join("\n");
  assert.deepEqual(matchingLines(text, ["one", "two", "three"].map(patternFor)), [[0, 2], [1, 2], []]);
});

test("bytes are scanned for what a pattern finds in their text", () => {
  const words = ["one", "ONE", "\u0131", 'say \\"one\\"', "a.b", "k", "\u212a", "on", "eon", "", "x".repeat(300)];
  const records = Array.from({ length: 200 }, (_, at) => words[(at * 7) % 11] + words[(at * at) % 11] + words[(at * 3) % 11]);
  for (const end of ["", "\n"]) {
    const text = records.join("\n") + end;
    const bytes = new TextEncoder().encode(text);
    for (const query of ["one", "oNe", "n", "eone", 'say "one"', 'y "', "a.b", "K", "nowhere", "x".repeat(299), "x".repeat(601)]) {
      assert.deepEqual(scannerFor(query)(bytes), matchingLines(text, [patternFor(query)])[0], query);
    }
  }
});

test("what bytes do not show is left to patterns", () => {
  assert.equal(scannerFor("h\u00e9"), null);
  assert.equal(scannerFor("\n"), null);
  const has = (text) => hasEscapes(new TextEncoder().encode(text));
  assert.deepEqual(["\\u0066", "a\\u", "\\ u", "\\", "u", ""].map(has), [true, true, false, false, false, false]);
});
