import assert from "node:assert/strict";
import { test } from "node:test";
import "./words.mjs";
import { parseQuery } from "../../../assets/js/query.mjs";
import { stateOf, termsOf, toggled, without } from "../../../assets/js/terms.mjs";

const KIND = { field: "kind", cmp: ":" };
const TOOL = { field: "tool", cmp: "=" };

test("a query is its terms, each as it is written", () => {
  assert.deepEqual(termsOf(' kind:tool  dur>500 "no such\\" file" (a or b) and x'), ["kind:tool", "dur>500", '"no such\\" file"', "(a or b)", "x"]);
  assert.deepEqual(termsOf('not kind:tool NOT (a b) tool="read file"'), ["not kind:tool", "NOT (a b)", 'tool="read file"']);
  assert.deepEqual(termsOf(""), []);
});

test("alternatives are one term", () => {
  assert.deepEqual(termsOf("kind:tool or b"), ["(kind:tool or b)"]);
  assert.deepEqual(termsOf("a|b"), ["(a|b)"]);
  assert.deepEqual(termsOf("(a|b) c"), ["(a|b)", "c"]);
  assert.deepEqual(termsOf('"or" orbit'), ['"or"', "orbit"]);
});

test("a choice is added, and taken away by the same click", () => {
  const once = toggled("dur>500", KIND, "tool");
  assert.equal(once, "dur>500 kind:tool");
  assert.equal(toggled(once, KIND, "llm"), "dur>500 kind:tool,llm");
  assert.equal(toggled("dur>500 kind:tool,llm", KIND, "tool"), "dur>500 kind:llm");
  assert.equal(toggled(once, KIND, "tool"), "dur>500");
});

test("a value is asked for or ruled out, never both", () => {
  assert.equal(toggled("kind:tool x", KIND, "tool", -1), "x -kind:tool");
  assert.equal(toggled("-kind:tool x", KIND, "tool", -1), "x");
  assert.equal(toggled("-kind:tool,turn", KIND, "tool"), "-kind:turn kind:tool");
  assert.equal(toggled("kind!=tool", KIND, "tool", -1), "");
});

test("a name that needs quotes gets them", () => {
  const query = toggled("", TOOL, 'read "a", b*');
  assert.equal(query, 'tool="read \\"a\\", b*"');
  assert.equal(parseQuery(query).error, null);
  assert.equal(stateOf(query, "tool", 'read "a", b*'), 1);
  assert.equal(toggled(query, TOOL, 'read "a", b*'), "");
});

test("what somebody wrote in other words is the same value", () => {
  assert.equal(stateOf("status:ok", "status", "completed"), 1);
  assert.equal(stateOf("not STATUS:Failed,ok", "status", "failed"), -1);
  assert.equal(stateOf("kind:tool", "kind", "llm"), 0);
  assert.equal(stateOf("kind:tool or kind:llm", "kind", "llm"), 0);
  assert.equal(toggled("status:ok", { field: "status", cmp: ":" }, "completed"), "");
});

test("a field's own terms can be left out", () => {
  assert.equal(without("kind:tool a -kind:llm dur>5", "kind"), "a dur>5");
  assert.equal(without("kind:tool or a", "kind"), "(kind:tool or a)");
});

test("whatever is toggled can be read", () => {
  for (const before of ["", "a or b", "not x", '"a b" kind:tool', "(a | (b c)) -tool=x"]) {
    for (const sign of [1, -1]) {
      const after = toggled(before, TOOL, "read file", sign);
      assert.equal(parseQuery(after).error, null, after);
      assert.equal(stateOf(after, "tool", "read file"), sign, after);
      assert.equal(termsOf(toggled(after, TOOL, "read file", sign)).join(), termsOf(before).join());
    }
  }
});
