// The records' bodies: blocks opened when something in them is wanted, the last used ones kept.

import { Crew } from "./crew.mjs";
import { placeOf } from "./tree.mjs";

const KEPT = 4;
const POLL_MS = 30;

export class Blocks {
  // `elementText(id)` gives a block element's text or null; `complete()` says whether the document has been read to its end;
  // `crew` opens them.
  constructor(meta, lengths, elementText, complete, crew = new Crew()) {
    this.bounds = meta.blocks;
    this.lengths = lengths;
    this.elementText = elementText;
    this.complete = complete;
    this.crew = crew;
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

  open(block) {
    return this.run("open", block);
  }

  // A job on a block that need not be opened here.
  async run(job, block, ...input) {
    const text = await this.text(block, this.bounds[block][2]);
    try {
      return await this.crew.run(job, text, this.bounds[block], ...input);
    } catch (error) {
      throw new Error("block " + block + " of this page is damaged: " + error.message);
    }
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
