import assert from "node:assert/strict";
import { test } from "node:test";
import { attachmentLine, blockWords, blocksOf, messageLine, messageLines, promptChanges, promptOf } from "../../../assets/js/prompt.mjs";

const said = (role, ...blocks) => ({ role, blocks });
const text = (words, cache_breakpoint) => ({ kind: "text", text: words, ...(cache_breakpoint && { cache_breakpoint }) });
const prompt = (messages, more = {}) => promptOf(JSON.stringify({ type: "llm_call_started", request: { model: "m", messages, ...more } }));
const told = ({ old, now }) => (old ? "-" + messageLine(old) : "") + (now ? "+" + messageLine(now) : "");

test("what was added is found, what stayed is counted", () => {
  const first = [said("system", text("be brief")), said("user", text("hello"))];
  const changes = promptChanges(prompt(first), prompt([...first, said("assistant", text("hi")), said("user", text("more"))]));
  assert.equal(changes.same, 2);
  assert.deepEqual(changes.changes.map(told), ["+hi", "+more"]);
});

test("a changed message is paired with its old self, by role", () => {
  const before = prompt([said("system", text("be brief")), said("user", text("a")), said("user", text("z"))]);
  const after = prompt([said("system", text("be long")), said("user", text("b")), said("user", text("z"))]);
  const { same, changes } = promptChanges(before, after);
  assert.equal(same, 1);
  assert.deepEqual(changes.map(told), ["-be brief+be long", "-a+b"]);
});

test("a compacted history is told as what went and what came", () => {
  const before = prompt([said("system", text("s")), said("user", text("1")), said("assistant", text("2")), said("user", text("3"))]);
  const { same, changes } = promptChanges(before, prompt([said("system", text("s")), said("assistant", text("summary")), said("user", text("3"))]));
  assert.equal(same, 2);
  assert.deepEqual(changes.map(told), ["-2+summary", "-1"]);
});

test("a cache breakpoint that moved on is no change", () => {
  const before = prompt([said("user", text("a", true))]);
  const { same, changes } = promptChanges(before, prompt([said("user", text("a")), said("user", text("b", true))]));
  assert.equal(same, 1);
  assert.deepEqual(changes.map(told), ["+b"]);
});

test("a text that speaks of cache breakpoints keeps its words", () => {
  const { same } = promptChanges(prompt([said("user", text('x,"cache_breakpoint":true'))]), prompt([said("user", text("x"))]));
  assert.equal(same, 0);
});

test("tools that came and went are found by name", () => {
  const tools = (...names) => ({ tools: names.map((name) => ({ name, description: "d" })) });
  const [before, after] = [prompt([], tools("grep", "glob")), prompt([], tools("grep", "exec"))];
  assert.deepEqual(promptChanges(before, after).tools, [["-", 1, 2], ["+", 1, 2]]);
});

test("every kind of block has words, and unknown ones their JSON", () => {
  const { messages } = prompt([said("user",
    text("plain"),
    { kind: "tool_call", call_id: "1", tool_name: "grep", input_json: { a: 1 } },
    { kind: "tool_result", call_id: "1", tool_name: null, content: "found" },
    { kind: "reasoning", text: "hm", summary: [] },
    { kind: "attachment", attachment_idx: 0 },
    { kind: "attachment", attachment_idx: 9 },
    { kind: "hologram", depth: 3 }, 5)], { attachments: [{ source: "inline", mime: "image/png", filename: "a.png", bytes_sha256: "ab", bytes_len: 2048 }] });
  const words = blocksOf(messages[0]).map((node) => blockWords(messages[0].found, node));
  assert.deepEqual(words, [["", "plain"], ["calls grep", '{"a":1}'], ["result of 1", "found"], ["reasoning", "hm"],
    ["attachment", "image/png · a.png · 2.0 KiB · inline · sha256 ab"], ["attachment", "not in the record"], ["hologram", '{"kind":"hologram","depth":3}'], ["", "5"]]);
});

test("an attachment that says nothing of itself is still described", () => {
  const { found, attachments } = prompt([], { attachments: [{}] });
  assert.equal(attachmentLine(found, attachments[0]), "unknown type");
});

test("prompts of other shapes are empty or kept whole", () => {
  for (const request of [undefined, null, 3, { messages: "no" }, { messages: [] }]) assert.deepEqual(promptOf(JSON.stringify({ request })).messages, []);
  const { messages } = prompt([{ role: "user", content: "as text" }, "bare", null]);
  assert.deepEqual(messages.map(({ role }) => role), ["user", "message", "message"]);
  assert.deepEqual(messages.map(messageLines), [["as text"], ["bare"], ["null"]]);
});
