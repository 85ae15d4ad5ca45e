// The index columns: byte planes back into numbers. The page's writer is the other half (page/columns.rs).
// A column comes as { bytes, width }: its planes, lowest bytes first, and how many they are.

import { linked } from "./links.mjs";

// Planes put together as the bytes of numbers that are `size` bytes wide. One loop over bytes serves all columns, because
// a loop that has become fast for one kind of array is slow again for the next.
function joined(bytes, count, planes, size) {
  const joint = new Uint8Array(count * size);
  for (let plane = 0; plane < planes; plane += 1) {
    const from = plane * count;
    for (let at = 0, to = plane; at < count; at += 1, to += size) joint[to] = bytes[from + at];
  }
  return joint.buffer;
}

// Whole numbers that are never negative, of four planes at most, in an array as narrow as they are.
export function uints({ bytes, width }) {
  if (width === 1) return bytes;
  const count = bytes.length / width;
  return width === 2 ? new Uint16Array(joined(bytes, count, 2, 2)) : new Uint32Array(joined(bytes, count, width, 4));
}

// Whole numbers that were folded: 0, 1, 2, 3, … stand for 0, -1, 1, -2, ….
export function ints({ bytes, width }) {
  const count = bytes.length / width;
  const low = new Int32Array(joined(bytes, count, Math.min(width, 4), 4));
  if (width > 4) return longs(low, new Int32Array(joined(bytes.subarray(4 * count), count, width - 4, 4)));
  for (let at = 0; at < count; at += 1) low[at] = (low[at] >>> 1) ^ -(low[at] & 1);
  return low;
}

function longs(low, high) {
  const values = new Float64Array(low.length);
  for (let at = 0; at < values.length; at += 1) {
    const half = high[at] * 2147483648 + (low[at] >>> 1);
    values[at] = low[at] & 1 ? -half - 1 : half;
  }
  return values;
}

// Running sums of folded differences.
export function sums(column, kind) {
  const steps = ints(column);
  const values = new kind(steps.length);
  let sum = 0;
  for (let at = 0; at < steps.length; at += 1) values[at] = sum += steps[at];
  return values;
}

// Indices, where 0 means none and everything else is one too many.
export function indices(values) {
  const less = values instanceof Int32Array ? values : new Int32Array(values);
  for (let at = 0; at < less.length; at += 1) less[at] -= 1;
  return less;
}

// How each column is read, by its name in the index; its element's id is "c-" and the name.
const COLUMNS = {
  depth: uints,
  kind: uints,
  status: uints,
  flags: uints,
  name: uints,
  start: (column) => sums(column, Float64Array),
  duration: ints,
  first: (column) => indices(sums(column, Int32Array)),
  last: ints,
  usage: (column) => indices(uints(column)),
  turn: (column) => indices(uints(column)),
  len: uints,
  type: uints,
  row: (column) => sums(column, Uint32Array),
  tokens: ints,
};

// The columns that one worker reads together, because more follows from them together.
const TOGETHER = [["depth", "kind"], ["first", "last"]];

export const COLUMN_NAMES = Object.keys(COLUMNS);

export const GROUPS = [...TOGETHER, ...COLUMN_NAMES.filter((name) => !TOGETHER.flat().includes(name)).map((name) => [name])];

// Arrays by name, from columns by name.
export function decoded(columns) {
  const index = {};
  for (const [name, column] of columns) index[name] = COLUMNS[name](column);
  if (index.last) closing(index.last, index.first);
  return index.depth ? Object.assign(index, linked(index)) : index;
}

// A row's closing record is counted from its opening one.
function closing(last, first) {
  for (let row = 0; row < last.length; row += 1) last[row] = last[row] === 0 ? -1 : last[row] + first[row];
}

// The index from its groups.
export function indexOf(groups) {
  const { len, ...index } = Object.assign({}, ...groups);
  return { ...index, length: len };
}

// All columns, from a function that gives a column by its id.
export function decodeIndex(column) {
  return indexOf(GROUPS.map((names) => decoded(names.map((name) => [name, column("c-" + name)]))));
}
