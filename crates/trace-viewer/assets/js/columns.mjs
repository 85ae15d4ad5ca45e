// The index columns: byte planes back into numbers. The page's writer is the other half (page/columns.rs).
// A column comes as { bytes, width }: its planes, lowest bytes first, and how many they are. Arrays are as narrow as the width.

// Whole numbers that are never negative, of four planes at most.
export function uints({ bytes, width }) {
  const kind = [Uint8Array, Uint16Array, Uint32Array, Uint32Array][width - 1];
  return added(new kind(bytes.length / width), bytes, width);
}

// Whole numbers that were folded: 0, 1, 2, 3, … stand for 0, -1, 1, -2, ….
export function ints({ bytes, width }) {
  if (width > 4) return longs(bytes, width, bytes.length / width);
  const folded = uints({ bytes, width });
  const values = new [Int8Array, Int16Array, Int32Array, Int32Array][width - 1](folded.length);
  for (let at = 0; at < values.length; at += 1) values[at] = (folded[at] >>> 1) ^ -(folded[at] & 1);
  return values;
}

function longs(bytes, width, count) {
  const low = added(new Uint32Array(count), bytes, 4);
  const high = added(new Uint32Array(count), bytes.subarray(4 * count), width - 4);
  const values = new Float64Array(count);
  for (let at = 0; at < count; at += 1) {
    const half = high[at] * 2147483648 + (low[at] >>> 1);
    values[at] = low[at] & 1 ? -half - 1 : half;
  }
  return values;
}

// Adds up planes; the array's own sort makes the highest bit of the fourth one positive.
function added(values, bytes, width) {
  const count = values.length;
  for (let plane = 0; plane < width; plane += 1) {
    const from = plane * count;
    for (let at = 0; at < count; at += 1) values[at] |= bytes[from + at] << (8 * plane);
  }
  return values;
}

// Differences into running sums.
export function summed(steps, sums) {
  let sum = 0;
  for (let at = 0; at < steps.length; at += 1) {
    sum += steps[at];
    sums[at] = sum;
  }
  return sums;
}

// 0 means none, everything else is one too many.
export function minusOne(values) {
  const indices = new Int32Array(values.length);
  for (let at = 0; at < values.length; at += 1) indices[at] = values[at] - 1;
  return indices;
}

function closing(steps, first) {
  const last = new Int32Array(steps.length);
  for (let at = 0; at < steps.length; at += 1) last[at] = steps[at] === 0 ? -1 : steps[at] + first[at];
  return last;
}

// All columns, from a function that gives a column by its id.
export function decodeIndex(column) {
  const steps = (id, kind) => {
    const values = ints(column(id));
    return summed(values, new kind(values.length));
  };
  const first = minusOne(steps("c-first", Int32Array));
  return {
    depth: uints(column("c-depth")),
    kind: uints(column("c-kind")),
    status: uints(column("c-status")),
    flags: uints(column("c-flags")),
    name: uints(column("c-name")),
    start: steps("c-start", Float64Array),
    duration: ints(column("c-duration")),
    first,
    last: closing(ints(column("c-last")), first),
    usage: minusOne(uints(column("c-usage"))),
    length: uints(column("c-len")),
    type: uints(column("c-type")),
    row: steps("c-row", Uint32Array),
    tokens: ints(column("c-tokens")),
  };
}
