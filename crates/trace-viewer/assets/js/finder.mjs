// What the query finds, what is hidden for it, and the subtree that is looked at.

import { QueryContext, compile } from "./filter.mjs";
import { parseQuery } from "./query.mjs";
import { Search } from "./search.mjs";
import { without } from "./terms.mjs";
import { countWithin, placeOf, rowsOf, step } from "./tree.mjs";

const NONE = new Uint32Array(0);

export class Finder {
  constructor(app) {
    const { index, meta, blocks } = app;
    Object.assign(this, { app, text: "", typed: "", error: null, hide: false, program: null, needles: [], stopped: false, found: null, hits: NONE, awaited: null });
    this.context = new QueryContext(index, meta);
    this.search = new Search(index, meta, blocks, () => this.renew(false));
  }

  get busy() {
    return this.program !== null && this.search.done < 1;
  }

  // Takes a query. One that cannot be read leaves what was found before.
  find(text) {
    const { tree, error } = parseQuery(text);
    Object.assign(this, { error, typed: text.trim() });
    if (error) return this.app.tell("Find");
    this.text = this.typed;
    this.program = this.text ? compile(tree, this.context) : null;
    this.awaited = null;
    this.lookFor(this.program?.texts ?? []);
    this.renew(true);
    this.app.highlight();
    this.app.saveRoute();
  }

  // Texts that the records are searched for already need no new search.
  lookFor(needles) {
    if (!this.stopped && JSON.stringify(needles) === JSON.stringify(this.needles)) return;
    Object.assign(this, { needles, stopped: false });
    this.search.start(needles);
  }

  // The rows that a program matches, by what is found in the records so far; null for no program.
  matching(program) {
    const { found, done } = this.search;
    return program?.match(program.texts.map((text) => found[this.needles.indexOf(text)]), done === 1) ?? null;
  }

  // The rows that match what the query says besides of one field.
  besides(field) {
    const { tree } = parseQuery(without(this.text, field));
    return this.text && tree ? this.matching(compile(tree, this.context)) : null;
  }

  // After a new query, after news from the search, and when hiding or the subtree changed.
  renew(fresh) {
    const { app } = this;
    const { tree } = app;
    const { from, to } = tree.range;
    const { found } = Object.assign(this, { found: this.matching(this.program) });
    const moved = fresh || this.hide;
    const staysInView = !fresh && tree.kept?.[app.selected];
    if (moved) tree.filter(this.hide ? found : null, !fresh);
    // A row that a link brought up is no match, and is not taken away by news from the search.
    if (staysInView) tree.reveal(app.selected);
    const hits = found ? rowsOf(found) : NONE;
    this.hits = hits.subarray(placeOf(hits, from - 1) + 1, placeOf(hits, to - 1) + 1);
    if (moved) app.refresh();
    else app.redraw();
    app.tell("Find");
    if (this.awaited !== null) this.step(this.awaited);
  }

  setHide(hide) {
    this.hide = hide;
    this.renew(true);
    this.keepInView();
  }

  // Shows only what is inside a row; everything for -1.
  focus(row) {
    const { tree } = this.app;
    tree.focus = row >= 0 && row < tree.size ? row : -1;
    if (tree.focus >= 0) tree.setFold(row, false);
    this.renew(true);
    this.keepInView();
  }

  keepInView() {
    const { app } = this;
    if (app.selected >= 0) app.list.reveal(app.selected);
    app.saveRoute();
  }

  // Ends the search; what it found so far stays.
  stop() {
    this.search.cancel();
    Object.assign(this, { stopped: true, awaited: null });
    this.app.tell("Find");
  }

  // Without a hit yet, the step is taken when the first one is found.
  step(forward) {
    const { app, hits } = this;
    this.awaited = hits.length || !this.busy ? null : forward;
    app.go(step(hits, app.selected, forward));
  }

  isHit(row) {
    return this.found?.[row] === 1;
  }

  hitsIn(row) {
    return countWithin(this.hits, row, this.app.tree.end[row]);
  }
}
