// The place in a record where a text stands, as one line.

import { patternFor } from "./match.mjs";
import { oneLine } from "./text.mjs";

const BEFORE = 24;
const AFTER = 140;

// { before, hit, after } around the first of the needles that the raw line holds; null where it holds none.
export function excerptOf(line, needles) {
  for (const needle of needles) {
    const found = patternFor(needle).exec(line);
    if (!found) continue;
    const end = found.index + found[0].length;
    return { before: plain(line.slice(Math.max(0, found.index - BEFORE), found.index), BEFORE), hit: plain(found[0], AFTER), after: plain(line.slice(end, end + AFTER), AFTER) };
  }
  return null;
}

// Line feeds and quotes as a reader expects them, spaces at the ends kept.
function plain(text, limit) {
  const spelled = text.replace(/\\[ntr]/gu, " ").replace(/\\(["\\/])/gu, "$1");
  return (/^\s/u.test(spelled) ? " " : "") + oneLine(spelled, limit) + (/\s$/u.test(spelled) ? " " : "");
}
