// What is in a record, in a line for the list and in full.

import { errorAt } from "./errors.mjs";
import { OBJECT, STRING, keyOf, lookUp, membersOf, readJson, textAt, unquoted } from "./json.mjs";
import { oneLine } from "./text.mjs";

const LENGTH = 160;

// The first of these that leads to text is shown; the numbers count from the end.
const PATHS = ["response.text", "response.terminal_reason", "done_reason", "request.messages.-1.blocks.-1.text", "request.messages.-1.blocks.-1.content", "event.endpoint", "event.raw_json.delta.text", "event.raw_json.delta",
  "event.item_id", "event.visible_text", "event.raw_text", "event.tool_name", "event.label", "event.identity.entry_name", "payload.diagnostic.payload.code", "payload.diagnostic.phase", "message", "outcome", "reason"]
  .map((path) => path.split(".").map((key) => (key === "-1" ? -1 : key)));
// Shown member by member when there is no such text.
const WHOLE = ["args", "payload", "usage", "details"];

function read(text) {
  try {
    return readJson(text);
  } catch {
    return null;
  }
}

export function previewOf(text) {
  const found = read(text);
  if (!found || lookUp(found, 0, "type") < 0) return oneLine(text, LENGTH);
  const words = errorAt(found)?.message || PATHS.map((path) => textAt(found, 0, ...path)).find(Boolean);
  if (words) return oneLine(words, LENGTH);
  const size = textAt(found, 0, "prompt_chars");
  return size ? size + " characters" : argumentsOf(found, ...WHOLE);
}

// `path: src/main.rs, limit: 20`
export function argumentsOf(found, ...keys) {
  const node = keys.map((key) => lookUp(found, 0, key)).find((place) => place >= 0) ?? -1;
  if (node < 0) return "";
  const spelled = (at) => {
    const source = found.text.slice(found.from[at], Math.min(found.to[at], found.from[at] + LENGTH * 2));
    return found.kind[at] === STRING ? unquoted(source) : source;
  };
  const line = found.kind[node] === OBJECT ? membersOf(found, node, 0, 8).map((member) => keyOf(found, member) + ": " + spelled(member)).join(", ") : spelled(node);
  return oneLine(line, LENGTH);
}

// What came of it, in full: [what it is, text], or null.
export function essenceOf(text) {
  const found = read(text);
  const words = found && (textAt(found, 0, "output", "outcome", "payload", "content") || textAt(found, 0, "output", "outcome", "payload") || textAt(found, 0, "response", "text") || textAt(found, 0, "done_reason") || textAt(found, 0, "message"));
  return words ? ["Output", words] : null;
}
