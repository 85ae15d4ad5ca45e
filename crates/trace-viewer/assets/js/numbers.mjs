// The numbers: written by the program as tables, moved into their pane.

import { byId } from "./dom.mjs";

export class Numbers {
  constructor() {
    this.element = byId("numbers");
  }
}
