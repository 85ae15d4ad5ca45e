// The page's state, and who is told when it changes.
//
// A part of the page is an object with some of these methods, each called after the change it is named after:
// onRows (folds, hidden rows), onLooks (how rows look), onFind (the query, its hits or its mistake), onView (the stretch of
// time), onMoment (the moment), onSelect (the selected row), onMode, onColours, and once
// onReady (the first rows are on screen); and with writeRoute(parts), readRoute(parts) for what it keeps in the address.

import { readColours } from "./bars.mjs";
import { Blocks } from "./blocks.mjs";
import { Causes } from "./causes.mjs";
import { byId, copyText, h } from "./dom.mjs";
import { Facets } from "./facets.mjs";
import { FindBox } from "./find-box.mjs";
import { Finder } from "./finder.mjs";
import { Graph } from "./graph.mjs";
import { highlight } from "./highlight.mjs";
import { HitList } from "./hits.mjs";
import { Inspector, recordsOf } from "./inspect.mjs";
import { kindWord } from "./kinds.mjs";
import { List } from "./list.mjs";
import { minimapOf } from "./minimap.mjs";
import { Modes, TIMELINE } from "./modes.mjs";
import { Previews } from "./previews.mjs";
import { Reading } from "./reading.mjs";
import { routeParts, routeText, rowOf, saveAddress } from "./route.mjs";
import { summaryOf } from "./summary.mjs";
import { Streams } from "./stream.mjs";
import { clip } from "./text.mjs";
import { timingOf } from "./timing.mjs";
import { Tree, countWithin, failedRows, placeOf, step } from "./tree.mjs";

const NAME = 80;
// Parts of the address that are a step for the browser's back button.
const VIEWS = ["view", "focus", "hide"];

export class App {
  constructor(meta, index, crew) {
    Object.assign(this, { meta, index, selected: -1, turn: 0, parts: [] });
    this.tree = new Tree(index);
    this.blocks = new Blocks(meta, index.length, (id) => byId(id)?.textContent ?? null, () => document.readyState !== "loading", crew);
    this.failures = failedRows(index);
    this.span = Math.max(1, meta.span);
    this.view = { from: 0, to: this.span };
    // The moment that the page is looked at, in microseconds after the start; null is the end.
    this.moment = null;
    this.finder = new Finder(this);
  }

  mount() {
    this.probe = h("span.away", { "aria-hidden": "true" });
    document.body.append(this.probe);
    this.colours = readColours(this.probe);
    this.previews = new Previews(this);
    this.streams = new Streams(this);
    this.timing = timingOf(this);
    this.list = new List(this);
    this.minimap = minimapOf(this);
    this.box = new FindBox(this);
    this.facets = new Facets(this);
    this.hitList = new HitList(this);
    this.inspector = new Inspector(this, byId("inspector"));
    this.reading = new Reading(this);
    this.graph = new Graph(this);
    const tools = byId("tools");
    tools.hidden = false;
    byId("trace").replaceChildren(tools, this.minimap.element, this.list.element, this.reading.element, byId("graph"), byId("numbers"), byId("hits"));
    this.modes = new Modes(this);
    this.causes = new Causes(this);
    this.parts.push(this.box, this.facets, this.hitList, this.timing, this.minimap, this.list, this.reading, this.graph, this.inspector, this.causes, this.modes);
    this.refresh();
    this.follow(location.hash);
  }

  tell(what) {
    for (const part of this.parts) part["on" + what]?.();
  }

  nameOf(row) {
    return this.meta.names[this.index.name[row]] ?? "";
  }

  // The names on the way to a row, of the last `steps`.
  pathOf(row, steps) {
    return this.tree.path(row).slice(-steps).map((step) => clip(this.nameOf(step), NAME) || kindWord(this.index.kind[step])).join(" › ");
  }

  failuresIn(row) {
    return countWithin(this.failures, row, this.tree.end[row]);
  }

  hitsIn(row) {
    return this.finder.hitsIn(row);
  }

  isHit(row) {
    return this.finder.isHit(row);
  }

  // Everything that depends on folds and filters.
  refresh() {
    this.turn += 1;
    this.rows = this.tree.visible();
    this.tell("Rows");
    this.saveRouteSoon();
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

  unhide(row) {
    if (!this.tree.isInside(row)) this.finder.focus(-1);
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

  stepFailure(forward) {
    const rows = this.tree.matching(this.failures);
    if (!rows.length) this.say("No failure to go to");
    this.go(step(rows, this.selected, forward));
  }

  go(row) {
    if (row >= 0) this.select(row, { focus: document.activeElement !== this.box.input });
  }

  highlight() {
    highlight(["inspector", "r-items"].map(byId), this.finder.needles);
  }

  // For what changes many times a second.
  saveRouteSoon() {
    clearTimeout(this.routeTimer);
    this.routeTimer = setTimeout(() => this.saveRoute(), 200);
  }

  saveRoute(steps = this.box.typing ? VIEWS : [...VIEWS, "q"]) {
    if (this.following) return;
    clearTimeout(this.routeTimer);
    const parts = new URLSearchParams();
    if (this.selected >= 0) parts.set("row", this.selected);
    for (const part of this.parts) part.writeRoute?.(parts);
    this.route = routeText(parts);
    saveAddress(parts, this.route, steps);
  }

  follow(hash) {
    const parts = routeParts(hash);
    const row = rowOf(hash);
    this.following = true;
    for (const part of this.parts) part.readRoute?.(parts);
    if (row !== this.selected) this.select(row, { open: true });
    this.following = false;
    this.saveRoute([]);
  }

  async copyRecords() {
    const numbers = this.selected < 0 ? [] : recordsOf(this.index, this.selected);
    const lines = await Promise.all(numbers.map((number) => this.blocks.record(number)));
    if (lines.length) this.copy(lines.join("\n"), "Copied");
  }

  async copySummary() {
    if (this.selected >= 0) this.copy(await summaryOf(this, this.selected), "Copied as text");
  }

  async copy(text, said) {
    this.say((await copyText(text)) ? said : "Copying is not allowed here");
  }

  say(text) {
    const notice = byId("said");
    notice.textContent = text;
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => (notice.textContent = ""), 2000);
  }

  recolour() {
    this.colours = readColours(this.probe);
    this.tell("Colours");
  }
}
