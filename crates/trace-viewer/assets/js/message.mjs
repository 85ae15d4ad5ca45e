// Prompts and messages on the page: what changed since the call before, the rest on demand.

import { difference } from "./diff.mjs";
import { h, shown } from "./dom.mjs";
import { fold } from "./fold.mjs";
import { ARRAY, OBJECT, STRING, lookUp, sourceOf, textAt } from "./json.mjs";
import { attachmentLine, blockWords, blocksOf, messageLine, messageLines, promptChanges } from "./prompt.mjs";
import { counted, oneLine } from "./text.mjs";
import { longText, valueTree } from "./value.mjs";

const FENCE = /^(```[^]*?^```[^\S\n]*$)/mu;
const CHARACTERS = 1500;
const LISTED = 12;
const LINES = 200;
const LOOKS = { "+": "added", "-": "removed" };

// Text as text; only code between fences is set apart.
export function prose(text) {
  if (text.length > CHARACTERS * 1.2) return [longText(text, "prose", CHARACTERS)];
  return text.split(FENCE).map((part, place) => (place % 2 ? h("pre.fenced", { tabindex: "0" }, shown(part)) : part && h("span.prose", shown(part.replace(/^\n|\n$/gu, ""))))).filter(Boolean);
}

// Any value: text as text, the rest as a tree.
export function viewOf(found, node) {
  if (found.kind[node] === STRING) return [longText(textAt(found, node), "plain", CHARACTERS)];
  const text = lookUp(found, node, "content");
  if (found.members[node] === 1 && text >= 0 && found.kind[text] === STRING) return viewOf(found, text);
  return [valueTree(sourceOf(found, node))];
}

function blockView(found, node) {
  const [what, text] = blockWords(found, node);
  const input = what.startsWith("calls ") ? lookUp(found, node, "input_json") : -1;
  return h("div.block", what && h("p.where", shown(what)), ...([OBJECT, ARRAY].includes(found.kind[input]) ? [valueTree(text)] : prose(text)));
}

function messageView(message) {
  return blocksOf(message).map((node) => blockView(message.found, node));
}

function messageFold(sign, message) {
  return fold("message", [h("span.sign", sign), h("span.role", shown(message.role)), h("span.line.data", shown(messageLine(message)))], () => messageView(message));
}

// Two versions of a message: the lines that came and went, the others on demand.
function lineChanges(old, now) {
  return h("div.lines", ...difference(old, now).flatMap(([sign, from, to]) => {
    const lines = (first, end) => (sign === "+" ? now : old).slice(first, end).map((text) => h("div", { class: LOOKS[sign] }, h("span.sign", sign), longText(text, "raw")));
    const open = sign === " " && to - from > 4 ? from : Math.min(to, from + LINES);
    return [...lines(from, open), to > open && fold("", [counted(to - open, "line", "lines") + (sign === " " ? " unchanged" : " more")], () => lines(open, to))];
  }));
}

function changeView({ old, now }) {
  if (!old) return messageFold("+", now);
  if (!now) return messageFold("−", old);
  return h("div.changed", h("p", h("span.sign", "~"), h("span.role", shown(now.role)), " changed"), lineChanges(messageLines(old), messageLines(now)));
}

// What the user newly said: after the last thing that anybody else did.
export function newlySaid(changes) {
  const added = changes.filter(({ old }) => !old).map(({ now }) => now);
  const last = added.findLastIndex(({ role }) => role !== "user");
  return added.slice(last + 1).filter((message) => blocksOf(message).some((block) => ["", "attachment"].includes(blockWords(message.found, block)[0])));
}

// What the user said, then the prompt as the difference to the one before. Without one before, everything is new.
export function promptView(after, before, cached) {
  const { same, changes, tools } = before ? promptChanges(before, after) : { same: 0, changes: after.messages.map((now) => ({ now })), tools: [] };
  const said = newlySaid(changes);
  const listed = changes.filter(({ now }) => !said.includes(now));
  const words = [before ? counted(same, "message", "messages") + " unchanged" : counted(after.messages.length, "message", "messages") + ", the first prompt of the session", cached].filter(Boolean).join(" · ");
  return [
    ...said.map((message) => h("div.said", h("p.role", shown(message.role)), ...messageView(message))),
    fold("prompt", ["Prompt ", h("span.where", words)], () => [...after.messages.map((message) => messageFold("", message)), ...after.attachments.map((node) => h("p.attachment", shown(attachmentLine(after.found, node))))]),
    ...listed.slice(0, LISTED).map(changeView),
    ...tools.map(([sign, from, to]) => h("p.changed", h("span.sign", sign), "tools: ", shown(oneLine((sign === "+" ? after : before).tools.slice(from, to).join(", "), 300)))),
    ...(listed.length > LISTED ? [fold("prompt", [counted(listed.length - LISTED, "more change", "more changes")], () => listed.slice(LISTED).map(changeView))] : []),
  ];
}
