// Search through all records: block by block, by whoever opens blocks, while the page stays usable.

// News of hits and progress come this often, the first hit at once.
const NEWS_MS = 200;

export class Search {
  constructor(index, meta, blocks, changed) {
    Object.assign(this, { index, meta, blocks, changed, turn: 0, found: [], done: 1, failed: "" });
  }

  // Ends the search at once; what it found stays, and counts as all there is.
  cancel() {
    this.turn += 1;
    this.done = 1;
  }

  // Looks for all needles in one pass: `found` has a byte a row for each needle, 1 where one of the row's records holds it.
  async start(needles) {
    this.cancel();
    mark("search");
    const { turn, blocks } = this;
    this.failed = "";
    this.found = needles.map(() => new Uint8Array(this.index.kind.length));
    if (!needles.length || !blocks.count) return;
    this.done = 0;
    this.any = false;
    this.news = performance.now() + NEWS_MS;
    let next = 0;
    let finished = 0;
    const lane = async () => {
      while (next < blocks.count && turn === this.turn) {
        const block = next;
        next += 1;
        await this.inBlock(block, needles, turn);
        finished += 1;
        if (turn === this.turn) this.report(finished / blocks.count);
      }
    };
    await Promise.all(Array.from({ length: blocks.crew.lanes }, lane));
  }

  async inBlock(block, needles, turn) {
    const { blocks, index, found } = this;
    try {
      const lines = await blocks.run("lines", block, needles);
      if (turn !== this.turn) return;
      lines.forEach((numbers, needle) => {
        for (const line of numbers) found[needle][index.row[blocks.firsts[block] + line]] = 1;
        if (numbers.length) this.tellFirst();
      });
    } catch (error) {
      if (turn === this.turn) this.failed = error.message;
    }
  }

  tellFirst() {
    if (this.any) return;
    mark("hit");
    this.any = true;
    this.news = 0;
  }

  report(done) {
    this.done = done;
    if (done === 1) mark("searched");
    const now = performance.now();
    if (done < 1 && now < this.news) return;
    this.news = now + NEWS_MS;
    this.changed();
  }
}

// For whoever measures.
function mark(name) {
  performance.clearMarks(name);
  performance.mark(name);
}
