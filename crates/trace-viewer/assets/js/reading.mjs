// The trace as a transcript: one session at a time, of which only the cards about the screen exist.

import { fillCard, makeCard } from "./cards.mjs";
import { framed, h } from "./dom.mjs";
import { READING, TIMELINE } from "./modes.mjs";
import { counted, visible } from "./text.mjs";
import { OUTSIDE, firstOf, isClosable, itemsOf, previousCalls, rootOf, roots } from "./transcript.mjs";
import { placeOf } from "./tree.mjs";

// Cards made at a time, and how many there are at most.
const STEP = 40;
const MOST = 160;
// Records are read this far outside the screen.
const AHEAD = "1200px 0px";
const LISTED = 1000;

const box = (element) => element.getBoundingClientRect();

export class Reading {
  // `at` is the row at the top of the screen, here or in the timeline; `pinned` the card that stays in place for now.
  constructor(app) {
    Object.assign(this, { app, root: null, items: new Uint32Array(0), from: 0, to: 0, opened: new Set(), notes: true, pinned: null, filled: [] });
    this.roots = roots(app.index);
    this.at = firstOf(app.index, this.roots[0]);
    this.picker = h("select", { "aria-label": "Session", onchange: () => app.select(firstOf(app.index, Number(this.picker.value))) });
    this.place = h("span.where");
    const noted = h("input", { type: "checkbox", checked: true, onchange: () => this.onRows((this.notes = noted.checked)) });
    this.above = h("p.more-items");
    this.below = h("p.more-items");
    this.list = h("div.items", { onclick: (event) => this.click(event) });
    this.scroller = h("div.read", { tabindex: "0", "aria-label": "Transcript", onscroll: () => this.passed() }, this.above, this.list, this.below);
    this.element = h("section", { id: "reading", role: "tabpanel", "aria-labelledby": "mode-reading" }, h("div.read-bar", this.picker, this.place, h("label", noted, " logs and events")), this.scroller);
    this.near = new IntersectionObserver((seen) => this.arrive(seen.filter(({ isIntersecting }) => isIntersecting)), { root: this.scroller, rootMargin: AHEAD });
    this.flush = framed(() => this.hold(() => this.filled.splice(0).forEach((put) => put())));
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) this.scroller.addEventListener(name, () => (this.pinned = null), { passive: true });
    app.list.scroller.addEventListener("scroll", () => this.passed(), { passive: true });
  }

  get shown() {
    return this.app.mode === READING && this.app.tree.size > 0;
  }

  passed() {
    const { list, mode } = this.app;
    if (mode === TIMELINE) this.at = list.rows[Math.floor(list.above / list.rowHeight)] ?? 0;
    else if (this.shown) this.at = Number(this.topCard()?.dataset.row ?? this.at);
  }

  onMode() {
    const { selected, mode, list } = this.app;
    if (this.shown) {
      this.root = null;
      this.reveal(selected < 0 ? this.at : selected);
      if (document.activeElement === document.body) this.scroller.focus({ preventScroll: true });
    } else if (mode === TIMELINE && selected < 0) list.reveal(this.at);
  }

  onRows() {
    if (!this.shown || this.root === null) return;
    this.update();
    this.draw(Math.max(0, placeOf(this.items, this.at)));
  }

  onSelect() {
    if (!this.shown) return;
    if (this.app.selected >= 0) this.reveal(this.app.selected);
    this.mark();
  }

  update() {
    this.items = itemsOf(this.app.tree, this.root, this.opened, this.notes);
  }

  get previous() {
    return (this.calls ??= previousCalls(this.app.tree));
  }

  // Whether a row of this transcript is inside what is closed.
  hides(row) {
    return rootOf(this.app.tree, row) === this.root && this.items[placeOf(this.items, row)] !== row;
  }

  topCard() {
    const { top } = box(this.scroller);
    return [...this.list.children].find((card) => box(card).bottom > top);
  }

  pick() {
    const options = this.roots.slice(0, LISTED);
    if (!options.includes(this.root)) options.push(this.root);
    this.picker.replaceChildren(...options.map((root) => h("option", { value: root, selected: root === this.root }, root === OUTSIDE ? "outside of sessions" : visible(this.app.nameOf(root)).slice(0, 60) || "session")));
    this.picker.hidden = options.length < 2;
  }

  // Brings a row on screen, opening what it is in; one that has no card of its own is found in the card before it.
  reveal(row) {
    const { tree, index } = this.app;
    const root = rootOf(tree, row);
    let changed = root !== this.root;
    for (let above = tree.parent[row]; above >= 0; above = tree.parent[above]) {
      if (!isClosable(index.kind[above]) || this.opened.has(above)) continue;
      this.opened.add(above);
      changed = true;
    }
    if (root !== this.root) {
      this.root = root;
      this.pick();
    }
    if (changed) this.update();
    const place = this.placeOfCard(row);
    const card = !changed && this.cardAt(place);
    if (!card) return this.draw(place);
    const [{ top, bottom }, view] = [box(card), box(this.scroller)];
    if (top < view.top || (bottom > view.bottom && top > view.top + view.height / 2)) this.pin(card);
    this.pinned = card;
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
    return place < this.from ? undefined : this.list.children[place - this.from];
  }

  // Puts a card a little below the top, where it stays while records arrive around it.
  pin(card) {
    const { scroller } = this;
    scroller.scrollTop += box(card).top - box(scroller).top - Math.min(120, scroller.clientHeight / 4);
    this.pinned = card;
  }

  // The cards around a place, anew.
  draw(place) {
    this.near.disconnect();
    this.from = this.to = Math.max(0, place - STEP);
    this.list.replaceChildren();
    this.append(2 * STEP);
    const card = this.cardAt(place);
    if (card && place > 0) this.pin(card);
    else this.scroller.scrollTop = 0;
  }

  make(from, to) {
    return [...this.items.subarray(from, to)].map((row) => {
      const card = makeCard(this.app, row, this.opened.has(row), row === this.root);
      this.near.observe(card);
      return card;
    });
  }

  append(count) {
    const to = Math.min(this.items.length, this.to + count);
    this.list.append(...this.make(this.to, to));
    this.to = to;
    for (; this.to - this.from > MOST; this.from += 1) this.list.firstChild.remove();
    this.edges();
  }

  prepend() {
    const from = Math.max(0, this.from - STEP);
    this.list.prepend(...this.make(from, this.from));
    this.from = from;
    this.shorten(MOST);
    this.edges();
  }

  shorten(most) {
    for (; this.to - this.from > most; this.to -= 1) this.list.lastChild.remove();
  }

  edges() {
    const { items, from, to, above, below, near } = this;
    above.textContent = from > 0 ? counted(from, "card", "cards") + " above" : "";
    below.textContent = to < items.length ? counted(items.length - to, "card", "cards") + " below" : items.length ? "" : "Nothing here matches the filters.";
    for (const [more, edge] of [[from > 0, above], [to < items.length, below]]) {
      near.unobserve(edge);
      if (more) near.observe(edge);
    }
    this.place.textContent = counted(items.length, "card", "cards");
    this.mark();
  }

  // Changes the cards so that the one that is being read stays where it is.
  hold(change) {
    const card = this.pinned?.isConnected ? this.pinned : this.topCard();
    const before = card && box(card).top;
    change();
    if (card?.isConnected) this.scroller.scrollTop += box(card).top - before;
  }

  // What comes near the screen: cards get their records, an edge more cards.
  arrive(seen) {
    for (const { target } of seen) {
      if (target === this.above) this.hold(() => this.prepend());
      else if (target === this.below) this.hold(() => this.append(STEP));
      else this.fill(target);
    }
  }

  async fill(card) {
    this.near.unobserve(card);
    let parts;
    try {
      parts = await fillCard(this.app, Number(card.dataset.row));
    } catch (error) {
      parts = [null, h("p.note.bad", "This record cannot be shown: " + error.message)];
    }
    this.filled.push(() => {
      card.replaceChildren(...parts.map((part) => part ?? card.firstChild));
      card.classList.add("filled");
    });
    this.flush();
  }

  mark() {
    const { selected } = this.app;
    const card = selected < 0 ? null : this.cardAt(this.placeOfCard(selected));
    for (const other of this.list.children) other.setAttribute("aria-current", other === card);
  }

  click(event) {
    const card = event.target.closest(".item");
    if (!card) return;
    const row = Number(card.dataset.row);
    if (event.target.closest(".opener")) this.toggle(row);
    if (this.app.selected !== row && getSelection().isCollapsed) this.app.select(row);
  }

  // Opens or closes a card. Everything above it stays; what follows is made anew.
  toggle(row) {
    const place = this.placeOfCard(row);
    const [opener] = this.cardAt(place)?.children ?? [];
    if (opener?.tagName === "DETAILS") opener.open = !opener.open;
    if (!opener?.matches(".opener")) return;
    if (!this.opened.delete(row)) this.opened.add(row);
    opener.setAttribute("aria-expanded", this.opened.has(row));
    this.update();
    this.shorten(place + 1 - this.from);
    this.append(STEP);
  }
}
