// The panel that says why: a list of steps, each a link to its row with a line of evidence.

import { byId, button, h, icon, shown } from "./dom.mjs";
import { FAILED, kindHue, kindIcon, kindWord } from "./kinds.mjs";
import { essenceOf } from "./preview.mjs";
import { whole } from "./route.mjs";
import { offset, oneLine } from "./text.mjs";
import { BEFORE, changedParts, linksOf, stepsOf } from "./why.mjs";

const LENGTH = 300;

export class Causes {
  constructor(app) {
    Object.assign(this, { app, row: -1, rows: [], links: linksOf(app.meta.links) });
    this.element = h("section", { id: "why", "aria-label": "Why", hidden: true, onkeydown: (event) => this.key(event) });
    byId("side").prepend(this.element);
  }

  // From the selected row, or from the first failure.
  toggle() {
    const { app } = this;
    if (this.row >= 0) return this.show(-1);
    const row = app.selected < 0 ? app.tree.matching(app.failures)[0] ?? -1 : app.selected;
    if (row < 0) return app.say("No failure to explain");
    this.show(row);
    app.select(row, { open: true });
    this.element.querySelector("a").focus();
  }

  show(row) {
    const { app } = this;
    this.row = row < app.tree.size ? row : -1;
    this.element.hidden = this.row < 0;
    const steps = this.row < 0 ? [] : stepsOf({ index: app.index, tree: app.tree, links: this.links }, this.row);
    this.rows = steps.map((step) => step.row);
    const list = h("ol", {}, ...steps.map((step) => this.step(step)));
    this.element.replaceChildren(h("header", { class: "inspect-head" }, h("h2", { class: "grow" }, "Why"), button("×", "Close (w)", () => this.toggle(), { class: "quiet close", "aria-label": "Close" })), list);
    if (this.row < 0) this.app.list.focusSelected();
    app.saveRoute();
  }

  step({ row, why }) {
    const { app } = this;
    const kind = app.index.kind[row];
    const name = oneLine(app.nameOf(row), 80);
    const evidence = h("span", { class: "evidence" });
    this.evidence(row).then((text) => evidence.append(shown(oneLine(text, LENGTH))), () => {});
    const link = h("a", { href: "#row=" + row, "data-hue": kindHue(kind), "data-row": row, onclick: (event) => {
      event.preventDefault();
      app.select(row, { open: true });
    } }, why && h("span", { class: "where" }, why), h("span", { class: app.index.status[row] === FAILED && "bad" }, icon(kindIcon(kind)), " ", shown(name || kindWord(kind))), h("span", { class: "where" }, kindWord(kind) + ", " + offset(app.index.start[row])), evidence);
    return h("li", {}, link);
  }

  // What failed, what changed, or what caused it; else what the list says of the row.
  async evidence(row) {
    const { app } = this;
    const { index, meta, blocks } = app;
    const read = (record) => (record < 0 ? "{}" : blocks.record(record));
    const before = this.links.get(row)?.[BEFORE];
    if (before !== undefined) {
      const [old, now] = await Promise.all([read(index.first[before]), read(index.first[row])]);
      return "changed: " + changedParts(JSON.parse(old), JSON.parse(now)).join(", ");
    }
    if (index.status[row] === FAILED) {
      const last = index.last[row] < 0 ? index.first[row] : index.last[row];
      const essence = essenceOf(meta.names[index.type[last]], await read(last));
      if (essence) return essence[1];
    }
    const cause = JSON.parse(await read(index.first[row])).context?.metadata?.caused_by;
    return cause ? "caused by " + Object.values(cause).join(" ") : app.previews.line(row);
  }

  // Up and down go from step to step.
  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const links = [...this.element.querySelectorAll("a")];
    links[links.indexOf(document.activeElement) + by]?.focus();
    event.preventDefault();
  }

  // The chain stays while its own steps are visited.
  onSelect() {
    const { selected } = this.app;
    if (this.row >= 0 && selected >= 0 && !this.rows.includes(selected)) this.show(selected);
    for (const link of this.element.querySelectorAll("a")) link.toggleAttribute("aria-current", Number(link.dataset.row) === selected);
  }

  writeRoute(parts) {
    if (this.row >= 0) parts.set("why", this.row);
  }

  readRoute(parts) {
    const row = whole(parts.get("why")) ?? -1;
    if (row !== this.row) this.show(row);
  }
}
