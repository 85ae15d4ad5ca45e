// A query over all rows: every term is a column of answers, and the columns are joined.

import { FAILED, LLM, SESSION, TELLS_ERROR, TOOL, TURN, levelOf } from "./kinds.mjs";
import { isNumber, isWords } from "./query.mjs";

// Answers: 0 no, 1 not known yet, 2 yes. So "and" is the least, "or" the greatest.
const YES = 2;

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
      const path = [];
      return Int32Array.from(kind, (own, row) => {
        const level = depth[row];
        return (path[level] = own === wanted ? row : level ? path[level - 1] : -1);
      });
    });
  }
}

// { texts, match } for a tree. `texts` are the needles to be looked for in the records. `match(masks, done)` takes a
// Uint8Array for each of them, not 0 for the rows with a record that holds it, and whether all records have been read;
// it gives a Uint8Array, 1 for each row that certainly matches.
export function compile(tree, context) {
  const texts = [];
  const answer = prepared(tree, context, texts);
  return { texts, match: (masks, done) => {
    const answers = answer(masks, done).slice();
    for (let row = 0; row < answers.length; row += 1) answers[row] >>= 1;
    return answers;
  } };
}

function answersOf(size, answer) {
  const answers = new Uint8Array(size);
  for (let row = 0; row < size; row += 1) answers[row] = answer(row);
  return answers;
}

const where = (size, holds) => answersOf(size, (row) => (holds(row) ? YES : 0));

// What gives a tree's answers; those that do not change are worked out here.
function prepared(tree, context, texts) {
  if (tree.of) return joined(tree.op, tree.of.map((part) => prepared(part, context, texts)), context.size);
  if (tree.op === "text") return textAnswers([tree.text], named(context, (name) => name.includes(tree.text.toLowerCase())), texts);
  if (tree.field === "id") return textAnswers(tree.values.map(idNeedle), where(context.size, () => false), texts);
  const answers = isNumber(tree.field) ? numberAnswers(tree, context) : isWords(tree.field) ? wordAnswers(tree, context) : nameAnswers(tree, context);
  return () => answers;
}

function joined(op, parts, size) {
  return (masks, done) => {
    const answers = new Uint8Array(size).fill(op === "and" ? YES : 0);
    for (const part of parts) {
      const others = part(masks, done);
      if (op === "and") for (let row = 0; row < size; row += 1) answers[row] = Math.min(answers[row], others[row]);
      else if (op === "or") for (let row = 0; row < size; row += 1) answers[row] = Math.max(answers[row], others[row]);
      else for (let row = 0; row < size; row += 1) answers[row] = YES - others[row];
    }
    return answers;
  };
}

function textAnswers(needles, known, texts) {
  const places = needles.map((needle) => (texts.includes(needle) ? texts.indexOf(needle) : texts.push(needle) - 1));
  return (masks, done) => answersOf(known.length, (row) => known[row] || (places.some((place) => masks[place]?.[row]) ? YES : done ? 0 : 1));
}

// A whole JSON string of a record, open where any text may stand at its ends.
function idNeedle(parts) {
  const spelled = JSON.stringify(parts.join("*"));
  return parts[1] === undefined ? spelled : spelled.replace(/^"\*|\*"$/gu, "") || '"';
}

// The rows whose name matches; of one kind only, where one is given.
function named({ index, names, size }, matches, only) {
  const fitting = names.map(matches);
  return where(size, (row) => fitting[index.name[row]] && (only === undefined || index.kind[row] === only));
}

function numberAnswers({ field, low, high }, { index, meta, size }) {
  const bound = (value, open) => (value === "" ? open : value.date !== undefined ? value.date - (meta.start ?? Number.NaN) : value.end !== undefined ? meta.span - value.end : value);
  const [least, most] = [bound(low, -Infinity), bound(high, Infinity)];
  const { usage, tokens } = index;
  const column = index[{ dur: "duration", at: "start" }[field] ?? field];
  const [from, to] = BUCKETS[field] ?? [];
  // Where no tokens were counted, no comparison holds.
  const sum = (at) => (at < 0 ? Number.NaN : tokens.subarray(at * 5 + from, at * 5 + to).reduce((all, count) => all + count, 0));
  if (to) return where(size, (row) => sum(usage[row]) >= least && sum(usage[row]) <= most);
  // The commonest terms have loops of their own: a million rows are asked at each key.
  const answers = new Uint8Array(size);
  for (let row = 0; row < size; row += 1) if (column[row] >= least && column[row] <= most) answers[row] = YES;
  return answers;
}

// What gives a row's bits, one for each number that a field of words has for it.
export function bitsOf(field, { kind, status, flags, usage }) {
  return {
    kind: (row) => 1 << kind[row],
    status: (row) => 1 << status[row],
    level: (row) => 1 << levelOf(flags[row]),
    flag: (row) => flags[row],
    has: (row) => (status[row] === FAILED || flags[row] & TELLS_ERROR ? 1 : 0) | (usage[row] < 0 ? 0 : 2),
  }[field];
}

function wordAnswers({ field, values }, { index, size }) {
  const wanted = values.reduce((bits, number) => bits | (1 << number), 0);
  const has = bitsOf(field, index);
  const column = { kind: index.kind, status: index.status }[field];
  if (!column) return where(size, (row) => has(row) & wanted);
  const answers = new Uint8Array(size);
  for (let row = 0; row < size; row += 1) if ((1 << column[row]) & wanted) answers[row] = YES;
  return answers;
}

function nameAnswers({ field, values }, context) {
  const { index, names, size } = context;
  const matches = (name) => values.some((parts) => fits(name, parts));
  if (field === "type") {
    const fitting = names.map(matches);
    const answers = new Uint8Array(size);
    index.type.forEach((type, record) => fitting[type] && (answers[index.row[record]] = YES));
    return answers;
  }
  const kind = KIND_OF[field];
  const own = named(context, matches, kind);
  // Turns go by their recorded number too.
  let turn = 0;
  if (kind === TURN) index.kind.forEach((one, row) => one === TURN && matches(String(index.turn[turn++])) && (own[row] = YES));
  if (kind !== SESSION && kind !== TURN) return own;
  const nearest = context.nearest(kind);
  return where(size, (row) => nearest[row] >= 0 && own[nearest[row]]);
}

// Whether a name is the parts, with any text between them.
function fits(name, parts) {
  const last = parts.at(-1);
  let at = 0;
  if (parts.length === 1) return name === last;
  return name.startsWith(parts[0]) && parts.slice(0, -1).every((part) => (at = name.indexOf(part, at) + part.length) >= part.length) && name.length - at >= last.length && name.endsWith(last);
}
