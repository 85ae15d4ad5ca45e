// The bar of tools: search with its hits, filters by kind and failure.

import { button, h, icon } from "./dom.mjs";
import { KIND_COUNT, kindHue, kindIcon, kindWords } from "./kinds.mjs";
import { wholes } from "./route.mjs";
import { counted, grouped } from "./text.mjs";
import { NOTHING } from "./tree.mjs";

const TYPING_MS = 140;

export class Tools {
  constructor(app) {
    this.app = app;
    this.input = h("input", { type: "search", placeholder: "Search names and records", "aria-label": "Search names and records", autocomplete: "off", spellcheck: "false", oninput: () => this.typed(), onkeydown: (event) => this.key(event) });
    this.count = h("output", { class: "count", "aria-live": "polite" });
    this.progress = h("span", { class: "progress" });
    this.previous = button("↑", "Previous hit (N)", () => app.stepHit(false), { class: "quiet", "aria-label": "Previous hit" });
    this.next = button("↓", "Next hit (n)", () => app.stepHit(true), { class: "quiet", "aria-label": "Next hit" });
    const box = h("div", { class: "search", role: "search" }, icon("search"), this.input, this.count, h("kbd", {}, "/"), this.previous, this.next, this.progress);
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "Kinds" });
    this.note = h("span", { class: "filter-note", "aria-live": "polite" });
    this.makeChips();
    this.element = h("div", { class: "tools" }, box, this.failed, this.note, this.reset, this.chips);
  }

  makeChips() {
    const { app } = this;
    const failures = app.failures.length;
    this.failed = button("", "Only failures (e and E go to the next and previous one)", () => app.filterBy({ failures: !app.filters.failures }), { class: "chip failed", disabled: failures === 0 });
    this.failed.append(failures ? "✕ " + counted(failures, "failure", "failures") : "No failures");
    this.kinds = [];
    for (let kind = 0; kind < KIND_COUNT; kind += 1) {
      if (!app.kindCounts[kind]) continue;
      const chip = button("", "Only " + kindWords(kind) + " (shift and click: hide them)", (event) => app.filterKind(kind, event.shiftKey), { class: "chip", "data-hue": kindHue(kind) });
      chip.append(icon(kindIcon(kind)), kindWords(kind), h("span", { class: "number" }, grouped(app.kindCounts[kind])));
      this.kinds.push({ kind, chip });
    }
    this.reset = button("Show everything", "Drop all filters", () => app.filterBy(NOTHING), { class: "chip quiet" });
    this.chips.append(...this.kinds.map(({ chip }) => chip));
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.app.searchFor(this.input.value), TYPING_MS);
  }

  key(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    const { app, input } = this;
    clearTimeout(this.timer);
    if (input.value !== app.query) app.searchFor(input.value);
    app.list.focusSelected();
    if (event.key === "Enter") app.stepHit(!event.shiftKey);
    event.preventDefault();
    event.stopPropagation();
  }

  onRows() {
    this.update();
  }

  onLooks() {
    this.update();
  }

  onSelect() {
    this.update();
  }

  writeRoute(parts) {
    const { filters, query } = this.app;
    if (query) parts.set("q", query.slice(0, 500));
    for (const name of ["only", "not"]) if (filters[name].size) parts.set(name, [...filters[name]].sort((left, right) => left - right).join(","));
    if (filters.failures) parts.set("failed", "1");
  }

  readRoute(parts) {
    const { app } = this;
    const wanted = { only: new Set(wholes(parts.get("only"))), not: new Set(wholes(parts.get("not"))), failures: parts.get("failed") === "1" };
    if (wanted.only.size || wanted.not.size || wanted.failures || app.filters !== NOTHING) app.filterBy(wanted);
    const query = parts.get("q") ?? "";
    if (query === app.query) return;
    this.input.value = query;
    app.searchFor(query);
  }

  update() {
    const { search, query, found, hits, filters, matches, selected, tree } = this.app;
    const place = query ? hits.indexOf(selected) : -1;
    const busy = search.done < 1;
    this.count.textContent = !query ? "" : !hits.length ? (busy ? "searching…" : found.length ? "all filtered out" : "no hits") : (place < 0 ? "" : grouped(place + 1) + " / ") + counted(hits.length, "row", "rows");
    this.count.title = search.failed;
    this.progress.style.setProperty("width", busy ? search.done * 100 + "%" : "0");
    this.element.classList.toggle("searching", query !== "");
    this.previous.disabled = this.next.disabled = !hits.length;
    this.failed.setAttribute("aria-pressed", filters.failures);
    for (const { kind, chip } of this.kinds) {
      chip.setAttribute("aria-pressed", filters.only.has(kind));
      chip.classList.toggle("not", filters.not.has(kind));
    }
    const on = tree.kept !== null;
    this.reset.hidden = !on;
    this.note.textContent = on ? counted(matches, "row matches", "rows match") : "";
  }
}
