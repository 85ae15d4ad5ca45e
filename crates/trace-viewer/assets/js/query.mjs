// The query language: text into a tree. Its grammar is in docs/query.md, its other half in src/query.
//
// A tree is { op: "and" | "or" | "not", of: [trees] }, { op: "text", text }, or { op: "field", field } with what the field is
// compared with: `values` of words are their numbers, `values` of text are the parts between which any text may stand, and
// numbers lie between `low` and `high`, both included.

import { WORDS } from "./kinds.mjs";

const LENGTH = 4000;
const DEPTH = 32;

// What units a number can have, by the sort of its field.
const UNITS = {
  time: { __proto__: null, us: 1, µs: 1, ms: 1e3, "": 1e3, s: 1e6, m: 6e7, h: 36e8, d: 864e8 },
  count: { __proto__: null, "": 1, k: 1e3, m: 1e6, g: 1e9 },
};

// Every field and what it is: a Map of words, or the name of a sort.
export const sortOf = (field) => WORDS.fields[field];
export const isWords = (field) => sortOf(field) instanceof Map;
export const isNumber = (field) => sortOf(field) in UNITS;

const ESCAPES = { __proto__: null, '"': '"', "\\": "\\", n: "\n", t: "\t" };

function fail(at, message) {
  throw { at, message };
}

// { tree, error }, of which one is null; an error is { at, message }. An empty query is an "and" of nothing.
export function parseQuery(text) {
  let at = 0;
  let depth = 0;

  function take(pattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  }

  // What stands before the next term, not yet taken: "|", ")", "and", "or", or "" at the end; null where the term is next.
  function joint() {
    take(/\s*/y);
    const from = at;
    const found = take(/[|)]|(?:and|or)(?![^\s()|"])|$/iy);
    at = from;
    return found && found[0].toLowerCase();
  }

  function list(op, part, goesOn) {
    const of = [part()];
    for (let next = joint(); goesOn(next); next = joint()) {
      at += next ? next.length : 0;
      of.push(part());
    }
    return of[1] ? { op, of } : of[0];
  }

  const all = () => list("and", term, (next) => next === null || next === "and");
  const either = () => list("or", all, (next) => next === "|" || next === "or");

  function term() {
    const next = joint();
    if (next !== null) fail(at, "a term is missing here");
    depth += 1;
    if (depth > DEPTH) fail(at, "more than " + DEPTH + " levels of ( and not");
    const from = at;
    let tree;
    if (take(/-(?=\S)|not(?![^\s()|"])/iy)) tree = { op: "not", of: [term()] };
    else if (take(/\(/y)) {
      tree = either();
      if (!take(/\)/y)) fail(from, "this ( is not closed");
    } else tree = leaf();
    depth -= 1;
    return tree;
  }

  function leaf() {
    const from = at;
    const found = take(/([a-z_]+)(:|!=|[<>]=?|=)/iy);
    if (found) {
      const field = found[1].toLowerCase();
      if (!sortOf(field)) fail(from, 'unknown field "' + field + '"');
      return found[2] === "!=" ? { op: "not", of: [test(field, "=", from)] } : test(field, found[2], from);
    }
    const word = quoted() ?? take(/[^\s()|"]+/y)[0];
    if (text.slice(from, at) === "-") fail(from, "this - stands alone");
    return { op: "text", text: word };
  }

  function quoted() {
    const from = at;
    if (text[at] !== '"') return null;
    let found = "";
    for (at += 1; text[at] !== '"'; at += 1) {
      if (at >= text.length) fail(from, "this quote is not closed");
      if (text[at] === "\\") {
        at += 1;
        found += ESCAPES[text[at]] ?? fail(at - 1, "unknown escape; for a backslash write two");
      } else found += text[at];
    }
    at += 1;
    return found || fail(from, "there is nothing in these quotes");
  }

  function test(field, sign, from) {
    const values = [];
    do {
      const place = at;
      const literal = quoted();
      const value = literal ?? take(/[^\s()|",]+/y)?.[0] ?? fail(place, "a value is missing here");
      values.push({ text: value, at: place, glob: literal === null && value.includes("*") });
    } while (take(/,/y));
    const compares = /[<>]/u.test(sign);
    if (compares && !isNumber(field) && field !== "level") fail(from, field + " cannot be compared; write " + field + ":");
    if (values[1] && (compares || isNumber(field))) fail(values[1].at, "only one value can be compared");
    const tree = { op: "field", field };
    if (isNumber(field)) return Object.assign(tree, range(field, sign, values[0]));
    const isWhole = sortOf(field) === "equals" || sign === "=";
    tree.values = isWords(field) ? values.flatMap((value) => numbersOf(field, value)) : values.map((value) => partsOf(value, isWhole));
    const [bound] = tree.values;
    if (compares) tree.values = [1, 2, 3, 4, 5, 6].filter((level) => (sign[1] && level === bound) || (sign[0] === "<" ? level < bound : level > bound));
    return tree;
  }

  try {
    if (text.length > LENGTH) fail(LENGTH, "the query is longer than " + LENGTH + " characters");
    const tree = joint() === "" ? { op: "and", of: [] } : either();
    if (at < text.length) fail(at, "there is no ( for this )");
    return { tree, error: null };
  } catch (error) {
    if (error instanceof Error) throw error;
    return { tree: null, error };
  }
}

// The parts of a text between which any text may stand.
function partsOf({ text, glob }, isWhole) {
  const wanted = text.toLowerCase();
  return glob ? wanted.split("*") : isWhole ? [wanted] : ["", wanted, ""];
}

// The numbers that a word stands for, in the singular or the plural.
function numbersOf(field, { text, at }) {
  const word = text.toLowerCase().replace(/[- ]/gu, "_");
  const known = [word, word.replace(/s$/u, ""), word.replace(/es$/u, "")].find((form) => sortOf(field).has(form));
  return known ? sortOf(field).get(known) : fail(at, "unknown " + field + ' "' + text + '"');
}

// The least and the greatest number that a comparison lets pass.
function range(field, outer, { text, at }) {
  const [, sign, bound] = outer === ":" ? /^([<>]=?|)(.*)$/su.exec(text) : ["", outer, text];
  const place = at + text.length - bound.length;
  const dots = sign ? -1 : bound.indexOf("..");
  if (dots >= 0) {
    const [low, high] = [bound.slice(0, dots), bound.slice(dots + 2)];
    if (!low && !high) fail(at, "a value is missing here");
    return { low: low && amount(field, low, at), high: high && amount(field, high, at + dots + 2) };
  }
  if (sortOf(field) === "time" && !/[<>]/u.test(sign)) fail(at, field + " needs a comparison or a range, like " + field + ">2s");
  const step = sign === ">" ? 1 : sign === "<" ? -1 : 0;
  const value = amount(field, bound, place, step);
  return { low: sign[0] === "<" ? "" : value, high: sign[0] === ">" ? "" : value };
}

// A count, microseconds, { end } microseconds before the end, or { date } microseconds since 1970; `step` further.
function amount(field, text, at, step = 0) {
  const date = field === "at" ? dateOf(text) : null;
  if (date !== null) return { date: date + step };
  const [, minus, digits, unit = "?"] = /^(-?)(\d+(?:\.\d+)?)(\D*)$/u.exec(text) ?? [];
  const scale = UNITS[sortOf(field)][unit.toLowerCase()];
  if (!scale || (minus && field !== "at")) fail(at, '"' + text + '" is no ' + (sortOf(field) === "count" ? "number, like 800 or 2k" : field === "at" ? "time, like 2m, -30s or 2026-05-11T09:00:00Z" : "duration, like 500, 2s or 3m"));
  const value = Math.round(digits * scale);
  return minus ? { end: value - step } : value + step;
}

// Microseconds since 1970 of a date or a timestamp, in UTC unless it says otherwise; null for anything else.
export function dateOf(text) {
  const found = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/u.exec(text);
  if (!found) return null;
  const [, day, minute = "00:00", second = "00", fraction = "", zone = "Z"] = found;
  const time = Date.parse(day + "T" + minute + ":" + second + zone);
  // A day that its month does not have would be taken for one of the next.
  const isReal = new Date(Date.parse(day)).toJSON()?.startsWith(day) && minute < "24";
  return isReal && time === time ? time * 1e3 + Number(fraction.padEnd(6, "0").slice(0, 6)) : null;
}
