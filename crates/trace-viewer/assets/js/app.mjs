// The page's state, and who is told when it changes.
//
// A part of the page is an object with some of these methods, each called after the change it is named after:
// onRows (folds or filters), onLooks (how rows look), onView (the stretch of time), onMoment (the moment), onSelect (the
// selected row), onMode, onColours; and with writeRoute(parts), readRoute(parts) for what it keeps in the address.

import { readColours } from "./bars.mjs";
import { Blocks } from "./blocks.mjs";
import { Causes } from "./causes.mjs";
import { byId, copyText, h } from "./dom.mjs";
import { Graph } from "./graph.mjs";
import { highlight } from "./highlight.mjs";
import { Inspector, recordsOf } from "./inspect.mjs";
import { FAILED, KIND_COUNT } from "./kinds.mjs";
import { matchingNames } from "./match.mjs";
import { List } from "./list.mjs";
import { Minimap } from "./minimap.mjs";
import { Modes, TIMELINE } from "./modes.mjs";
import { Numbers } from "./numbers.mjs";
import { Previews } from "./previews.mjs";
import { Reading } from "./reading.mjs";
import { routeParts, routeText, rowOf } from "./route.mjs";
import { Search } from "./search.mjs";
import { Sheet } from "./sheet.mjs";
import { Streams } from "./stream.mjs";
import { stepTheme } from "./theme.mjs";
import { Timing } from "./timing.mjs";
import { Tools } from "./tools.mjs";
import { NOTHING, Tree, countWithin, failedRows, placeOf, rowsOf, step } from "./tree.mjs";

export class App {
  constructor(meta, index, crew) {
    Object.assign(this, { meta, index, query: "", found: new Uint32Array(0), selected: -1, turn: 0, matches: 0, filters: NOTHING, hits: [], awaited: null, parts: [] });
    this.tree = new Tree(index);
    this.blocks = new Blocks(meta, index.length, (id) => byId(id)?.textContent ?? null, () => document.readyState !== "loading", crew);
    this.failures = failedRows(index);
    this.kindCounts = new Uint32Array(KIND_COUNT);
    for (let row = 0; row < this.tree.size; row += 1) this.kindCounts[index.kind[row]] += 1;
    this.span = Math.max(1, meta.span);
    this.view = { from: 0, to: this.span };
    // The moment that the page is looked at, in microseconds after the start; null is the end.
    this.moment = null;
    this.search = new Search(index, meta, this.blocks, () => this.foundMore());
  }

  mount() {
    this.probe = h("span", { class: "away", "aria-hidden": "true" });
    document.body.append(this.probe);
    this.colours = readColours(this.probe);
    this.previews = new Previews(this);
    this.streams = new Streams(this);
    this.timing = new Timing(this);
    this.list = new List(this);
    this.minimap = new Minimap(this);
    this.tools = new Tools(this);
    this.sheet = new Sheet();
    document.body.append(this.sheet.element);
    this.inspector = new Inspector(this, byId("inspector"));
    this.reading = new Reading(this);
    this.graph = new Graph(this);
    this.numbers = new Numbers(this);
    const panes = { timeline: this.list.element, reading: this.reading.element, graph: this.graph.element, numbers: this.numbers.element };
    this.modes = new Modes(this, panes);
    this.causes = new Causes(this);
    this.parts.push(this.tools, this.timing, this.minimap, this.list, this.reading, this.graph, this.numbers, this.inspector, this.causes, this.modes);
    byId("trace").replaceChildren(this.tools.element, this.minimap.element, ...Object.values(panes));
    this.refresh();
    this.follow(location.hash);
  }

  tell(what) {
    for (const part of this.parts) part["on" + what]?.();
  }

  nameOf(row) {
    return this.meta.names[this.index.name[row]] ?? "";
  }

  failuresIn(row) {
    return countWithin(this.failures, row, this.tree.end[row]);
  }

  hitsIn(row) {
    return countWithin(this.hits, row, this.tree.end[row]);
  }

  isHit(row) {
    return this.hits[placeOf(this.hits, row)] === row;
  }

  // Everything that depends on folds and filters.
  refresh() {
    this.turn += 1;
    this.rows = this.tree.visible();
    this.tell("Rows");
  }

  // The rows stay, how they look changed.
  redraw() {
    this.turn += 1;
    this.tell("Looks");
  }

  setView(view) {
    this.view = view;
    this.tell("View");
    this.saveRouteSoon();
  }

  setMoment(moment) {
    this.moment = moment;
    this.tell("Moment");
    this.saveRouteSoon();
  }

  get mode() {
    return this.modes.current;
  }

  setMode(mode) {
    this.modes.set(mode);
    this.tell("Mode");
    if (this.mode === TIMELINE && this.selected >= 0) this.list.reveal(this.selected);
    this.saveRoute();
  }

  select(row, { focus = false, open = false } = {}) {
    const known = row >= 0 && row < this.tree.size ? row : -1;
    this.selected = known;
    document.body.classList.toggle("inspecting", known >= 0 && (open || document.body.classList.contains("inspecting")));
    if (known < 0 && byId("inspector").contains(document.activeElement)) this.list.scroller.focus({ preventScroll: true });
    byId("overview").hidden = known >= 0;
    byId("inspector").hidden = known < 0;
    if (known >= 0) this.unhide(known);
    this.tell("Select");
    if (focus && this.mode === TIMELINE) this.list.focusSelected();
    this.saveRoute();
  }

  // On a narrow screen the details lie over the rows; this opens and closes them on the totals.
  showSide() {
    const open = !document.body.classList.contains("inspecting") || this.selected >= 0;
    this.select(-1);
    document.body.classList.toggle("inspecting", open);
  }

  unhide(row) {
    if (this.rows[placeOf(this.rows, row)] === row) return;
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
    const { kind, status } = this.index;
    this.matches = this.tree.filter(on ? (row) => (!only.size || only.has(kind[row])) && !not.has(kind[row]) && (!failures || status[row] === FAILED) : null);
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
    this.query = query;
    this.awaited = null;
    this.search.start(query ? [query] : []);
    this.foundMore();
    this.saveRoute();
    this.highlight();
  }

  // Hits count where the filter lets them.
  countHits() {
    this.hits = this.tree.matching(this.found);
  }

  foundMore() {
    const names = this.query ? matchingNames(this.meta.names, this.query) : [];
    const [records] = this.search.found;
    this.found = this.query ? rowsOf(records.map((found, row) => found | names[this.index.name[row]])) : new Uint32Array(0);
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

  highlight() {
    highlight(byId("inspector"), this.query);
  }

  // For what changes many times a second.
  saveRouteSoon() {
    clearTimeout(this.routeTimer);
    this.routeTimer = setTimeout(() => this.saveRoute(), 200);
  }

  saveRoute() {
    const parts = new URLSearchParams();
    if (this.selected >= 0) parts.set("row", this.selected);
    for (const part of this.parts) part.writeRoute?.(parts);
    this.route = routeText(parts);
    try {
      history.replaceState(null, "", "#" + this.route);
    } catch {
      // Some browsers refuse this for local files; the view is then not in the address.
    }
  }

  follow(hash) {
    const parts = routeParts(hash);
    const row = rowOf(hash);
    for (const part of this.parts) part.readRoute?.(parts);
    if (row !== this.selected) this.select(row, { open: true });
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
    this.tell("Colours");
  }
}
