import assert from "node:assert/strict";
import { test } from "node:test";
import { ARRAY, NUMBER, OBJECT, STRING, keyOf, lookUp, membersOf, readJson, sourceOf, textAt, unquoted } from "../../../assets/js/json.mjs";

// What JSON.parse gives, rebuilt from positions.
function rebuilt(found, node = 0) {
  if (found.kind[node] === OBJECT) return Object.fromEntries(membersOf(found, node).map((member) => [keyOf(found, member), rebuilt(found, member)]));
  if (found.kind[node] === ARRAY) return membersOf(found, node).map((member) => rebuilt(found, member));
  return JSON.parse(sourceOf(found, node));
}

test("positions rebuild every value", () => {
  for (const text of ['{"a":[1,{"b":"c\\"d"},null,true],"e":{}, "f" : [ ] }', "[[],[[1]],{}]", '"x"', "-1.5e3", " null ", '{"":0}', '{"a,}]":"{[:"}']) {
    assert.deepEqual(rebuilt(readJson(text)), JSON.parse(text), text);
  }
});

test("numbers keep their digits", () => {
  const found = readJson('{"n":12345678901234567890123,"f":1e400}');
  assert.equal(textAt(found, 0, "n"), "12345678901234567890123");
  assert.equal(found.kind[1], NUMBER);
  assert.equal(sourceOf(found, 2), "1e400");
});

test("repeated keys are all there, the last one counts", () => {
  const found = readJson('{"a":1,"\\u0061":2,"b":3}');
  assert.deepEqual(membersOf(found, 0).map((member) => keyOf(found, member)), ["a", "a", "b"]);
  assert.equal(textAt(found, 0, "a"), "2");
});

test("look-ups count from the end of arrays too", () => {
  const found = readJson('{"m":[{"t":"x"},{"t":"y"}]}');
  assert.equal(textAt(found, 0, "m", -1, "t"), "y");
  assert.equal(textAt(found, 0, "m", 0, "t"), "x");
  assert.equal(lookUp(found, 0, "m", 7), -1);
  assert.equal(lookUp(found, 0, "__proto__"), -1);
});

test("depth costs no stack, width no time", () => {
  const deep = readJson("[".repeat(200_000) + "]".repeat(200_000));
  assert.equal(deep.kind.length, 200_000);
  const wide = readJson("[" + "1,".repeat(199_999) + "1]");
  assert.equal(membersOf(wide, 0, 199_990).length, 10);
});

test("lone surrogates survive", () => {
  const found = readJson('{"\\ud800":"\\udc00"}');
  assert.equal(keyOf(found, 1), "\ud800");
  assert.equal(unquoted(sourceOf(found, 1)), "\udc00");
  assert.equal(found.kind[1], STRING);
});

test("what is not JSON is refused, not guessed", () => {
  for (const text of ["", "{", '"a', "]", "[1", "{} {}", '{"a":"\\']) assert.throws(() => readJson(text), SyntaxError, text);
});
