// One line that says what is in a record, for the list.

import { OBJECT, STRING, keyOf, lookUp, membersOf, readJson, sourceOf, textAt, unquoted } from "./json.mjs";
import { oneLine } from "./text.mjs";

const LENGTH = 160;
const ASKED = [["request", "messages", -1, "blocks", -1, "text"], ["request", "messages", -1, "blocks", -1, "content"]];

// Paths tried in order, by record type: the first that leads to text is shown.
const PATHS = new Map([
  ["turn_completed", [["done_reason"]]],
  ["prompt_built", []],
  ["llm_call_completed", [["response", "text"], ["response", "terminal_reason"]]],
  ["llm_call_failed", [["error", "message"]]],
  ["llm_call_started", ASKED],
  ["provider_request", [["event", "endpoint"]]],
  ["provider_stream_event", [["event", "raw_json", "delta"], ["event", "raw_json", "delta", "text"], ["event", "item_id"]]],
  ["runtime_stream_event", [["event", "visible_text"], ["event", "raw_text"], ["event", "tool_name"]]],
  ["lashlang_execution", [["event", "error"], ["event", "label"], ["event", "identity", "entry_name"]]],
  ["protocol_step", [["payload", "diagnostic", "payload", "code"], ["payload", "diagnostic", "phase"]]],
  ["log", [["message"]]],
  ["runtime_event", [["message"]]],
  ["uncaught_error", [["error", "message"]]],
  ["run_summary", [["error", "message"], ["outcome"]]],
  ["records_dropped", [["reason"]]],
]);

// Members shown when no path says better, by record type.
const WHOLE = new Map([
  ["tool_call_started", "args"],
  ["tool_call_completed", "args"],
  ["custom", "payload"],
  ["protocol_step", "payload"],
  ["runtime_event", "details"],
]);

// What it is called, and where it stands: the first path that leads to text.
const ESSENCE = new Map([
  ["llm_call_completed", ["Response", ["response", "text"]]],
  ["turn_completed", ["Done", ["done_reason"]]],
  ["runtime_stream_event", ["Text", ["event", "visible_text"], ["event", "raw_text"]]],
  ["log", ["Message", ["message"]]],
]);

export function previewOf(type, text) {
  let found;
  try {
    found = readJson(text);
  } catch {
    return oneLine(text, LENGTH);
  }
  if (type === "tool_call_completed") {
    const status = textAt(found, 0, "output", "outcome", "status");
    const payload = textAt(found, 0, "output", "outcome", "payload");
    if (status && status !== "success" && payload) return oneLine(readable(payload), LENGTH);
  }
  const line = oneLine(firstText(found, PATHS.get(type) ?? []), LENGTH);
  if (line) return line;
  if (type === "prompt_built") return promptLine(found);
  if (type === "token_usage") return membersLine(found, lookUp(found, 0, "usage"));
  if (WHOLE.has(type)) return membersLine(found, lookUp(found, 0, WHOLE.get(type)));
  return PATHS.has(type) || type.endsWith("_started") ? "" : oneLine(text, LENGTH);
}

// The part of a record that a reader came for, in full: [what it is, text], or null. Errors and prompts have cards of their own.
export function essenceOf(type, text) {
  let found;
  try {
    found = readJson(text);
  } catch {
    return null;
  }
  if (type === "tool_call_completed") return toolEssence(found);
  const [what, ...paths] = ESSENCE.get(type) ?? [""];
  const value = firstText(found, paths);
  return value ? [what, value] : null;
}

function toolEssence(found) {
  const status = textAt(found, 0, "output", "outcome", "status");
  const payload = textAt(found, 0, "output", "outcome", "payload");
  if (status === "success") return ["Output", textAt(found, 0, "output", "outcome", "payload", "content") || payload];
  return payload && status === "cancelled" ? ["Cancelled", readable(payload)] : null;
}

function firstText(found, paths) {
  for (const path of paths) {
    const text = textAt(found, 0, ...path);
    if (text) return text;
  }
  return "";
}

// Of an error in JSON, its message when it has one.
function readable(text) {
  try {
    return textAt(readJson(text), 0, "message") || text;
  } catch {
    return text;
  }
}

function promptLine(found) {
  const parts = lookUp(found, 0, "components");
  const ids = parts < 0 ? [] : membersOf(found, parts, 0, 12).map((part) => textAt(found, part, "id"));
  return oneLine(textAt(found, 0, "prompt_chars") + " characters" + (ids.length ? ": " + ids.join(", ") : ""), LENGTH);
}

// `path: src/main.rs, limit: 20`
function membersLine(found, node) {
  if (node < 0) return "";
  if (found.kind[node] === STRING) return oneLine(unquoted(sourceOf(found, node)), LENGTH);
  if (found.kind[node] !== OBJECT) return oneLine(sourceOf(found, node), LENGTH);
  const parts = membersOf(found, node, 0, 8).map((member) => {
    const source = found.text.slice(found.from[member], Math.min(found.to[member], found.from[member] + LENGTH));
    const value = found.kind[member] === STRING && found.to[member] - found.from[member] < LENGTH ? unquoted(source) : source;
    return keyOf(found, member) + ": " + value;
  });
  return oneLine(parts.join(", "), LENGTH);
}
