// The list of hits: where each is and what it says, in the order of the rows.

import { byId, framed, h, icon, shown } from "./dom.mjs";
import { excerptOf } from "./excerpt.mjs";
import { recordsOf } from "./inspect.mjs";
import { kindHue, kindIcon, statusWord } from "./kinds.mjs";
import { counted, grouped, offset } from "./text.mjs";

const PAGE = 200;
const RECORDS = 8;

export class HitList {
  constructor(app) {
    Object.assign(this, { app, open: false, most: PAGE, entries: new Map(), element: byId("hits"), more: byId("hits-more") });
    this.list = this.element.querySelector("ol");
    this.more.addEventListener("click", () => {
      this.most += PAGE;
      this.render();
    });
    // What an entry says is read when it comes into sight.
    this.seen = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && this.fill(target)));
    this.draw = framed(() => this.render());
  }

  show(open) {
    const button = byId("hit-list");
    if (!open && this.element.contains(document.activeElement)) button.focus();
    this.open = open;
    this.element.hidden = !open;
    button.setAttribute("aria-expanded", open);
    this.onFind();
    this.app.saveRoute();
  }

  onFind() {
    const { text } = this.app.finder;
    if (!this.open) return;
    if (this.text !== text) {
      Object.assign(this, { text, most: PAGE });
      this.entries.clear();
    }
    this.draw();
  }

  onSelect() {
    const now = this.entries.get(this.app.selected)?.firstChild;
    for (const before of this.list.querySelectorAll("[aria-current]")) before.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "true");
    now?.scrollIntoView({ block: "nearest" });
  }

  render() {
    const { hits, text, busy } = this.app.finder;
    byId("hits-title").textContent = !text ? "Type a query to list what it finds" : counted(hits.length, "hit", "hits") + (busy ? " so far" : "");
    this.list.replaceChildren(...Array.from(hits.subarray(0, this.most), (row) => this.entry(row)));
    this.more.hidden = hits.length <= this.most;
    this.more.textContent = grouped(hits.length - this.most) + " more";
    this.onSelect();
  }

  entry(row) {
    const { app, entries } = this;
    const { kind, status, start } = app.index;
    if (!entries.has(row)) {
      const item = h("li", { "data-row": row }, h("button", { type: "button", class: "hit-row", "data-hue": kindHue(kind[row]), "data-status": statusWord(status[row]), onclick: () => app.select(row, { open: true }) },
        icon(kindIcon(kind[row])), h("span.label", shown(app.pathOf(row, 1))), h("span.where", shown(app.pathOf(app.tree.parent[row], 2))), h("span.excerpt"), h("time", offset(start[row]))));
      entries.set(row, item);
      this.seen.observe(item);
    }
    return entries.get(row);
  }

  async fill(item) {
    this.seen.unobserve(item);
    const row = Number(item.dataset.row);
    const { app } = this;
    const { needles } = app.finder;
    const place = item.querySelector(".excerpt");
    for (const number of needles.length ? recordsOf(app.index, row).slice(0, RECORDS) : []) {
      const found = excerptOf(await app.blocks.record(number).catch(() => ""), needles);
      if (found) return place.replaceChildren(shown(found.before), h("mark", shown(found.hit)), shown(found.after));
    }
    place.replaceChildren(shown(await app.previews.line(row)));
  }

  writeRoute(parts) {
    if (this.open) parts.set("panel", "hits");
  }

  readRoute(parts) {
    const open = parts.get("panel") === "hits";
    if (open !== this.open) this.show(open);
  }
}
