// The page's state, and who draws what when it changes.

import { readColours } from "./bars.mjs";
import { Blocks } from "./blocks.mjs";
import { byId, copyText, framed, h, setText } from "./dom.mjs";
import { Inspector, recordsOf } from "./inspect.mjs";
import { KIND_COUNT } from "./kinds.mjs";
import { List } from "./list.mjs";
import { Minimap } from "./minimap.mjs";
import { previewOf } from "./preview.mjs";
import { readRoute, writeRoute } from "./route.mjs";
import { Search } from "./search.mjs";
import { Sheet } from "./sheet.mjs";
import { stepTheme } from "./theme.mjs";
import { Tools } from "./tools.mjs";
import { NOTHING, Tree, failedRows, placeOf, runningCounts, step } from "./tree.mjs";

const PREVIEWS = 4000;
const PREVIEW_MS = 60;
// What holds words of the trace in the inspector; everything else there is the page's own.
const DATA = "h2 > span, .data, .key, .string:not(.empty-string), .number, .word, .raw, .essence-text, .piece";

export class App {
  constructor(meta, index) {
    Object.assign(this, { meta, index, selected: -1, turn: 0, matches: 0, filters: NOTHING, hits: [], awaited: null });
    this.tree = new Tree(index);
    this.blocks = new Blocks(meta, index.length, (id) => byId(id)?.textContent ?? null, () => document.readyState !== "loading");
    this.failures = failedRows(index);
    this.failureCounts = runningCounts(this.failures, this.tree.size);
    this.hitCounts = null;
    this.kindCounts = new Uint32Array(KIND_COUNT);
    for (const kind of index.kind) this.kindCounts[kind] += 1;
    this.span = Math.max(1, meta.span);
    this.view = { from: 0, to: this.span };
    this.previews = new Map();
    this.search = new Search(index, meta, this.blocks, () => this.foundMore());
  }

  mount() {
    this.probe = h("span", { class: "away", "aria-hidden": "true" });
    document.body.append(this.probe);
    this.colours = readColours(this.probe);
    this.list = new List(this);
    this.minimap = new Minimap(this);
    this.tools = new Tools(this);
    this.sheet = new Sheet();
    this.inspector = new Inspector(this, byId("inspector"));
    this.drawMinimap = framed(() => this.minimap.draw());
    byId("trace").replaceChildren(this.tools.element, this.minimap.canvas, this.list.element);
    document.body.append(this.sheet.element);
    new ResizeObserver(this.drawMinimap).observe(this.minimap.canvas);
    this.refresh();
    this.follow(readRoute(location.hash));
  }

  nameOf(row) {
    return this.meta.names[this.index.name[row]] ?? "";
  }

  failuresIn(row) {
    return this.failureCounts[this.tree.end[row]] - this.failureCounts[row + 1];
  }

  hitsIn(row) {
    return this.hitCounts ? this.hitCounts[this.tree.end[row]] - this.hitCounts[row + 1] : 0;
  }

  isHit(row) {
    return this.hitCounts !== null && this.hitCounts[row + 1] > this.hitCounts[row];
  }

  // Everything that depends on folds and filters.
  refresh() {
    this.turn += 1;
    this.list.show(this.tree.visible());
    this.list.empty.textContent = this.tree.size ? "No row matches the filters." : "This trace has no records.";
    this.tools.update();
    this.drawMinimap();
  }

  // The rows stay, how they look changed.
  redraw() {
    this.turn += 1;
    this.list.draw();
    this.tools.update();
  }

  setView(view) {
    this.view = view;
    this.list.draw();
    this.drawMinimap();
  }

  select(row, { focus = false, open = false } = {}) {
    const known = row >= 0 && row < this.tree.size ? row : -1;
    this.selected = known;
    document.body.classList.toggle("inspecting", known >= 0 && (open || document.body.classList.contains("inspecting")));
    if (known < 0 && byId("inspector").contains(document.activeElement)) this.list.scroller.focus({ preventScroll: true });
    byId("overview").hidden = known >= 0;
    byId("inspector").hidden = known < 0;
    if (known >= 0) this.unhide(known);
    this.list.draw();
    this.tools.update();
    if (known >= 0) this.list.reveal(known);
    if (focus) this.list.focusSelected();
    this.inspector.show(known);
    this.saveRoute();
  }

  // On a narrow screen the details lie over the rows; this opens and closes them on the totals.
  showSide() {
    const open = !document.body.classList.contains("inspecting") || this.selected >= 0;
    this.select(-1);
    document.body.classList.toggle("inspecting", open);
  }

  unhide(row) {
    const rows = this.list.rows;
    if (rows[placeOf(rows, row)] === row) return;
    this.tree.reveal(row);
    this.refresh();
  }

  toggle(row, all) {
    if (!this.tree.hasChildren(row)) return;
    const fold = !this.tree.isFolded(row);
    if (all) this.tree.setFoldAll(row, fold);
    else this.tree.setFold(row, fold);
    // The selection never hides inside a fold.
    if (fold && this.selected > row && this.selected < this.tree.end[row]) this.select(row);
    this.refresh();
  }

  filterBy(change) {
    this.filters = { ...this.filters, ...change };
    const { only, not, failures } = this.filters;
    const on = only.size || not.size || failures;
    const { kind } = this.index;
    this.matches = this.tree.filter(on ? (row) => (!only.size || only.has(kind[row])) && !not.has(kind[row]) && (!failures || this.failureCounts[row + 1] > this.failureCounts[row]) : null);
    this.countHits();
    this.refresh();
    if (this.selected >= 0) this.list.reveal(this.selected);
    this.saveRoute();
  }

  filterKind(kind, hide) {
    const only = new Set(this.filters.only);
    const not = new Set(this.filters.not);
    const [changed, other] = hide ? [not, only] : [only, not];
    other.delete(kind);
    if (!changed.delete(kind)) changed.add(kind);
    this.filterBy({ only, not });
  }

  searchFor(query) {
    this.hitCounts = this.awaited = null;
    this.search.start(query);
    this.redraw();
    this.saveRoute();
    this.highlight();
  }

  // Hits count where the filter lets them.
  countHits() {
    this.hits = this.tree.matching(this.search.hits);
    this.hitCounts = this.search.query ? runningCounts(this.hits, this.tree.size) : null;
  }

  foundMore() {
    this.countHits();
    this.redraw();
    if (this.awaited !== null) this.stepHit(this.awaited);
  }

  // Without a hit yet, the step is taken when the first one is found.
  stepHit(forward) {
    this.awaited = this.hits.length || this.search.done === 1 ? null : forward;
    this.go(step(this.hits, this.selected, forward));
  }

  stepFailure(forward) {
    const rows = this.tree.matching(this.failures);
    if (!rows.length) this.say("No failure to go to");
    this.go(step(rows, this.selected, forward));
  }

  go(row) {
    if (row >= 0) this.select(row, { focus: document.activeElement !== this.tools.input });
  }

  // Marks the query in the inspector's data without touching its elements.
  highlight() {
    if (!globalThis.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("hit");
    const wanted = this.search.query.toLowerCase();
    if (!wanted) return;
    const ranges = [];
    const walker = document.createTreeWalker(byId("inspector"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && ranges.length < 500; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      if (text.length !== node.data.length || !node.parentElement.matches(DATA)) continue;
      for (let at = text.indexOf(wanted); at >= 0 && ranges.length < 500; at = text.indexOf(wanted, at + wanted.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        ranges.push(range);
      }
    }
    CSS.highlights.set("hit", new Highlight(...ranges));
  }

  // Fills in a row's preview, at once when it is known, else when its block has been opened.
  preview(row, element) {
    const known = this.previews.get(row);
    setText(element, known ?? "");
    if (known !== undefined) return;
    clearTimeout(this.previewTimer);
    this.previewTimer = setTimeout(() => this.loadPreviews(), PREVIEW_MS);
  }

  async loadPreviews() {
    for (const slot of this.list.slots) {
      const { row } = slot;
      if (row < 0 || this.previews.has(row)) continue;
      const line = await this.previewLine(row);
      if (this.previews.size > PREVIEWS) this.previews.clear();
      this.previews.set(row, line);
      if (slot.row === row) setText(slot.preview, line);
    }
  }

  async previewLine(row) {
    const { index, meta } = this;
    for (const record of [index.last[row], index.first[row]]) {
      if (record < 0) continue;
      try {
        const line = previewOf(meta.names[index.type[record]] ?? "", await this.blocks.record(record));
        if (line && line !== this.nameOf(row)) return line;
      } catch {
        return "";
      }
    }
    return "";
  }

  saveRoute() {
    const route = writeRoute({ row: this.selected, query: this.search.query, ...this.filters });
    this.route = route;
    try {
      history.replaceState(null, "", "#" + route);
    } catch {
      // Some browsers refuse this for local files; the view is then not in the address.
    }
  }

  follow(route) {
    if (route.only.size || route.not.size || route.failures || this.filters !== NOTHING) this.filterBy({ only: route.only, not: route.not, failures: route.failures });
    if (route.query !== this.search.query) {
      this.tools.input.value = route.query;
      this.searchFor(route.query);
    }
    if (route.row !== this.selected) this.select(route.row, { open: true });
  }

  async copyRecords() {
    const numbers = this.selected < 0 ? [] : recordsOf(this.index, this.selected);
    const lines = await Promise.all(numbers.map((number) => this.blocks.record(number)));
    if (lines.length) this.say((await copyText(lines.join("\n"))) ? "Copied" : "Copying is not allowed here");
  }

  say(text) {
    const notice = byId("said");
    notice.textContent = text;
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => (notice.textContent = ""), 2000);
  }

  nextTheme() {
    this.say("Theme: " + (stepTheme() || "as the system"));
    this.recolour();
  }

  recolour() {
    this.colours = readColours(this.probe);
    this.list.draw();
    this.drawMinimap();
  }
}
