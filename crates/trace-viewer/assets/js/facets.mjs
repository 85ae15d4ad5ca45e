// Menus of what the trace has, by field; a choice goes into the query.

import { spelled } from "./complete.mjs";
import { byId, icon } from "./dom.mjs";
import { countsOf } from "./facet-counts.mjs";
import { kindHue, kindIcon } from "./kinds.mjs";
import { FIELDS, isWords } from "./query.mjs";
import { stateOf, termsOf, toggled, without } from "./terms.mjs";
import { grouped } from "./text.mjs";

// In the order of the page's writer (page/facets.rs).
const FACETS = ["kind", "status", "tool", "model", "session", "level", "flag"];

export class Facets {
  constructor(app) {
    Object.assign(this, { app, facet: null });
    this.element = byId("facets");
    this.failed = byId("failures");
    this.failed.addEventListener("click", () => this.toggle({ field: "status", cmp: ":" }, "failed", 1));
    this.facets = [...this.element.querySelectorAll(".facet")].map((element) => this.make(element));
    this.element.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !this.element.contains(relatedTarget) && this.open(null));
    addEventListener("pointerdown", ({ target }) => !this.element.contains(target) && this.open(null));
  }

  make(element) {
    const field = FACETS[element.dataset.field];
    const cmp = isWords(FIELDS[field]) ? ":" : "=";
    const [opener, menu] = element.children;
    const items = [...menu.querySelectorAll("button")].map((item) => ({ item, code: Number(item.dataset.code), value: this.valueOf(field, item.dataset.code), all: item.lastChild.textContent }));
    const facet = { field, cmp, opener, menu, items };
    opener.addEventListener("click", () => this.open(this.facet === facet ? null : facet));
    menu.addEventListener("keydown", (event) => this.key(event));
    menu.addEventListener("click", (event) => {
      const chosen = items.find(({ item }) => item.contains(event.target));
      if (chosen) this.toggle(facet, chosen.value, event.shiftKey || event.altKey ? -1 : 1);
    });
    if (field === "kind") for (const { item, code } of items) {
      item.dataset.hue = kindHue(code);
      item.prepend(icon(kindIcon(code)));
    }
    return facet;
  }

  // How a query spells the value behind a code.
  valueOf(field, code) {
    if (!isWords(FIELDS[field])) return this.app.meta.names[code];
    return [...FIELDS[field]].find(([, codes]) => String(codes) === code)[0];
  }

  // How many rows have a value, where a filter lists it.
  countOf(field, value) {
    return this.facets.find((facet) => facet.field === field)?.items.find((entry) => spelled(entry.value) === value)?.all;
  }

  toggle(facet, value, sign) {
    this.app.box.find(toggled(this.app.finder.text, facet, value, sign));
  }

  open(facet) {
    if (this.facet) {
      this.facet.menu.hidden = true;
      this.facet.opener.setAttribute("aria-expanded", false);
    }
    this.facet = facet;
    if (!facet) return;
    facet.menu.hidden = false;
    facet.opener.setAttribute("aria-expanded", true);
    this.recount();
    facet.items[0].item.focus();
  }

  // What each value would find with everything else that the query says.
  recount() {
    const { finder, tree } = this.app;
    const { field, items } = this.facet;
    const counts = countsOf(field, finder.context, finder.besides(field), tree.range);
    for (const { item, code, value } of items) {
      item.setAttribute("aria-checked", { "-1": "mixed", 0: "false", 1: "true" }[stateOf(finder.text, field, value)]);
      item.classList.toggle("none", !counts[code]);
      item.lastChild.textContent = grouped(counts[code]);
    }
  }

  onFind() {
    const { text } = this.app.finder;
    for (const { field, opener } of this.facets) opener.classList.toggle("on", without(text, field) !== termsOf(text).join(" "));
    this.failed.setAttribute("aria-pressed", stateOf(text, "status", "failed") > 0);
    if (this.facet) this.recount();
  }

  key(event) {
    const { items, opener } = this.facet;
    const place = items.findIndex(({ item }) => item === document.activeElement);
    const to = { ArrowDown: (place + 1) % items.length, ArrowUp: (place || items.length) - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) return items[to].item.focus();
    this.open(null);
    opener.focus();
  }
}
