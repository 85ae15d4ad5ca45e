// A JSON text as a tree of elements that are only made when they are opened.

import { h, shown } from "./dom.mjs";
import { more } from "./fold.mjs";
import { ARRAY, NUMBER, OBJECT, STRING, keyOf, membersOf, readJson, sourceOf, unquoted } from "./json.mjs";
import { byteSize, clip, counted } from "./text.mjs";

const MEMBERS = 100;
const CHARACTERS = 1000;
// A long text is laid out in pieces.
const PIECE = 4000;
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
  // Opens what fits on a screen, level by level.
  let budget = OPENED - lines.length;
  for (let at = 0; at < lines.length && budget > 0; at += 1) {
    const { node, depth, open } = lines[at];
    if (!open || depth > OPEN_DEPTH || found.members[node] > OPEN_MEMBERS || FOLDED.has(keyOf(found, node))) continue;
    const inner = open();
    for (const member of inner) budget -= 1 + Math.min(CHARACTERS, found.to[member.node] - found.from[member.node]) / 100;
    lines.push(...inner);
  }
  return root;
}

// Adds one value's line; `open` builds and shows its members and returns theirs.
function appendLine(parent, found, node, depth) {
  const named = found.keyFrom[node] < 0 ? [] : [h("span.key", shown(keyOf(found, node))), ": "];
  if (!found.members[node]) {
    const line = h("div.value", ...named, scalar(found, node));
    parent.append(line);
    return { node, depth, line };
  }
  const count = found.members[node];
  const line = h("summary", ...named, h("span.size", found.kind[node] === ARRAY ? "[ " + counted(count, "item", "items") + " ]" : "{ " + counted(count, "member", "members") + " }"));
  const inner = h("div", { class: depth < INDENTED ? "members" : "members flat" });
  const details = h("details.value", line, inner);
  let lines;
  const open = () => {
    details.open = true;
    return (lines ??= appendMembers(inner, found, node, depth, 0));
  };
  details.addEventListener("toggle", () => details.open && open());
  parent.append(details);
  return { node, depth, line, open };
}

function appendMembers(parent, found, node, depth, from) {
  const members = membersOf(found, node, from, MEMBERS);
  const lines = members.map((member) => appendLine(parent, found, member, depth + 1));
  markRepeated(found, lines);
  const left = found.members[node] - from - members.length;
  if (left > 0) parent.append(more(counted(left, "more", "more"), () => appendMembers(parent, found, node, depth, from + MEMBERS)));
  return lines;
}

// Of repeated keys the last one counts; the others say so.
function markRepeated(found, lines) {
  const last = new Map();
  for (const { node, line } of lines) {
    if (found.keyFrom[node] < 0) continue;
    const key = keyOf(found, node);
    last.get(key)?.append(h("span.badge", { title: "The same key comes again below; the last one counts." }, "repeated key"));
    last.set(key, line);
  }
}

function scalar(found, node) {
  const kind = found.kind[node];
  const source = sourceOf(found, node);
  if (kind === OBJECT || kind === ARRAY) return h("span.size", kind === OBJECT ? "{ }" : "[ ]");
  if (kind !== STRING) return longText(source, kind === NUMBER ? "number" : "word");
  const text = unquoted(source);
  if (text === "") return h("span.string.empty-string", "empty");
  return longText(text, text.length > 100 || text.includes("\n") ? "string block" : "string");
}

// Text that is cut when it is long, with its size and a way to see all of it.
export function longText(text, look, limit = CHARACTERS) {
  const element = h("span", { class: look });
  if (text.length <= limit * 1.2) element.append(shown(text));
  else element.append(shown(clip(text, limit)), h("span.cut", "…"), more("Show all " + byteSize(new TextEncoder().encode(text).length), () => element.replaceChildren(...pieces(text))));
  return element;
}

// A long text in pieces, of which the browser lays out only those on screen.
function pieces(text) {
  const made = [];
  for (let at = 0; at < text.length; ) {
    const to = pieceEnd(text, at);
    made.push(h("span.piece", shown(text.slice(at, to))));
    at = to;
  }
  return made;
}

// After a line break where there is one, never inside a pair.
export function pieceEnd(text, from) {
  if (text.length - from <= PIECE) return text.length;
  const feed = text.lastIndexOf("\n", from + PIECE - 1);
  if (feed > from) return feed + 1;
  const last = text.charCodeAt(from + PIECE - 1);
  return from + PIECE - (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
}
