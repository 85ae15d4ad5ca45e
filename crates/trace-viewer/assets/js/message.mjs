// Prompts and messages on the page: what changed since the call before, the rest on demand.

import { difference } from "./diff.mjs";
import { button, h, shown } from "./dom.mjs";
import { fold } from "./fold.mjs";
import { ARRAY, OBJECT, STRING, lookUp, sourceOf, textAt } from "./json.mjs";
import { attachmentLine, blockWords, blocksOf, messageLine, messageLines, promptChanges } from "./prompt.mjs";
import { counted, oneLine } from "./text.mjs";
import { longText, valueTree } from "./value.mjs";

const FENCE = /^(```[^]*?^```[^\S\n]*$)/mu;
const CHARACTERS = 1500;
const LISTED = 12;
const AROUND = 2;
const LINES = 200;

// Text as text; only code between fences is set apart.
export function prose(text, limit = CHARACTERS) {
  if (text.length > limit * 1.2) return [longText(text, "prose", limit)];
  return text.split(FENCE).map((part, place) => part && h(place % 2 ? "pre" : "span", place % 2 ? { class: "fenced", tabindex: "0" } : { class: "prose" }, shown(place % 2 ? part : part.replace(/^\n|\n$/gu, "")))).filter(Boolean);
}

// Any value: text as text, the rest as a tree.
export function viewOf(found, node) {
  if (node < 0) return [];
  if (found.kind[node] === STRING) return [longText(textAt(found, node), "plain", CHARACTERS)];
  const text = lookUp(found, node, "content");
  if (found.members[node] === 1 && text >= 0 && found.kind[text] === STRING) return viewOf(found, text);
  return [valueTree(sourceOf(found, node))];
}

function blockView(found, node) {
  const [what, text] = blockWords(found, node);
  const input = what.startsWith("calls ") ? lookUp(found, node, "input_json") : -1;
  const nested = input >= 0 && (found.kind[input] === OBJECT || found.kind[input] === ARRAY);
  return h("div.block", what && h("p.where", shown(what)), ...(nested ? [valueTree(text)] : prose(text)));
}

export function messageView(message) {
  return blocksOf(message).map((node) => blockView(message.found, node));
}

function messageFold(sign, message) {
  return fold("message", [h("span.sign", sign), h("span.role", shown(message.role)), h("span.line.data", shown(messageLine(message)))], () => messageView(message));
}

// The lines of a text that changed, with a few around them.
function lineChanges(old, now) {
  const rows = [];
  const stretches = difference(old, now);
  const line = (sign, text) => rows.push(h("div", { class: sign === "+" ? "added" : sign === "-" ? "removed" : "" }, h("span.sign", sign), longText(text, "raw")));
  const fact = (words) => rows.push(h("div.where", words));
  stretches.forEach(([sign, from, to], place) => {
    if (sign !== " ") {
      (sign === "+" ? now : old).slice(from, Math.min(to, from + LINES)).forEach((text) => line(sign, text));
      if (to > from + LINES) fact("… " + counted(to - from - LINES, "more line", "more lines"));
      return;
    }
    const head = place > 0 ? Math.min(to, from + AROUND) : from;
    const tail = place < stretches.length - 1 ? Math.max(head, to - AROUND) : to;
    old.slice(from, head).forEach((text) => line(" ", text));
    if (tail > head) fact("… " + counted(tail - head, "line", "lines") + " unchanged");
    old.slice(tail, to).forEach((text) => line(" ", text));
  });
  return h("div.lines", ...rows);
}

function changeView({ old, now }) {
  if (!old) return messageFold("+", now);
  if (!now) return messageFold("−", old);
  return h("div.changed", h("p", h("span.sign", "~"), h("span.role", shown(now.role)), " changed"), lineChanges(messageLines(old), messageLines(now)));
}

function saysText({ found, node }) {
  return blocksOf({ found, node }).some((block) => ["", "attachment"].includes(blockWords(found, block)[0]));
}

// What the user newly said: after the last thing that anybody else did.
export function newlySaid(changes) {
  const added = changes.filter(({ old }) => !old).map(({ now }) => now);
  const last = added.findLastIndex(({ role }) => role !== "user");
  return added.slice(last + 1).filter(saysText);
}

// What the user said, then the prompt as the difference to the one before. Without one before, everything is new.
export function promptView(after, before, cached) {
  const { same, changes, tools } = before ? promptChanges(before, after) : { same: 0, changes: after.messages.map((now) => ({ now })), tools: [] };
  const said = newlySaid(changes);
  const listed = changes.filter(({ now }) => !said.includes(now));
  const words = [before ? counted(same, "message", "messages") + " unchanged" : counted(after.messages.length, "message", "messages") + ", the first prompt of the session", cached].filter(Boolean).join(" · ");
  const whole = fold("prompt", ["Prompt ", h("span.where", words)], () => [...after.messages.map((message) => messageFold("", message)), ...after.attachments.map((node) => h("p.attachment", shown(attachmentLine(after.found, node))))]);
  const views = listed.slice(0, LISTED).map(changeView);
  for (const [sign, from, to] of tools) views.push(h("p.changed", h("span.sign", sign), "tools: ", shown(oneLine((sign === "+" ? after : before).tools.slice(from, to).join(", "), 300))));
  if (listed.length > LISTED) {
    const more = button(counted(listed.length - LISTED, "more change", "more changes"), "Show them all", () => more.replaceWith(...listed.slice(LISTED).map(changeView)), { class: "more" });
    views.push(more);
  }
  return [...said.map((message) => h("div.said", h("p.role", shown(message.role)), ...messageView(message))), whole, ...views];
}
