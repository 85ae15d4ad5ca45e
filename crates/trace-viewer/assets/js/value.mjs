// A JSON text as a tree of elements that are only made when they are opened.

import { button, h, shown } from "./dom.mjs";
import { ARRAY, NUMBER, OBJECT, STRING, keyOf, membersOf, readJson, sourceOf, unquoted } from "./json.mjs";
import { byteSize, clip, counted } from "./text.mjs";

const MEMBERS = 100;
const CHARACTERS = 1000;
// A long text is laid out in pieces, and a very long one is handed out in portions.
const PIECE = 4000;
const PORTION = 250_000;
// Lines that a tree opens by itself, and how deep.
const OPENED = 60;
const OPEN_DEPTH = 5;
// Long lists and the envelope start folded: the payload is what a reader came for.
const OPEN_MEMBERS = 24;
const FOLDED = new Set(["context", "tools", "components", "execution_map"]);
const INDENTED = 14;

// The tree of a whole record; text that is not JSON is shown as it is.
export function valueTree(text) {
  let found;
  try {
    found = readJson(text);
  } catch {
    return longText(text, "raw");
  }
  const root = h("div.json", { role: "group" });
  const lines = found.members[0] ? appendMembers(root, found, 0, 0, 0) : [appendLine(root, found, 0, 0)];
  openFirst(found, lines);
  return root;
}

// Opens what fits on a screen, level by level.
function openFirst(found, lines) {
  let budget = OPENED - lines.length;
  for (let at = 0; at < lines.length && budget > 0; at += 1) {
    const { node, depth, open } = lines[at];
    if (!open || depth > OPEN_DEPTH || found.members[node] > OPEN_MEMBERS || FOLDED.has(keyOf(found, node))) continue;
    const inner = open();
    for (const member of inner) budget -= 1 + Math.min(CHARACTERS, found.to[member.node] - found.from[member.node]) / 100;
    lines.push(...inner);
  }
}

// Adds one value's line; `open` builds and shows its members and returns theirs.
function appendLine(parent, found, node, depth) {
  const kind = found.kind[node];
  const nested = (kind === OBJECT || kind === ARRAY) && found.members[node] > 0;
  const line = h("div.value");
  const label = found.keyFrom[node] < 0 ? null : h("span.key", shown(keyOf(found, node)));
  const named = label ? [label, ": "] : [];
  parent.append(line);
  if (!nested) {
    line.append(...named, scalar(found, node));
    return { node, depth, line };
  }
  const inner = h("div", { class: depth < INDENTED ? "members" : "members flat", hidden: true });
  const twist = h("button", { type: "button", class: "twist", "aria-expanded": "false", "aria-label": "Members" });
  const size = h("span.size", sizeOf(found, node));
  line.append(twist, ...named, size);
  parent.append(inner);
  let lines = null;
  const open = () => {
    lines ??= appendMembers(inner, found, node, depth, 0);
    inner.hidden = false;
    twist.setAttribute("aria-expanded", "true");
    return lines;
  };
  const toggle = () => {
    if (inner.hidden) return open();
    inner.hidden = true;
    twist.setAttribute("aria-expanded", "false");
    return null;
  };
  twist.addEventListener("click", toggle);
  size.addEventListener("click", toggle);
  label?.addEventListener("click", toggle);
  return { node, depth, line, open };
}

function sizeOf(found, node) {
  const members = found.members[node];
  return found.kind[node] === ARRAY ? "[ " + counted(members, "item", "items") + " ]" : "{ " + counted(members, "member", "members") + " }";
}

function appendMembers(parent, found, node, depth, from) {
  const members = membersOf(found, node, from, MEMBERS);
  const lines = members.map((member) => appendLine(parent, found, member, depth + 1));
  markRepeated(found, lines);
  const left = found.members[node] - from - members.length;
  if (left > 0) {
    const more = button(counted(left, "more", "more"), "Show the next " + Math.min(left, MEMBERS), () => {
      more.remove();
      appendMembers(parent, found, node, depth, from + MEMBERS);
    }, { class: "more" });
    parent.append(more);
  }
  return lines;
}

// Of repeated keys the last one counts; the others say so.
function markRepeated(found, lines) {
  const last = new Map();
  for (const { node, line } of lines) {
    if (found.keyFrom[node] < 0) continue;
    const key = keyOf(found, node);
    const before = last.get(key);
    if (before) before.append(h("span.badge", { title: "The same key comes again below; the last one counts." }, "repeated key"));
    last.set(key, line);
  }
}

function scalar(found, node) {
  const kind = found.kind[node];
  if (kind === OBJECT) return h("span.size", "{ }");
  if (kind === ARRAY) return h("span.size", "[ ]");
  const source = sourceOf(found, node);
  if (kind === STRING) return stringValue(unquoted(source));
  return longText(source, kind === NUMBER ? "number" : "word");
}

function stringValue(text) {
  if (text === "") return h("span.string.empty-string", "empty");
  return longText(text, text.length > 100 || text.includes("\n") ? "string block" : "string");
}

// Text that is cut when it is long, with its size and a way to see all of it.
export function longText(text, look, limit = CHARACTERS) {
  const element = h("span", { class: look });
  if (text.length <= limit * 1.2) {
    element.append(shown(text));
    return element;
  }
  const size = byteSize(new TextEncoder().encode(text).length);
  const all = button(text.length > PORTION ? "Show more of " + size : "Show all " + size, "Show more of the text", () => {
    element.replaceChildren();
    appendPieces(element, text, 0);
  }, { class: "more" });
  element.append(shown(clip(text, limit)), h("span.cut", "…"), all);
  return element;
}

// A portion of a long text in pieces, of which the browser lays out only those on screen.
function appendPieces(element, text, from) {
  let at = from;
  while (at < text.length && at < from + PORTION) {
    const to = pieceEnd(text, at);
    element.append(h("span.piece", shown(text.slice(at, to))));
    at = to;
  }
  if (at === text.length) return;
  const more = button(counted(text.length - at, "more character", "more characters"), "Show more of the text", () => {
    more.remove();
    appendPieces(element, text, at);
  }, { class: "more" });
  element.append(more);
}

// After a line break where there is one, never inside a pair.
export function pieceEnd(text, from) {
  if (text.length - from <= PIECE) return text.length;
  const feed = text.lastIndexOf("\n", from + PIECE - 1);
  if (feed > from) return feed + 1;
  const last = text.charCodeAt(from + PIECE - 1);
  return from + PIECE - (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
}
