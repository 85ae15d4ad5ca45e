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
    Object.assign(this, { app, open: false, most: PAGE, entries: new Map(), element: byId("hits"), button: byId("hit-list") });
    const [body] = this.element.getElementsByClassName("hit-rows");
    [this.list, this.more] = body.children;
    this.list.addEventListener("click", ({ target }) => app.select(Number(target.closest("li").dataset.row), { open: true }));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.more.addEventListener("click", () => this.showMore());
    for (const button of [this.button, byId("hits-close")]) button.addEventListener("click", () => this.show(!this.open));
    this.seen = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && this.fill(target)), { root: body });
    this.draw = framed(() => this.render());
  }

  show(open) {
    this.open = open;
    if (!open && this.element.contains(document.activeElement)) this.button.focus();
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", open);
    this.onFind();
    this.app.saveRoute();
  }

  onFind() {
    if (!this.open) return;
    const { text, needles } = this.app.finder;
    if (this.text !== text) {
      Object.assign(this, { text, most: PAGE });
      this.entries.clear();
      this.seen.disconnect();
    }
    this.needles = needles;
    this.draw();
  }

  onSelect() {
    if (this.open) this.mark();
  }

  render() {
    const { hits, text, busy } = this.app.finder;
    byId("hits-title").textContent = !text ? "Type a query to list what it finds" : counted(hits.length, "hit", "hits") + (busy ? " so far" : "");
    const rows = hits.subarray(0, this.most);
    this.list.replaceChildren(...Array.from(rows, (row) => this.entry(row)));
    this.more.hidden = hits.length <= this.most;
    this.more.textContent = grouped(hits.length - this.most) + " more";
    this.mark();
  }

  mark() {
    const { selected } = this.app;
    const before = this.list.querySelector("[aria-current]");
    const now = this.entries.get(selected)?.firstChild;
    if (before === now) return;
    before?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "true");
    now?.scrollIntoView({ block: "nearest" });
  }

  entry(row) {
    const known = this.entries.get(row);
    if (known) return known;
    const { app } = this;
    const { index } = app;
    const kind = index.kind[row];
    const item = h("li", { "data-row": row }, h("button", { type: "button", class: "hit-row", "data-hue": kindHue(kind), "data-status": statusWord(index.status[row]) },
      icon(kindIcon(kind)), h("span.label", shown(app.pathOf(row, 1))), h("span.where", shown(app.pathOf(app.tree.parent[row], 2))), h("span.excerpt"), h("time", offset(index.start[row]))));
    this.entries.set(row, item);
    this.seen.observe(item);
    return item;
  }

  async fill(item) {
    this.seen.unobserve(item);
    const row = Number(item.dataset.row);
    const { app, needles } = this;
    const place = item.querySelector(".excerpt");
    const numbers = needles.length ? recordsOf(app.index, row).slice(0, RECORDS) : [];
    for (const number of numbers) {
      const found = excerptOf(await app.blocks.record(number).catch(() => ""), needles);
      if (found) return place.replaceChildren(shown(found.before), h("mark", shown(found.hit)), shown(found.after));
    }
    place.replaceChildren(shown(await app.previews.line(row)));
  }

  showMore() {
    this.most += PAGE;
    this.render();
  }

  key(event) {
    const to = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    event.target.closest("li")?.[to]?.firstChild.focus();
  }

  writeRoute(parts) {
    if (this.open) parts.set("panel", "hits");
  }

  readRoute(parts) {
    const open = parts.get("panel") === "hits";
    if (open !== this.open) this.show(open);
  }
}
