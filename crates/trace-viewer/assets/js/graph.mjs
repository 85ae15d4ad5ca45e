// The execution graphs.

import { h } from "./dom.mjs";

export class Graph {
  constructor(app) {
    this.app = app;
    this.element = h("section", { id: "graph", role: "tabpanel", "aria-labelledby": "mode-graph" });
  }
}
