// The trace as a transcript: one session at a time, of which only the cards about the screen exist.

import { Cards } from "./cards.mjs";
import { button, framed, h } from "./dom.mjs";
import { SESSION, TURN } from "./kinds.mjs";
import { READING, TIMELINE } from "./modes.mjs";
import { counted, visible } from "./text.mjs";
import { OUTSIDE, isClosable, itemsOf, rootOf, roots } from "./transcript.mjs";
import { placeOf } from "./tree.mjs";

// Cards made at a time, and how many there are at most.
const STEP = 40;
const MOST = 160;
// Records are read this far outside the screen.
const AHEAD = "1200px 0px";
const LISTED = 1000;

export class Reading {
  constructor(app) {
    Object.assign(this, { app, root: null, items: new Uint32Array(0), from: 0, to: 0, opened: new Set(), notes: true, pinned: null, filled: [], mode: TIMELINE });
    this.cards = new Cards(app);
    this.roots = roots(app.index);
    this.picker = h("select", { "aria-label": "Session", onchange: () => this.go(Number(this.picker.value)) });
    this.place = h("span", { class: "where" });
    const noted = h("input", { type: "checkbox", checked: true, onchange: () => this.showNotes(noted.checked) });
    const bar = h("div", { class: "read-bar" }, this.picker, button("‹", "Previous session", () => this.nextRoot(-1), { class: "quiet" }), button("›", "Next session", () => this.nextRoot(1), { class: "quiet" }), this.place, h("label", {}, noted, " logs and events"));
    this.above = h("p", { class: "more-items" });
    this.below = h("p", { class: "more-items" });
    this.list = h("div", { class: "items" });
    this.scroller = h("div", { class: "read", tabindex: "0", "aria-label": "Transcript" }, this.above, this.list, this.below);
    this.element = h("section", { id: "reading", role: "tabpanel", "aria-labelledby": "mode-reading" }, bar, this.scroller);
    this.near = new IntersectionObserver((seen) => this.load(seen), { root: this.scroller, rootMargin: AHEAD });
    this.edge = new IntersectionObserver((seen) => this.extend(seen), { root: this.scroller, rootMargin: AHEAD });
    this.flush = framed(() => this.hold(() => this.filled.splice(0).forEach((put) => put())));
    this.listen();
  }

  listen() {
    const free = () => (this.pinned = null);
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) this.scroller.addEventListener(name, free, { passive: true });
    this.list.addEventListener("click", (event) => this.click(event));
    this.app.list.scroller.addEventListener("scroll", () => (this.timeline = this.app.list.above), { passive: true });
  }

  get shown() {
    return this.app.mode === READING;
  }

  onMode() {
    const { app } = this;
    const was = this.mode;
    this.mode = app.mode;
    if (this.shown) {
      this.onRows();
      const top = app.list.rows[Math.floor((this.timeline ?? 0) / app.list.rowHeight)];
      this.reveal(app.selected >= 0 ? app.selected : (was === TIMELINE && this.timeline ? top : null) ?? this.topRow() ?? 0, app.selected < 0);
      if (document.activeElement === document.body) this.scroller.focus({ preventScroll: true });
    } else if (was === READING && app.mode === TIMELINE && app.selected < 0 && this.top !== undefined) app.list.reveal(this.top);
  }

  onRows() {
    if (!this.shown || !this.app.tree.size) return;
    if (this.root === null) this.root = this.roots[0];
    this.pick();
    const top = this.topRow();
    this.update();
    this.draw(Math.max(0, placeOf(this.items, top ?? 0)), false);
  }

  onSelect() {
    if (!this.shown) return;
    this.mark();
    if (this.app.selected >= 0) this.reveal(this.app.selected);
  }

  update() {
    this.items = itemsOf(this.app.tree, this.root, this.opened, this.notes);
  }

  // The row of the card at the top of the screen; kept while the transcript is hidden.
  topRow() {
    const card = this.shown && this.list.firstChild ? this.topCard() : null;
    if (card) this.top = Number(card.dataset.row);
    return this.top;
  }

  topCard() {
    const { top } = this.scroller.getBoundingClientRect();
    return [...this.list.children].find((card) => card.getBoundingClientRect().bottom > top) ?? null;
  }

  pick() {
    const { app, picker } = this;
    const options = this.roots.slice(0, LISTED);
    if (!options.includes(this.root)) options.push(this.root);
    if (picker.length !== options.length) picker.replaceChildren(...options.map((root) => h("option", { value: root }, root === OUTSIDE ? "outside of sessions" : visible(app.nameOf(root)).slice(0, 60) || "session")));
    picker.value = this.root;
    picker.parentNode.classList.toggle("single", this.roots.length < 2);
  }

  // The next or previous turn of this transcript.
  turn(by) {
    const { items, app } = this;
    const start = app.selected < 0 ? 0 : placeOf(items, app.selected) + (by > 0 || items[placeOf(items, app.selected)] === app.selected ? by : 0);
    for (let place = start; place >= 0 && place < items.length; place += by) if (app.index.kind[items[place]] === TURN) return items[place];
    return -1;
  }

  nextRoot(by) {
    const place = this.roots.indexOf(this.root) + by;
    if (place >= 0 && place < this.roots.length) this.go(this.roots[place]);
  }

  go(root) {
    const { app } = this;
    app.select(root === OUTSIDE ? [...app.index.kind.keys()].find((row) => app.index.depth[row] === 0 && app.index.kind[row] !== SESSION) : root);
  }

  showNotes(notes) {
    this.notes = notes;
    this.onRows();
  }

  // Brings a row on screen, opening what it is in; one that has no card of its own is found in the card before it.
  reveal(row, atTop = false) {
    const { tree, index } = this.app;
    const root = rootOf(tree, row);
    let changed = root !== this.root || !this.items.length;
    this.root = root;
    for (let above = tree.parent[row]; above >= 0; above = tree.parent[above]) {
      if (!isClosable(index.kind[above]) || above === root || this.opened.has(above)) continue;
      this.opened.add(above);
      changed = true;
    }
    if (changed) {
      this.pick();
      this.update();
    }
    const place = this.placeOfCard(row);
    if (place < 0) return;
    const card = !changed && this.cardAt(place);
    if (!card) this.draw(place, atTop);
    else if (this.onScreen(card)) this.pinned = card;
    else this.pin(card, atTop);
    this.mark();
  }

  placeOfCard(row) {
    const { parent } = this.app.tree;
    for (let above = row; above >= 0; above = parent[above]) {
      const place = placeOf(this.items, above);
      if (this.items[place] === above) return place;
    }
    return placeOf(this.items, row);
  }

  cardAt(place) {
    return place >= this.from && place < this.to ? this.list.children[place - this.from] : null;
  }

  onScreen(card) {
    const box = card.getBoundingClientRect();
    const view = this.scroller.getBoundingClientRect();
    return box.top >= view.top && (box.bottom <= view.bottom || box.top < view.top + view.height / 2);
  }

  // Puts a card a little below the top, where it stays while records arrive around it.
  pin(card, atTop) {
    const { scroller } = this;
    const above = atTop ? 8 : Math.min(120, scroller.clientHeight / 4);
    scroller.scrollTop += card.getBoundingClientRect().top - scroller.getBoundingClientRect().top - above;
    this.pinned = card;
  }

  // The cards around a place, anew.
  draw(place, atTop) {
    this.near.disconnect();
    this.from = Math.max(0, place - STEP);
    this.to = Math.min(this.items.length, place + STEP);
    this.list.replaceChildren(...this.make(this.from, this.to));
    this.edges();
    this.mark();
    const card = this.cardAt(place);
    if (card && place > 0) this.pin(card, atTop);
    else this.scroller.scrollTop = 0;
  }

  make(from, to) {
    return [...this.items.subarray(from, to)].map((row) => {
      const card = this.cards.make(row, { open: this.opened.has(row), root: row === this.root });
      this.near.observe(card);
      return card;
    });
  }

  // More cards where the scrolling goes, fewer where it came from.
  extend(seen) {
    const at = seen.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
    if (!at.length || !this.shown) return;
    this.hold(() => {
      const { items } = this;
      if (at.includes(this.below)) {
        this.append();
        this.drop(this.to - this.from - MOST, "firstChild");
      } else {
        const from = Math.max(0, this.from - STEP);
        this.list.prepend(...this.make(from, this.from));
        this.from = from;
        this.drop(this.to - this.from - MOST, "lastChild");
      }
    });
    this.edges();
    this.mark();
  }

  append() {
    const to = Math.min(this.items.length, this.to + STEP);
    this.list.append(...this.make(this.to, to));
    this.to = to;
  }

  drop(count, which) {
    for (let left = count; left > 0; left -= 1) {
      this.near.unobserve(this.list[which]);
      this.list[which].remove();
      if (which === "firstChild") this.from += 1;
      else this.to -= 1;
    }
  }

  edges() {
    const { items, from, to } = this;
    this.edge.disconnect();
    this.above.textContent = from > 0 ? counted(from, "card", "cards") + " above" : "";
    this.below.textContent = to < items.length ? counted(items.length - to, "card", "cards") + " below" : items.length ? "" : "Nothing here matches the filters.";
    for (const [left, edge] of [[from, this.above], [items.length - to, this.below]]) if (left > 0) this.edge.observe(edge);
    this.place.textContent = counted(items.length, "card", "cards");
  }

  // Changes the cards so that the one that is being read stays where it is.
  hold(change) {
    const card = this.pinned?.isConnected ? this.pinned : this.topCard();
    const before = card?.getBoundingClientRect().top;
    change();
    if (card?.isConnected) this.scroller.scrollTop += card.getBoundingClientRect().top - before;
  }

  load(seen) {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      this.near.unobserve(target);
      this.fill(target, Number(target.dataset.row));
    }
  }

  async fill(card, row) {
    let parts;
    try {
      parts = await this.cards.fill(row);
    } catch (error) {
      parts = [null, h("p", { class: "note bad" }, "This record cannot be shown: " + error.message)];
    }
    // Nothing in the first place: the card's own line stays.
    if (parts.length) this.filled.push(() => (parts[0] ? card.replaceChildren(...parts) : card.append(...parts.slice(1))));
    this.filled.push(() => card.classList.add("filled"));
    this.flush();
  }

  mark() {
    const { selected } = this.app;
    const card = selected < 0 ? null : this.cardAt(this.placeOfCard(selected));
    for (const other of this.list.querySelectorAll('[aria-current="true"]')) other.removeAttribute("aria-current");
    card?.setAttribute("aria-current", "true");
  }

  click(event) {
    const card = event.target.closest(".item");
    if (!card) return;
    const row = Number(card.dataset.row);
    if (event.target.closest(".opener")) this.toggle(row);
    // What is clicked is on screen and stays there.
    if (this.app.selected !== row && getSelection().isCollapsed) this.app.select(row);
  }

  // Opens or closes a card.
  toggle(row) {
    const card = this.cardAt(this.placeOfCard(row));
    if (!card) return;
    const opener = card.querySelector(":scope > .opener");
    const details = card.querySelector(":scope > details");
    if (!opener) return details && (details.open = !details.open);
    if (!this.opened.delete(row)) this.opened.add(row);
    opener.setAttribute("aria-expanded", this.opened.has(row));
    this.update();
    // Everything above stays; what follows is made anew.
    const place = this.placeOfCard(row);
    this.drop(this.to - place - 1, "lastChild");
    this.append();
    this.edges();
  }
}
