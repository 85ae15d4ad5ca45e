// The numbers: written by the program as tables, moved into their pane. Their links show a row beside them.

import { byId } from "./dom.mjs";
import { rowOf } from "./route.mjs";

export class Numbers {
  constructor(app) {
    this.element = byId("numbers");
    this.element.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      app.select(rowOf(link.hash), { open: true });
    });
  }
}
