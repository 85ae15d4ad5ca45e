// A JSON text as positions: what stands where, without turning any of it into numbers that could lose digits.
// Nothing here recurses; nesting of any depth costs one array entry.

export const OBJECT = 1;
export const ARRAY = 2;
export const STRING = 3;
export const NUMBER = 4;
export const WORD = 5;

const SCALAR_END = /[\s,\]}]|$/gu;
const STRING_END = /["\\]/gu;

// Parallel arrays over the values in text order: kind, text range, key's text range (-1 for none), one past the last
// value inside, number of direct members.
export function readJson(text) {
  const found = { text, kind: [], from: [], to: [], keyFrom: [], keyTo: [], end: [], members: [] };
  const open = [];
  let key = -1;
  let keyTo = -1;
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x3a) {
      at += 1;
    } else if (code === 0x7d || code === 0x5d) {
      if (!open.length) throw new SyntaxError("closed without being opened");
      const node = open.pop();
      at += 1;
      found.to[node] = at;
      found.end[node] = found.kind.length;
    } else if (code === 0x22 && key < 0 && open.length && found.kind[open[open.length - 1]] === OBJECT) {
      key = at;
      at = stringEnd(text, at);
      keyTo = at;
    } else {
      const node = found.kind.length;
      if (open.length) found.members[open[open.length - 1]] += 1;
      else if (node > 0) throw new SyntaxError("more than one value");
      const nested = code === 0x7b || code === 0x5b;
      const kind = code === 0x7b ? OBJECT : code === 0x5b ? ARRAY : code === 0x22 ? STRING : code === 0x2d || (code >= 0x30 && code <= 0x39) ? NUMBER : WORD;
      const to = nested ? at + 1 : kind === STRING ? stringEnd(text, at) : scalarEnd(text, at);
      if (to === at) throw new SyntaxError("not a value");
      found.kind.push(kind);
      found.from.push(at);
      found.to.push(to);
      found.keyFrom.push(key);
      found.keyTo.push(keyTo);
      found.end.push(node + 1);
      found.members.push(0);
      if (nested) open.push(node);
      key = -1;
      keyTo = -1;
      at = to;
    }
  }
  if (open.length || !found.kind.length) throw new SyntaxError("not closed");
  return found;
}

function skipSpace(text, at) {
  let code = text.charCodeAt(at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}

function stringEnd(text, at) {
  STRING_END.lastIndex = at + 1;
  for (let hit = STRING_END.exec(text); hit; hit = STRING_END.exec(text)) {
    if (hit[0] === '"') return hit.index + 1;
    STRING_END.lastIndex = hit.index + 2;
  }
  throw new SyntaxError("a string is not closed");
}

function scalarEnd(text, at) {
  SCALAR_END.lastIndex = at;
  return SCALAR_END.exec(text)?.index ?? text.length;
}

// A string without its quotes and escapes; lone surrogates stay what they are.
export function unquoted(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function sourceOf(found, node) {
  return found.text.slice(found.from[node], found.to[node]);
}

export function keyOf(found, node) {
  return found.keyFrom[node] < 0 ? "" : unquoted(found.text.slice(found.keyFrom[node], found.keyTo[node]));
}

// Direct members of an object or array, `from` on, at most `most` of them.
export function membersOf(found, node, from = 0, most = Infinity) {
  const members = [];
  let place = 0;
  for (let inner = node + 1; inner < found.end[node] && members.length < most; inner = found.end[inner]) {
    if (place >= from) members.push(inner);
    place += 1;
  }
  return members;
}

// The value under a path of keys, -1 when there is none. Of repeated keys the last one counts.
export function lookUp(found, node, ...keys) {
  let at = node;
  for (const key of keys) {
    let next = -1;
    if (found.kind[at] === OBJECT) {
      for (const member of membersOf(found, at)) if (keyOf(found, member) === key) next = member;
    } else if (found.kind[at] === ARRAY && typeof key === "number") {
      next = membersOf(found, at, key < 0 ? found.members[at] + key : key, 1)[0] ?? -1;
    }
    if (next < 0) return -1;
    at = next;
  }
  return at;
}

// The text under a path of keys: a string's value, anything else as it is spelled, empty when there is none.
export function textAt(found, node, ...keys) {
  const at = lookUp(found, node, ...keys);
  if (at < 0 || sourceOf(found, at) === "null") return "";
  return found.kind[at] === STRING ? unquoted(sourceOf(found, at)) : sourceOf(found, at);
}
