// The trace as a transcript.

import { h } from "./dom.mjs";

export class Reading {
  constructor(app) {
    this.app = app;
    this.element = h("section", { id: "reading", role: "tabpanel", "aria-labelledby": "mode-reading" });
  }
}
