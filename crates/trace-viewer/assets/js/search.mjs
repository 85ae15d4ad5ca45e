// Search over the whole trace: names at once, bodies block by block while the page stays usable.

import { matchingLines, matchingNames, patternFor } from "./match.mjs";

// The page is let in this often, and told of new hits this often.
const SLICE_MS = 12;
const NEWS_MS = 200;

// A chance for everything else; a timer would make it wait four milliseconds each time.
function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

export class Search {
  constructor(index, meta, blocks, changed) {
    Object.assign(this, { index, meta, blocks, changed });
    this.clear();
  }

  clear() {
    this.query = "";
    this.hits = new Uint32Array(0);
    this.done = 1;
    this.failed = "";
    this.turn = (this.turn ?? 0) + 1;
  }

  async start(query) {
    this.clear();
    this.query = query;
    if (!query) return this.changed();
    const turn = this.turn;
    const found = this.inNames(query);
    this.publish(found, this.blocks.count ? 0 : 1);
    const pattern = patternFor(query);
    let pause = performance.now() + SLICE_MS;
    let news = pause;
    for (let block = 0; block < this.blocks.count; block += 1) {
      await this.inBlock(block, pattern, found);
      if (turn !== this.turn) return;
      const now = performance.now();
      if (now > news || block + 1 === this.blocks.count) {
        this.publish(found, (block + 1) / this.blocks.count);
        news = now + NEWS_MS;
      }
      if (now > pause) {
        await breath();
        if (turn !== this.turn) return;
        pause = performance.now() + SLICE_MS;
      }
    }
  }

  inNames(query) {
    const names = matchingNames(this.meta.names, query);
    const found = new Uint8Array(this.index.kind.length);
    for (let row = 0; row < found.length; row += 1) found[row] = names[this.index.name[row]];
    return found;
  }

  async inBlock(block, pattern, found) {
    try {
      const text = new TextDecoder().decode(await this.blocks.passing(block));
      const first = this.blocks.firsts[block];
      for (const line of matchingLines(text, pattern)) found[this.index.row[first + line]] = 1;
    } catch (error) {
      this.failed = error.message;
    }
  }

  publish(found, done) {
    const hits = [];
    for (let row = 0; row < found.length; row += 1) if (found[row]) hits.push(row);
    this.hits = Uint32Array.from(hits);
    this.done = done;
    this.changed();
  }
}
