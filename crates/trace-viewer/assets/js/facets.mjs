// Lists of what the trace has, by field, as the page's writer made them (page/facets.rs); a choice goes into the query.

import { byId } from "./dom.mjs";
import { countsOf } from "./facet-counts.mjs";
import { isWords } from "./query.mjs";
import { spelled, stateOf, termsOf, toggled, without } from "./terms.mjs";
import { grouped } from "./text.mjs";

export class Facets {
  constructor(app) {
    const element = byId("facets");
    Object.assign(this, { app, facets: Array.from(element.querySelectorAll("details"), (details) => this.make(details, app)) });
    byId("failures").addEventListener("click", () => this.toggle("status", "failed", 1));
    for (const type of ["pointerdown", "focusin"]) addEventListener(type, ({ target }) => this.close(target));
    element.addEventListener("keydown", (event) => {
      const open = event.key === "Escape" && element.querySelector("[open]");
      if (!open) return;
      event.preventDefault();
      event.stopPropagation();
      open.firstElementChild.focus();
      open.open = false;
    });
  }

  make(details, app) {
    const { field } = details.dataset;
    const items = Array.from(details.querySelectorAll("button"), (item) => {
      const { code } = item.dataset;
      const value = isWords(field) ? item.querySelector(".data").textContent : app.meta.names[code];
      item.addEventListener("click", ({ shiftKey, altKey }) => this.toggle(field, value, shiftKey || altKey ? -1 : 1));
      return { item, code, value, all: item.lastChild.textContent };
    });
    const facet = { details, field, items };
    details.addEventListener("toggle", () => this.recount(facet));
    return facet;
  }

  // How many rows have a value, where it is listed.
  countOf(field, value) {
    return this.facets.find((facet) => facet.field === field)?.items.find((entry) => spelled(entry.value) === value)?.all;
  }

  toggle(field, value, sign) {
    this.app.box.find(toggled(this.app.finder.text, { field, cmp: isWords(field) ? ":" : "=" }, value, sign));
  }

  // Closes the lists that an element is not in.
  close(target) {
    for (const { details } of this.facets) if (!details.contains(target)) details.open = false;
  }

  // What each value would find with everything else that the query says.
  recount({ details, field, items }) {
    if (!details.open) return;
    const { finder, tree } = this.app;
    const counts = countsOf(field, finder.context, finder.besides(field), tree.range);
    for (const { item, code, value } of items) {
      item.setAttribute("aria-pressed", ["mixed", false, true][stateOf(finder.text, field, value) + 1]);
      item.classList.toggle("none", !counts[code]);
      item.lastChild.textContent = grouped(counts[code]);
    }
  }

  onFind() {
    const { text } = this.app.finder;
    for (const facet of this.facets) {
      facet.details.classList.toggle("on", without(text, facet.field) !== termsOf(text).join(" "));
      this.recount(facet);
    }
    byId("failures").setAttribute("aria-pressed", stateOf(text, "status", "failed") > 0);
  }
}
