// The ways to look at a trace: one pane is on screen at a time, all of them share the selection, the time and the search.

import { byId } from "./dom.mjs";

export const TIMELINE = "timeline";
export const READING = "reading";
export const GRAPH = "graph";
export const NUMBERS = "numbers";

const MODES = [TIMELINE, READING, GRAPH, NUMBERS];

export class Modes {
  // `panes` gives each mode the element that shows it.
  constructor(app, panes) {
    Object.assign(this, { app, panes, current: TIMELINE });
    this.tabs = new Map(MODES.map((mode) => [mode, byId("mode-" + mode)]));
    for (const [mode, tab] of this.tabs) tab.addEventListener("click", () => app.setMode(mode));
    byId("modes").addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  set(mode) {
    this.current = MODES.includes(mode) ? mode : TIMELINE;
    this.show();
  }

  show() {
    for (const [mode, tab] of this.tabs) {
      const here = mode === this.current;
      tab.setAttribute("aria-selected", here);
      tab.tabIndex = here ? 0 : -1;
      this.panes[mode].hidden = !here;
    }
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = MODES[(MODES.indexOf(this.current) + by + MODES.length) % MODES.length];
    this.app.setMode(next);
    this.tabs.get(next).focus();
  }

  writeRoute(parts) {
    if (this.current !== TIMELINE) parts.set("view", this.current);
  }

  readRoute(parts) {
    const mode = parts.get("view") ?? TIMELINE;
    if (mode !== this.current) this.app.setMode(mode);
  }
}
