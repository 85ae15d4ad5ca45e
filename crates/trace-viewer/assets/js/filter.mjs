// A query over all rows: every term is a column of answers, and the columns are joined.

import { FAILED, LLM, SESSION, TOOL, TURN } from "./kinds.mjs";
import { FIELDS, isNumber, isWords } from "./query.mjs";

// Answers: 0 no, 1 not known yet, 3 yes. So "and" is &, "or" is |, and both work on four rows at once.
const YES = 3;
const ONES = 0x01010101;

// The level column: the severity, and a bit beside it.
const SEVERITY = 7;
const HAS_ERROR = 8;
export const KIND_OF = { session: SESSION, turn: TURN, tool: TOOL, model: LLM };
const BUCKETS = { tokens: [0, 4], in: [0, 3], uncached: [0, 1], cached: [1, 2], written: [2, 3], out: [3, 4], reasoning: [4, 5] };

// The columns, and what is derived from them when it is first wanted.
export class QueryContext {
  constructor(index, meta) {
    Object.assign(this, { index, meta, size: index.kind.length, known: new Map() });
  }

  once(key, make) {
    if (!this.known.has(key)) this.known.set(key, make());
    return this.known.get(key);
  }

  // Names in lower case, and an empty one behind the last.
  get names() {
    return this.once("names", () => [...this.meta.names, ""].map((name) => name.toLowerCase()));
  }

  // For each row the nearest one of a kind at or above it, -1 where there is none.
  nearest(wanted) {
    return this.once(wanted, () => {
      const { kind, depth } = this.index;
      const found = new Int32Array(this.size);
      const path = [];
      for (let row = 0; row < this.size; row += 1) {
        const level = depth[row];
        found[row] = path[level] = kind[row] === wanted ? row : level ? path[level - 1] : -1;
      }
      return found;
    });
  }

  // Bits for what each row has: an error, tokens.
  get parts() {
    return this.once("parts", () => {
      const { status, level, usage } = this.index;
      return Uint8Array.from(usage, (at, row) => (status[row] === FAILED || level[row] & HAS_ERROR ? 1 : 0) | (at < 0 ? 0 : 2));
    });
  }

  // A sum of token buckets for each row, -1 where none were counted.
  tokens(field) {
    return this.once(field, () => {
      const { usage, tokens } = this.index;
      const [from, to] = BUCKETS[field];
      const sums = new Float64Array(this.size).fill(-1);
      for (let row = 0; row < sums.length; row += 1) {
        if (usage[row] < 0) continue;
        sums[row] = 0;
        for (let bucket = from; bucket < to; bucket += 1) sums[row] += tokens[usage[row] * 5 + bucket];
      }
      return sums;
    });
  }
}

// { texts, match, rows } for a tree. `texts` are the needles to be looked for in the records. `match(masks, done)` takes a
// Uint8Array for each of them, not 0 for the rows with a record that holds it, and whether all records have been read;
// it gives a Uint8Array, 1 for each row that certainly matches. `rows(row)` answers by the last `match`.
export function compile(tree, context) {
  const texts = [];
  const answer = prepared(tree, context, texts);
  let matching;
  const match = (masks, done) => {
    matching = noAnswers(context.size);
    const [from, to] = [foursOf(answer(masks, done)), foursOf(matching)];
    for (let at = 0; at < to.length; at += 1) to[at] = (from[at] >>> 1) & ONES;
    return matching;
  };
  match([], !texts.length);
  return { texts, match, rows: (row) => matching[row] === 1 };
}

// An answer for each row, with room to be taken by fours.
function noAnswers(size) {
  return new Uint8Array(new ArrayBuffer(Math.ceil(size / 4) * 4), 0, size);
}

function foursOf(answers) {
  return new Uint32Array(answers.buffer);
}

// What gives a tree's answers; those that do not change are worked out here.
function prepared(tree, context, texts) {
  if (tree.of) return joined(tree.op, tree.of.map((part) => prepared(part, context, texts)), context.size);
  if (tree.op === "text") return textAnswers([tree.text], lookUp(context.index.name, namesWith(context, (name) => name.includes(tree.text.toLowerCase()))), texts);
  if (tree.field === "id") return textAnswers(tree.values.map(idNeedle), noAnswers(context.size), texts);
  const answers = fieldAnswers(tree, context);
  return () => answers;
}

function joined(op, parts, size) {
  return (masks, done) => {
    const answers = noAnswers(size);
    const fours = foursOf(answers);
    if (op === "and") fours.fill(YES * ONES);
    for (const part of parts) {
      const other = foursOf(part(masks, done));
      for (let at = 0; at < fours.length; at += 1) {
        const four = other[at];
        fours[at] = op === "and" ? fours[at] & four : op === "or" ? fours[at] | four : ((~four & ONES) << 1) | ((~four >>> 1) & ONES);
      }
    }
    return answers;
  };
}

function textAnswers(needles, named, texts) {
  const places = needles.map((needle) => (texts.includes(needle) ? texts.indexOf(needle) : texts.push(needle) - 1));
  return (masks, done) => {
    const answers = noAnswers(named.length);
    for (let row = 0; row < named.length; row += 1) answers[row] = named[row] | (done ? 0 : 1);
    for (const mask of places.map((place) => masks[place] ?? [])) for (let row = 0; row < mask.length; row += 1) if (mask[row]) answers[row] = YES;
    return answers;
  };
}

// A whole JSON string of a record, open where any text may stand at its ends.
function idNeedle(parts) {
  const spelled = JSON.stringify(parts.join("*"));
  return parts[1] === undefined ? spelled : spelled.replace(/^"\*|\*"$/gu, "") || '"';
}

// Which entries of the dictionary match.
function namesWith(context, matches) {
  return Uint8Array.from(context.names, (name) => (matches(name) ? YES : 0));
}

function lookUp(column, table) {
  const answers = noAnswers(column.length);
  for (let at = 0; at < answers.length; at += 1) answers[at] = table[column[at]];
  return answers;
}

function fieldAnswers(tree, context) {
  if (isNumber(FIELDS[tree.field])) return numberAnswers(tree, context);
  return isWords(FIELDS[tree.field]) ? wordAnswers(tree, context) : nameAnswers(tree, context);
}

function numberAnswers({ field, low, high }, context) {
  const { index, meta } = context;
  const bound = (value, open) => (value === "" ? open : value.date !== undefined ? value.date - (meta.start ?? Number.NaN) : value.end !== undefined ? meta.span - value.end : value);
  const [least, most] = [bound(low, -Infinity), bound(high, Infinity)];
  const column = BUCKETS[field] ? context.tokens(field) : index[{ dur: "duration", at: "start" }[field] ?? field];
  const floor = BUCKETS[field] ? Math.max(0, least) : least;
  const answers = noAnswers(context.size);
  for (let row = 0; row < answers.length; row += 1) answers[row] = -((column[row] >= floor) & (column[row] <= most)) & YES;
  return answers;
}

function wordAnswers({ field, values }, context) {
  const { index, size } = context;
  if (field === "flag" || field === "has") {
    const column = field === "flag" ? index.flags : context.parts;
    const bits = values.reduce((sum, bit) => sum | (1 << bit), 0);
    const answers = noAnswers(size);
    for (let row = 0; row < size; row += 1) if (column[row] & bits) answers[row] = YES;
    return answers;
  }
  const table = Uint8Array.from({ length: 256 }, (_, code) => (values.includes(field === "level" ? code & SEVERITY : code) ? YES : 0));
  return lookUp(index[field], table);
}

function nameAnswers(tree, context) {
  const { index, names, size } = context;
  const { field } = tree;
  const matches = (name) => tree.values.some((parts) => fits(name, parts));
  const named = namesWith(context, matches);
  if (field === "type") {
    const typed = lookUp(index.type, named);
    const answers = noAnswers(size);
    for (let record = 0; record < typed.length; record += 1) if (typed[record]) answers[index.row[record]] = YES;
    return answers;
  }
  const own = lookUp(index.name, named);
  const kind = KIND_OF[field];
  if (kind === undefined) return own;
  // Turns go by their recorded number too.
  if (kind === TURN) {
    let turn = 0;
    for (let row = 0; row < size; row += 1) if (index.kind[row] === TURN && matches(String(index.turn[turn++]))) own[row] = YES;
  }
  if (kind === TOOL || kind === LLM) {
    for (let row = 0; row < size; row += 1) if (index.kind[row] !== kind) own[row] = 0;
    return own;
  }
  return lookUp(context.nearest(kind), own);
}

// Whether a name is the parts, with any text between them.
function fits(name, parts) {
  const [head] = parts;
  const last = parts.length - 1;
  if (!last) return name === head;
  if (!name.startsWith(head)) return false;
  let at = head.length;
  for (let place = 1; place < last; place += 1) {
    at = name.indexOf(parts[place], at);
    if (at < 0) return false;
    at += parts[place].length;
  }
  return name.length - parts[last].length >= at && name.endsWith(parts[last]);
}
