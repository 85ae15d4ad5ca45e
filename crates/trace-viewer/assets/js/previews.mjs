// The line beside a row that says what is in it, from its records as their blocks are opened.

import { setText } from "./dom.mjs";
import { previewOf } from "./preview.mjs";

const KEPT = 4000;
const WAIT_MS = 100;

export class Previews {
  constructor(app) {
    Object.assign(this, { app, lines: new Map() });
  }

  // Fills in a row's line: at once when it is known, else when scrolling has paused.
  fill(row, element) {
    const known = this.lines.get(row);
    setText(element, known ?? "");
    if (known !== undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load((this.turn = {})), WAIT_MS);
    this.turn = null;
  }

  // Until other rows come on screen.
  async load(turn) {
    for (const slot of this.app.list.slots) {
      const { row } = slot;
      if (this.turn !== turn) return;
      if (row < 0) continue;
      const line = await this.line(row);
      if (slot.row === row) setText(slot.preview, line);
    }
  }

  async line(row) {
    if (!this.lines.has(row)) {
      const line = await this.read(row).catch(() => "");
      if (this.lines.size > KEPT) this.lines.clear();
      this.lines.set(row, line);
    }
    return this.lines.get(row);
  }

  async read(row) {
    const { index, blocks } = this.app;
    for (const record of [index.last[row], index.first[row]]) {
      const line = record < 0 ? "" : previewOf(await blocks.record(record));
      if (line && line !== this.app.nameOf(row)) return line;
    }
    return "";
  }
}
