import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "./words.mjs";
import { completions } from "../../../assets/js/complete.mjs";
import { QueryContext, compile } from "../../../assets/js/filter.mjs";
import { matchingLines, patternFor } from "../../../assets/js/match.mjs";
import { dateOf, parseQuery, sortOf } from "../../../assets/js/query.mjs";

const vectors = (name) => JSON.parse(readFileSync(new URL("../../data/query/" + name + ".json", import.meta.url), "utf8"));
const { rows, cases, start, span_us: span } = vectors("matches");
const code = (field, word) => (word ? sortOf(field).get(word)[0] : 0);

// The rows as the page's columns have them.
function columns() {
  const names = [""];
  const numberOf = (name) => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1);
  const records = rows.flatMap((row, at) => row.types.map((type) => ({ type: numberOf(type), row: at })));
  const counted = rows.filter((row) => row.tokens);
  const index = {
    kind: Uint8Array.from(rows, (row) => code("kind", row.kind)),
    status: Uint8Array.from(rows, (row) => code("status", row.status)),
    flags: Uint16Array.from(rows, (row) => (row.flags ?? []).reduce((bits, flag) => bits | (1 << code("flag", flag)), (code("level", row.level) << 13) | (row.error ? 256 : 0))),
    depth: Uint8Array.from(rows, (row) => row.depth),
    name: Uint8Array.from(rows, (row) => numberOf(row.name)),
    start: Float64Array.from(rows, (row) => row.at_us),
    duration: Int32Array.from(rows, (row) => row.dur_us),
    usage: Int32Array.from(rows, (row) => (row.tokens ? counted.indexOf(row) : -1)),
    tokens: Int32Array.from(counted.flatMap((row) => row.tokens)),
    turn: Int32Array.from(rows.filter((row) => row.kind === "turn"), (row) => row.number ?? -1),
    type: Uint8Array.from(records, (record) => record.type),
    row: Uint32Array.from(records, (record) => record.row),
  };
  return new QueryContext(index, { names, span, start: dateOf(start) });
}

function masks(texts) {
  return texts.map((needle) => Uint8Array.from(rows, ({ texts: lines }) => (matchingLines(lines.map((line) => line + "\n").join(""), [patternFor(needle)])[0].length ? 1 : 0)));
}

function compiled(query, context) {
  const { tree, error } = parseQuery(query);
  assert.equal(error, null, query);
  return compile(tree, context);
}

const certain = (found, given = [], done = !found.texts.length) => [...found.match(given, done).keys()].filter((row) => found.match(given, done)[row]);

test("queries match the rows they should", () => {
  const context = columns();
  for (const { query, matches } of cases) {
    const found = compiled(query, context);
    assert.deepEqual(certain(found, masks(found.texts), true), matches, query);
  }
});

test("before all records are read, only what is certain matches", () => {
  const context = columns();
  for (const { query, matches } of cases) {
    const found = compiled(query, context);
    if (!found.texts.length) {
      assert.deepEqual(certain(found), matches, query);
      continue;
    }
    const whole = masks(found.texts);
    assert.ok(certain(found).every((row) => matches.includes(row)), query);
    for (let half = 0; half <= rows.length; half += 6) {
      const read = whole.map((mask) => mask.map((hit, row) => (row < half ? hit : 0)));
      assert.ok(certain(found, read, false).every((row) => matches.includes(row)), query);
    }
  }
  const negated = compiled("-file", context);
  assert.deepEqual(certain(negated), []);
  const named = compiled("file", context);
  assert.deepEqual(certain(named), [4, 5], "names need no records");
});

test("errors name their place", () => {
  for (const { query, at, says } of vectors("errors")) {
    const { tree, error } = parseQuery(query);
    if (!says) assert.equal(error, null, query);
    else {
      assert.equal(tree, null, query);
      assert.ok(error.message.includes(says), query + ": " + error.message);
      assert.equal([...query.slice(0, error.at)].length, at, query);
    }
  }
  assert.ok(parseQuery("x".repeat(4001)).error.message.includes("longer"));
});

test("any text is a query or an error", () => {
  const parts = ["kind:", "dur>", "at:", "tool", '"', "\\", "(", ")", "|", "-", " or ", " not ", ",", "*", "5s", "..", "=", "!", "\u00A0", "é", "\uD83D", "2026-05-11", "level<"];
  let seed = 7;
  const roll = (sides) => (seed = (seed * 48271) % 2147483647) % sides;
  for (let turn = 0; turn < 20_000; turn += 1) {
    const query = Array.from({ length: roll(9) }, () => parts[roll(parts.length)]).join("");
    const { tree, error } = parseQuery(query);
    assert.ok((tree === null) !== (error === null), query);
    if (error) assert.ok(error.at >= 0 && error.at <= query.length && error.message, query);
  }
});

test("what is typed is completed by fields and values of the trace", () => {
  const context = columns();
  const offered = (text, caret = text.length) => completions(text, caret, context);
  assert.deepEqual(offered("ki"), { from: 0, field: undefined, options: ["kind:"] });
  assert.deepEqual(offered("a -sta").options, ["status:"]);
  assert.ok(offered("").options.includes("dur>"));
  assert.deepEqual(offered("kind:t").options, ["turn", "tool"]);
  assert.ok(offered("kind:").options.includes("call"));
  assert.ok(!offered("kind:").options.includes("tool_call"), "one word for each kind");
  assert.deepEqual(offered("Kind:tool,ll"), { from: 10, field: "kind", options: ["llm"] });
  assert.deepEqual(offered("name:read").options, ["read_file"]);
  assert.deepEqual(offered('tool:"gr'), { from: 5, field: "tool", options: ['"Grep \\"all\\" (fast)"'] });
  assert.deepEqual(offered("session:").options, ["chat-1", "chat-1.sub"]);
  assert.deepEqual(offered("turn:").options, ["turn-1", '"turn 4"']);
  assert.deepEqual(offered("type:llm_call_c").options, ["llm_call_completed"]);
  assert.deepEqual(offered("level>=w").options, ["warn"]);
  assert.deepEqual(offered("status:failed x", 10).options, ["failed"]);
  for (const none of ['"kind', "dur>", "id:", "nothing:", "constructor:"]) assert.deepEqual(offered(none).options, [], none);
  for (const option of offered("tool:").options) assert.equal(certain(compiled("tool=" + option, context)).length, 1, option);
});
