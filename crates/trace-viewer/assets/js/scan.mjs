// Finding text among bytes: several times as fast as decoding them first, for texts that are ASCII.

import { spellings } from "./match.mjs";

const FEED = 10;
const SLASH = 92;
const LETTER = 117;
const FAR = 255;

// The place of a text, in any case, from `from` on, or -1: Horspool's method.
function finderOf(text) {
  const encoder = new TextEncoder();
  const [low, high] = [text.toLowerCase(), text.toUpperCase()].map((cased) => encoder.encode(cased));
  const last = low.length - 1;
  const skips = new Uint8Array(256).fill(Math.min(FAR, last + 1));
  for (let at = 0; at < last; at += 1) skips[low[at]] = skips[high[at]] = Math.min(FAR, last - at);
  return (bytes, from) => {
    for (let at = from + last; at < bytes.length; at += skips[bytes[at]]) {
      let back = last;
      while (back >= 0 && (bytes[at - last + back] === low[back] || bytes[at - last + back] === high[back])) back -= 1;
      if (back < 0) return at - last;
    }
    return -1;
  };
}

// A function from bytes to the ascending numbers of the lines that hold a text, as it is or as JSON may spell it; null for
// texts that it cannot find.
export function scannerFor(query) {
  if (!/^[ -~]+$/u.test(query)) return null;
  const finders = spellings(query).map(finderOf);
  return (bytes) => {
    const lines = finders.flatMap((find) => linesWith(bytes, find));
    return finders.length > 1 ? [...new Set(lines)].sort((left, right) => left - right) : lines;
  };
}

// Whether characters may be spelled by their numbers, which a scanner does not understand.
export function hasEscapes(bytes) {
  for (let at = bytes.indexOf(SLASH); at >= 0; at = bytes.indexOf(SLASH, at + 1)) if (bytes[at + 1] === LETTER) return true;
  return false;
}

function linesWith(bytes, find) {
  const lines = [];
  let line = 0;
  let next = 0;
  for (let hit = find(bytes, 0); hit >= 0; hit = find(bytes, next)) {
    for (next = after(bytes, next); next <= hit; next = after(bytes, next)) line += 1;
    lines.push(line);
    line += 1;
  }
  return lines;
}

// Where the next line begins.
function after(bytes, from) {
  const feed = bytes.indexOf(FEED, from);
  return feed < 0 ? bytes.length : feed + 1;
}
