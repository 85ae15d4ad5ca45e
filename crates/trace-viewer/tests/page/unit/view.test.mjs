import assert from "node:assert/strict";
import { test } from "node:test";
import "./words.mjs";
import { actOf } from "../../../assets/js/actions.mjs";
import { flagsOf, isStreamPart, kindWord } from "../../../assets/js/kinds.mjs";
import { essenceOf, previewOf } from "../../../assets/js/preview.mjs";
import { pieceEnd } from "../../../assets/js/value.mjs";
import { routeParts, routeText, rowOf, wholes } from "../../../assets/js/route.mjs";

function press(key, within = "", more = {}) {
  return actOf({ key, target: { closest: (selector) => (within && selector.split(", ").includes(within) ? {} : null) }, ...more });
}

test("keys act, except where they belong to something else", () => {
  const done = [];
  const app = new Proxy({}, { get: (_, name) => (...given) => done.push([name, ...given]) });
  for (const key of ["e", "E", "c", "C"]) press(key)(app);
  assert.deepEqual(done, [["stepFailure", true], ["stepFailure", false], ["copyRecords"], ["copySummary"]]);
  assert.equal(press("n", "input"), undefined);
  assert.equal(press("c", "", { ctrlKey: true }), undefined);
  assert.equal(press("Enter", "button"), undefined);
  assert.equal(press("j", "button"), press("ArrowDown"));
  assert.ok(press("j"));
  assert.equal(press("ArrowDown", "#side"), undefined);
  assert.equal(press("constructor"), undefined);
});

test("an address keeps what it is given", () => {
  const parts = new URLSearchParams();
  parts.set("q", "a&b=#c é");
  parts.set("only", "2,11");
  const back = routeParts("#" + routeText(parts));
  assert.equal(back.get("q"), "a&b=#c é");
  assert.deepEqual(wholes(back.get("only")), [2, 11]);
});

test("an address made by hand breaks nothing", () => {
  assert.equal(rowOf("#row=-1&%"), -1);
  assert.equal(rowOf("#row=12&q=%E0"), 12);
  assert.deepEqual(wholes("x,1e9,,4"), [4]);
});

test("previews say what is in a record", () => {
  assert.equal(previewOf('{"type":"t","args":{"path":"a b","n":12345678901234567890}}'), "path: a b, n: 12345678901234567890");
  assert.equal(previewOf('{"type":"t","error":{"message":"rate\\nlimit"}}'), "rate limit");
  assert.equal(previewOf('{"type":"t","args":{},"output":{"outcome":{"status":"failure","payload":{"message":"no such file"}}}}'), "no such file");
  assert.equal(previewOf('{"type":"t","args":{"a":1},"output":{"outcome":{"status":"success","payload":{"message":"fine"}}}}'), "a: 1");
  assert.equal(previewOf('{"type":"t","event":{"visible_text":"Hel"}}'), "Hel");
  assert.equal(previewOf('{"type":"t","request":{"messages":[{"blocks":[{"text":"one"}]},{"blocks":[{"text":"two"},{"text":"three"}]}]}}'), "three");
  assert.equal(previewOf("[1, 2]"), "[1, 2]");
  assert.equal(previewOf("not json"), "not json");
  assert.ok(previewOf(JSON.stringify({ type: "custom", payload: { a: "x".repeat(9e5) } })).length < 400);
});

test("the essence is the outcome", () => {
  assert.deepEqual(essenceOf('{"response":{"text":"t"}}'), ["Output", "t"]);
  assert.deepEqual(essenceOf('{"output":{"outcome":{"status":"success","payload":{"content":"c"}}}}'), ["Output", "c"]);
  assert.deepEqual(essenceOf('{"output":{"outcome":{"status":"success","payload":"p"}}}'), ["Output", "p"]);
  assert.equal(essenceOf("{}"), null);
  assert.equal(essenceOf("{"), null);
});

test("closed sets have words, and strangers do not break them", () => {
  assert.equal(kindWord(3), "tool call");
  assert.equal(kindWord(200), "unknown record");
  assert.deepEqual(flagsOf(2 | 16).map(([word]) => word), ["orphan", "no time"]);
  assert.ok(isStreamPart(11) && !isStreamPart(3));
});

test("long text is cut into pieces at lines, and never inside a pair", () => {
  for (const text of ["x".repeat(20_001), "😀".repeat(9_999), ("y".repeat(79) + "\n").repeat(500), "a" + "😀".repeat(5_000)]) {
    const pieces = [];
    for (let at = 0; at < text.length; ) {
      const to = pieceEnd(text, at);
      pieces.push(text.slice(at, to));
      at = to;
    }
    assert.equal(pieces.join(""), text);
    assert.ok(pieces.every((piece) => piece.length <= 4_000 && piece.isWellFormed()));
  }
});
