// The tree over the columns: parents, extents, folds, filters. Typed arrays, no recursion, no document.

import { FAILED } from "./kinds.mjs";
import { linked } from "./links.mjs";

export class Tree {
  constructor(index) {
    this.index = index;
    this.size = index.kind.length;
    const { parent, end, folded } = index.parent ? index : linked(index);
    Object.assign(this, { parent, end, folded });
    this.filterFolded = new Uint8Array(this.size);
    // Set while a filter is on: 1 for context, 2 for a match.
    this.kept = null;
    // The row whose inside alone is shown; -1 for everything.
    this.focus = -1;
    this.inner = new Map();
    this.foldedFirst = this.folded.slice();
    // Of the two lists of folds those that are not as they began.
    this.changed = new Set();
  }

  // The rows that can be shown at all.
  get range() {
    return this.focus < 0 ? { from: 0, to: this.size } : { from: this.focus, to: this.end[this.focus] };
  }

  isInside(row) {
    const { from, to } = this.range;
    return row >= from && row < to;
  }

  hasChildren(row) {
    return this.end[row] > row + 1;
  }

  // The folds in force: a filter has its own, so that its matches show and the reader's folds come back after it.
  get folds() {
    return this.kept ? this.filterFolded : this.folded;
  }

  isFolded(row) {
    return this.folds[row] === 1;
  }

  setFold(row, fold) {
    if (!this.hasChildren(row)) return;
    this.changed.add(this.folds);
    this.folds[row] = fold ? 1 : 0;
  }

  // Folds or unfolds a row and everything in it.
  setFoldAll(row, fold) {
    const { folds, end } = this;
    this.changed.add(folds);
    for (let inner = row; inner < end[row]; inner += 1) if (end[inner] > inner + 1) folds[inner] = fold ? 1 : 0;
  }

  // The rows whose folds differ from those of a fresh page, or nothing where they are more than `most`.
  changedFolds(most) {
    const rows = [];
    if (!this.changed.has(this.folds)) return rows;
    for (let row = 0; row < this.size && rows.length <= most; row += 1) if (this.folds[row] !== (this.kept ? 0 : this.foldedFirst[row])) rows.push(row);
    return rows.length > most ? [] : rows;
  }

  // The folds of a fresh page but for these rows.
  changeFolds(rows) {
    if (this.kept) this.filterFolded.fill(0);
    else this.folded.set(this.foldedFirst);
    this.changed.delete(this.folds);
    for (const row of rows) if (row < this.size) this.setFold(row, !this.isFolded(row));
  }

  // Opens all ancestors; drops the filter's claim on the row by keeping it.
  reveal(row) {
    this.changed.add(this.folds);
    if (this.kept && !this.kept[row]) this.kept[row] = 1;
    for (let above = this.parent[row]; above >= 0; above = this.parent[above]) {
      this.folds[above] = 0;
      if (this.kept && !this.kept[above]) this.kept[above] = 1;
    }
  }

  // Keeps the rows that are not 0 in `found`, with their ancestors as context; null keeps everything. Folds made under the
  // filter before stay on demand.
  filter(found, sameFolds = false) {
    this.kept = null;
    if (!found) return 0;
    const kept = new Uint8Array(this.size);
    const { parent, size } = this;
    let count = 0;
    for (let row = 0; row < size; row += 1) {
      if (!found[row]) continue;
      kept[row] = 2;
      count += 1;
      for (let above = parent[row]; above >= 0 && !kept[above]; above = parent[above]) kept[above] = 1;
    }
    this.kept = kept;
    if (!sameFolds && this.changed.delete(this.filterFolded)) this.filterFolded.fill(0);
    return count;
  }

  // Of the given rows those that match the filter and are inside what is shown.
  matching(rows) {
    if (!this.kept && this.focus < 0) return rows;
    const { from, to } = this.range;
    return rows.filter((row) => row >= from && row < to && (!this.kept || this.kept[row] === 2));
  }

  // The rows inside a row that can be shown, -1 for the top; kept until they can change.
  children(row) {
    let found = this.inner.get(row);
    if (found) return found;
    found = [];
    const stop = row < 0 ? this.range.to : this.end[row];
    for (let inner = row < 0 ? this.range.from : row + 1; inner < stop; inner = this.end[inner]) if (!this.kept || this.kept[inner]) found.push(inner);
    this.inner.set(row, found);
    return found;
  }

  // Rows on display, in order.
  visible() {
    const { from, to } = this.range;
    const rows = new Uint32Array(to - from);
    const { folds, kept, end } = this;
    let count = 0;
    this.inner.clear();
    for (let row = from; row < to; ) {
      // What is not kept holds nothing that is.
      if (kept && !kept[row]) {
        row = end[row];
        continue;
      }
      rows[count] = row;
      count += 1;
      row = folds[row] ? end[row] : row + 1;
    }
    return rows.slice(0, count);
  }

  // From the root to the row itself.
  path(row) {
    const path = [];
    for (let above = row; above >= 0; above = this.parent[above]) path.push(above);
    return path.reverse();
  }
}

// The place of a row in an ascending list, or of the last one before it.
export function placeOf(rows, row) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// The next or previous member of an ascending list after a row, around the end.
export function step(rows, row, forward) {
  if (!rows.length) return -1;
  const place = placeOf(rows, row);
  if (forward) return rows[(place + 1) % rows.length];
  const before = rows[place] === row ? place - 1 : place;
  return rows[(before + rows.length) % rows.length];
}

export function failedRows({ status }) {
  const rows = [];
  for (let row = status.indexOf(FAILED); row >= 0; row = status.indexOf(FAILED, row + 1)) rows.push(row);
  return Uint32Array.from(rows);
}

// The rows that are marked with 1.
export function rowsOf(marks) {
  const rows = new Uint32Array(marks.length);
  let count = 0;
  for (let row = 0; row < marks.length; row += 1) if (marks[row]) rows[count++] = row;
  return rows.slice(0, count);
}

// How many members of an ascending list are inside a row.
export function countWithin(rows, row, end) {
  return placeOf(rows, end - 1) - placeOf(rows, row);
}
