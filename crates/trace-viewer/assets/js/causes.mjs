// The panel that says why: a list of steps, each a link to its row with a line of evidence.

import { byId, h, icon, shown } from "./dom.mjs";
import { FAILED, kindHue, kindIcon, kindWord } from "./kinds.mjs";
import { whole } from "./route.mjs";
import { offset, oneLine } from "./text.mjs";
import { linksOf, stepsOf } from "./why.mjs";

const LENGTH = 120;

export class Causes {
  constructor(app) {
    Object.assign(this, { app, row: -1, steps: new Map(), links: linksOf(app.meta.links), notes: linksOf(app.meta.notes), element: byId("why"), list: byId("why-steps") });
    byId("why-close").addEventListener("click", () => this.toggle());
  }

  // Opens on the selected row or else on the first failure, or closes.
  toggle() {
    const { app } = this;
    const row = this.row >= 0 ? -1 : app.selected >= 0 ? app.selected : app.tree.matching(app.failures)[0] ?? -1;
    if (row < 0 && this.row < 0) return app.say("No failure to explain");
    this.show(row);
    if (row < 0) app.list.focusSelected();
    else app.select(row, { open: true });
    this.list.querySelector("a")?.focus();
    app.saveRoute();
  }

  show(row) {
    const { app } = this;
    this.row = row < app.tree.size ? row : -1;
    this.element.hidden = this.row < 0;
    this.steps = this.row < 0 ? new Map() : stepsOf(app.index, app.tree, this.links, row);
    this.list.replaceChildren(...Array.from(this.steps, ([at, why]) => this.step(at, why)));
  }

  step(row, why) {
    const { app, notes } = this;
    const { index, meta } = app;
    const kind = kindWord(index.kind[row]);
    const evidence = h("p.data");
    const known = notes.has(row) ? meta.noteTexts[notes.get(row)[0]] : app.previews.line(row);
    Promise.resolve(known).then((text) => evidence.append(shown(oneLine(text, LENGTH))));
    return h("li", h("a", { href: "#row=" + row, "data-hue": kindHue(index.kind[row]) },
      why && h("span.where", why), h("span", { class: index.status[row] === FAILED && "bad" }, icon(kindIcon(index.kind[row])), shown(oneLine(app.nameOf(row), 80) || kind)),
      h("span.where", kind + ", " + offset(index.start[row])), evidence));
  }

  // The chain stays while its own steps are visited.
  onSelect() {
    const { selected } = this.app;
    if (this.row >= 0 && selected >= 0 && !this.steps.has(selected)) this.show(selected);
    for (const link of this.list.querySelectorAll("a")) link.toggleAttribute("aria-current", link.hash === "#row=" + selected);
  }

  writeRoute(parts) {
    if (this.row >= 0) parts.set("why", this.row);
  }

  readRoute(parts) {
    this.show(whole(parts.get("why")) ?? -1);
  }
}
