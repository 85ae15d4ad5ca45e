// A call's prompt, and what changed in it since the call before. Positions in the record's text, no document.

import { difference } from "./diff.mjs";
import { ARRAY, STRING, keyOf, lookUp, membersOf, readJson, sourceOf, textAt } from "./json.mjs";
import { byteSize, oneLine } from "./text.mjs";

// Where a provider's cache was told to cut moves along with every call; it is no change of the message.
const BREAKPOINT = /,"cache_breakpoint":(?:true|false)/gu;

// Of the text of an `llm_call_started`: its messages, tools and attachments as nodes.
export function promptOf(text) {
  const found = readJson(text);
  const list = (key) => {
    const node = lookUp(found, 0, "request", key);
    return node >= 0 && found.kind[node] === ARRAY ? membersOf(found, node) : [];
  };
  const messages = list("messages").map((node) => ({ found, node, role: textAt(found, node, "role") || "message", key: sourceOf(found, node).replace(BREAKPOINT, "") }));
  return { found, messages, tools: list("tools").map((node) => textAt(found, node, "name") || sourceOf(found, node)), attachments: list("attachments") };
}

// What it takes to get from one prompt's messages to the next one's: { old, now } with one of them absent where a message
// came or went; unchanged messages are only counted.
export function promptChanges(before, after) {
  const found = { same: 0, changes: [], tools: difference(before.tools, after.tools).filter(([sign]) => sign !== " ") };
  let gone = [];
  let come = [];
  const settle = () => {
    for (const now of come) {
      const place = gone.findIndex((old) => old.role === now.role);
      found.changes.push({ old: place < 0 ? undefined : gone.splice(place, 1)[0], now });
    }
    found.changes.push(...gone.map((old) => ({ old })));
    gone = [];
    come = [];
  };
  for (const [sign, from, to] of difference(before.messages.map(({ key }) => key), after.messages.map(({ key }) => key))) {
    if (sign === "-") gone.push(...before.messages.slice(from, to));
    else if (sign === "+") come.push(...after.messages.slice(from, to));
    else {
      settle();
      found.same += to - from;
    }
  }
  settle();
  return found;
}

// The parts of a message; a plain text in place of blocks is one of them.
export function blocksOf({ found, node }) {
  for (const key of ["blocks", "content"]) {
    const blocks = lookUp(found, node, key);
    if (blocks >= 0) return found.kind[blocks] === ARRAY ? membersOf(found, blocks) : [blocks];
  }
  return [node];
}

// [what it is, its text] of a block; text alone is nothing in particular.
export function blockWords(found, node) {
  if (found.kind[node] === STRING) return ["", textAt(found, node)];
  const kind = textAt(found, node, "kind") || textAt(found, node, "type");
  const name = textAt(found, node, "tool_name");
  if (kind === "text") return ["", textAt(found, node, "text")];
  if (kind === "tool_call") return ["calls " + name, textAt(found, node, "input_json")];
  if (kind === "tool_result") return ["result of " + (name || textAt(found, node, "call_id")), textAt(found, node, "content")];
  if (kind === "reasoning") return ["reasoning", textAt(found, node, "text") || (textAt(found, node, "redacted") === "true" ? "redacted" : textAt(found, node, "summary"))];
  if (kind === "attachment") return ["attachment", attachmentLine(found, lookUp(found, 0, "request", "attachments", Number(textAt(found, node, "attachment_idx"))))];
  return [kind || keyOf(found, node), sourceOf(found, node)];
}

// An attachment is described, never opened.
export function attachmentLine(found, node) {
  if (node < 0) return "not in the record";
  const size = textAt(found, node, "bytes_len");
  const sha = textAt(found, node, "bytes_sha256");
  return [textAt(found, node, "mime") || "unknown type", textAt(found, node, "filename"), size && byteSize(Number(size)), textAt(found, node, "source"), sha && "sha256 " + sha].filter(Boolean).join(" · ");
}

// A message as one line, and as the lines that two versions of it are compared by.
export function messageLine(message) {
  return oneLine(blocksOf(message).slice(0, 6).map((node) => blockWords(message.found, node).filter(Boolean).join(": ").slice(0, 400)).join(" · "), 140);
}

export function messageLines(message) {
  return blocksOf(message).flatMap((node) => {
    const [what, text] = blockWords(message.found, node);
    return [...(what ? [what + ":"] : []), ...text.split("\n")];
  });
}
