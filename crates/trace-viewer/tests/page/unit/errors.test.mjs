import assert from "node:assert/strict";
import { test } from "node:test";
import { errorOf } from "../../../assets/js/errors.mjs";

const of = (record) => errorOf(JSON.stringify(record));
const PLAIN = { what: "", message: "m", chain: [], frames: [], raw: "" };

test("an error is found wherever records keep it", () => {
  assert.deepEqual(of({ type: "llm_call_failed", error: { message: "m" } }), PLAIN);
  assert.deepEqual(of({ type: "lashlang_execution", event: { kind: "node_failed", error: "m" } }), PLAIN);
  assert.deepEqual(of({ type: "protocol_step", payload: { diagnostic: { phase: "exec_code_failed", payload: { error: { message: "m" } } } } }), PLAIN);
  assert.deepEqual(of({ type: "tool_call_completed", output: { outcome: { status: "failure", payload: "m" } } }), PLAIN);
});

test("what is no error is none", () => {
  assert.equal(of({ type: "lashlang_execution", event: { error: null } }), null);
  assert.equal(of({ type: "protocol_step", payload: { diagnostic: { payload: { error: null } } } }), null);
  assert.equal(of({ type: "tool_call_completed", output: { outcome: { status: "success", payload: "m" } } }), null);
  assert.equal(of({ type: "run_summary" }), null);
  assert.equal(errorOf("{"), null);
});

test("type, chain and frames are kept, in order", () => {
  assert.deepEqual(of({ error: { type: "IoError", message: "m", chain: ["first", "second"], frames: [{ file: "a.rs", line: 4, function: "main" }, { file: "b.rs" }, "elsewhere"] } }), {
    what: "IoError", message: "m", chain: ["first", "second"], frames: [["main", "a.rs:4"], ["", "b.rs"], ["", "elsewhere"]], raw: "",
  });
});

test("a provider's and a tool's words are kept", () => {
  assert.deepEqual(of({ error: { message: "m", retryable: true, code: "overloaded", raw: "{}" } }), { ...PLAIN, what: "overloaded · can be retried", raw: "{}" });
  assert.deepEqual(of({ output: { outcome: { status: "failure", payload: { class: "execution", code: "nonzero_exit", message: "m", raw: { stderr: "s" } } } } }), { ...PLAIN, what: "execution · nonzero_exit", raw: "s" });
});

test("errors of other shapes keep all they say", () => {
  assert.equal(of({ error: { reason: "r" } }).message, '{"reason":"r"}');
  assert.equal(of({ error: ["a", "b"] }).message, '["a","b"]');
  assert.deepEqual(of({ error: { message: "m", chain: "no list", frames: [{ odd: 1 }] } }).frames, [["", '{"odd":1}']]);
});
