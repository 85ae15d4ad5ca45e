// The records' bodies: blocks opened when something in them is wanted, the last used ones kept.

import { digestStart, fromBase64, inflate } from "./bytes.mjs";
import { placeOf } from "./tree.mjs";

const KEPT = 64;
const POLL_MS = 30;

export class Blocks {
  // `elementText(id)` gives a block element's text or null; `complete()` says whether the document has been read to its end.
  constructor(meta, lengths, elementText, complete) {
    this.bounds = meta.blocks;
    this.lengths = lengths;
    this.elementText = elementText;
    this.complete = complete;
    this.cache = new Map();
    this.firsts = new Uint32Array(meta.blocks.length + 1);
    meta.blocks.forEach(([records], block) => {
      this.firsts[block + 1] = this.firsts[block] + records;
    });
  }

  get count() {
    return this.bounds.length;
  }

  blockOf(record) {
    return placeOf(this.firsts, record);
  }

  // A block's bytes; the same promise while it is kept.
  bytes(block) {
    let opened = this.cache.get(block);
    this.cache.delete(block);
    if (!opened) {
      opened = this.open(block);
      opened.catch(() => this.cache.delete(block));
    }
    this.cache.set(block, opened);
    if (this.cache.size > KEPT) this.cache.delete(this.cache.keys().next().value);
    return opened;
  }

  // A block's bytes for one pass, without pushing out what is kept.
  passing(block) {
    return this.cache.get(block) ?? this.open(block);
  }

  async open(block) {
    const [, raw, chars, digest] = this.bounds[block];
    const packed = fromBase64(await this.text(block, chars));
    const [bytes, start] = await Promise.all([inflate(packed), digestStart(packed, digest.length / 2)]);
    if (bytes.length !== raw || (start && start !== digest)) throw new Error("block " + block + " of this page is damaged");
    return bytes;
  }

  // Waits until the parser has delivered the whole element.
  async text(block, chars) {
    for (;;) {
      const complete = this.complete();
      const text = this.elementText("b" + block);
      if (text?.length === chars) return text;
      if (complete) throw new Error("this page is cut off: block " + block + " is not in it");
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  // The exact text of one record.
  async record(record) {
    const block = this.blockOf(record);
    const bytes = await this.bytes(block);
    let at = 0;
    for (let before = this.firsts[block]; before < record; before += 1) at += this.lengths[before] + 1;
    return new TextDecoder().decode(bytes.subarray(at, at + this.lengths[record]));
  }
}
