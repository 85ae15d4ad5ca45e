// The ways to look at a trace: one pane is on screen at a time, all of them share the selection, the time and the search.

import { byId } from "./dom.mjs";

export const TIMELINE = "timeline";
export const READING = "reading";
export const GRAPH = "graph";

const MODES = [TIMELINE, READING, GRAPH, "numbers"];

export class Modes {
  constructor(app) {
    Object.assign(this, { app, current: TIMELINE });
    byId("modes").addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: 3 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.step(MODES.indexOf(this.current) + by);
      byId("mode-" + this.current).focus();
    });
    this.set(TIMELINE);
  }

  step(place) {
    this.app.setMode(MODES[place % MODES.length]);
  }

  set(wanted) {
    this.current = MODES.includes(wanted) ? wanted : TIMELINE;
    for (const mode of MODES) {
      const here = mode === this.current;
      const tab = byId("mode-" + mode);
      tab.setAttribute("aria-selected", here);
      tab.tabIndex = here ? 0 : -1;
      byId(mode).hidden = !here;
    }
  }

  writeRoute(parts) {
    if (this.current !== TIMELINE) parts.set("view", this.current);
  }

  readRoute(parts) {
    const mode = parts.get("view") ?? TIMELINE;
    if (mode !== this.current) this.app.setMode(mode);
  }
}
