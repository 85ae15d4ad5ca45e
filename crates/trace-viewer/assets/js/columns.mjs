// The index columns: byte planes back into numbers. The page's writer is the other half (page/columns.rs).

export function uints(bytes) {
  const count = bytes.length / 4;
  const values = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    values[at] = bytes[at] | (bytes[at + count] << 8) | (bytes[at + 2 * count] << 16) | (bytes[at + 3 * count] << 24);
  }
  return values;
}

export function longs(bytes) {
  const count = bytes.length / 8;
  const low = uints(bytes.subarray(0, count * 4));
  const high = new Int32Array(uints(bytes.subarray(count * 4)).buffer);
  const values = new Float64Array(count);
  for (let at = 0; at < count; at += 1) values[at] = high[at] * 4294967296 + low[at];
  return values;
}

// Differences into running sums, in place; a Uint32Array wraps as the writer did.
export function summed(values) {
  for (let at = 1; at < values.length; at += 1) values[at] += values[at - 1];
  return values;
}

// 0 means none, everything else is one too many.
export function minusOne(values) {
  const indices = new Int32Array(values.length);
  for (let at = 0; at < values.length; at += 1) indices[at] = values[at] - 1;
  return indices;
}

function closing(steps, first) {
  const last = new Int32Array(steps.length);
  for (let at = 0; at < steps.length; at += 1) last[at] = steps[at] === 0 ? -1 : (steps[at] + first[at]) | 0;
  return last;
}

// All columns, from a function that gives a column's bytes by its id.
export function decodeIndex(bytes) {
  const first = minusOne(summed(uints(bytes("c-first"))));
  return {
    depth: uints(bytes("c-depth")),
    kind: bytes("c-kind"),
    status: bytes("c-status"),
    flags: bytes("c-flags"),
    name: uints(bytes("c-name")),
    start: summed(longs(bytes("c-start"))),
    duration: longs(bytes("c-duration")),
    first,
    last: closing(uints(bytes("c-last")), first),
    usage: minusOne(uints(bytes("c-usage"))),
    length: uints(bytes("c-len")),
    type: uints(bytes("c-type")),
    row: summed(uints(bytes("c-row"))),
    tokens: longs(bytes("c-tokens")),
  };
}
