// The inflated form of a block back into its bytes. The page's writer is the other half (page/pack.rs, page/repeats.rs).
// Three lists of numbers (literal counts, copy lengths, distances back, 0 for the distance before), then the literals.

const MOST = 2 ** 32;

class Numbers {
  constructor(bytes, at, end) {
    Object.assign(this, { bytes, at, end });
  }

  // Seven bits a byte, lowest first; the eighth says that more follow.
  next() {
    const { bytes } = this;
    let value = 0;
    for (let scale = 1; scale < MOST; scale *= 128) {
      if (this.at >= this.end) break;
      const byte = bytes[this.at];
      this.at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Error("a number of it is damaged");
  }
}

// The lists, and where the literals begin.
function lists(packed) {
  const head = new Numbers(packed, 0, packed.length);
  const lengths = [head.next(), head.next(), head.next()];
  let at = head.at;
  const numbers = lengths.map((length) => new Numbers(packed, at, (at += length)));
  if (at > packed.length) throw new Error("it is cut off");
  return [numbers, at];
}

// Exactly `size` bytes, or an error.
export function expand(packed, size) {
  const [[counts, lengths, distances], begin] = lists(packed);
  const bytes = new Uint8Array(size);
  let literal = begin;
  let at = 0;
  let distance = 0;
  while (counts.at < counts.end) {
    const count = counts.next();
    const length = lengths.next();
    distance = distances.next() || distance;
    const copy = at + count;
    const from = copy - distance;
    if (literal + count > packed.length || copy + length > size || from < 0 || distance === 0) throw new Error("a step of it is damaged");
    while (at < copy) bytes[at++] = packed[literal++];
    if (length > 64 && distance >= length) bytes.copyWithin(at, from, from + length);
    else for (let to = at, source = from; to < copy + length; ) bytes[to++] = bytes[source++];
    at = copy + length;
  }
  if (packed.length - literal !== size - at) throw new Error("it has another size");
  bytes.set(packed.subarray(literal), at);
  return bytes;
}
