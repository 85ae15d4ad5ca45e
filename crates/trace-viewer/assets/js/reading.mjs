// The trace as a transcript: one session at a time, of which only the cards about the screen exist.

import { fillCard, makeCard } from "./cards.mjs";
import { byId, framed, h } from "./dom.mjs";
import { READING } from "./modes.mjs";
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
  // `pinned` is the card that stays in place for now, `unfolded` what the reader opened inside cards.
  constructor(app) {
    const [element, picker, place, scroller, above, list, below] = ["reading", "r-session", "r-place", "r-scroll", "r-above", "r-items", "r-below"].map(byId);
    Object.assign(this, { app, element, picker, place, scroller, above, list, below, root: null, items: new Uint32Array(0), from: 0, to: 0, opened: new Set(), unfolded: new Set(), pinned: null, filled: [] });
    this.roots = roots(app.index);
    picker.addEventListener("change", () => app.select(firstOf(app.index, Number(picker.value))));
    list.addEventListener("click", (event) => this.click(event));
    list.addEventListener("toggle", ({ target }) => target.parentElement.matches(".item") && this.unfolded[target.open ? "add" : "delete"](keyOf(target)), true);
    this.near = new IntersectionObserver((seen) => this.arrive(seen.filter(({ isIntersecting }) => isIntersecting)), { root: scroller, rootMargin: AHEAD });
    this.flush = framed(() => {
      this.hold(() => this.filled.splice(0).forEach((put) => put()));
      app.highlight();
    });
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) scroller.addEventListener(name, () => (this.pinned = null), { passive: true });
  }

  get shown() {
    return this.app.mode === READING && this.app.tree.size > 0;
  }

  onMode() {
    const { app } = this;
    if (!this.shown) return;
    if (app.selected >= 0 || this.root === null) this.reveal(app.selected >= 0 ? app.selected : Math.max(app.tree.focus, firstOf(app.index, this.roots[0])));
    this.mark();
    if (document.activeElement === document.body) this.scroller.focus({ preventScroll: true });
  }

  onRows() {
    const { tree } = this.app;
    const at = Number(this.topCard()?.dataset.row);
    if (!this.shown || this.root === null) return (this.root = null);
    const row = tree.isInside(at) ? at : Math.max(tree.focus, 0);
    this.enter(rootOf(tree, row));
    this.draw(this.placeOfCard(row));
  }

  onSelect() {
    if (!this.shown) return;
    if (this.app.selected >= 0) this.reveal(this.app.selected);
    this.mark();
  }

  update() {
    this.items = itemsOf(this.app.tree, this.root, this.opened);
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

  // Begins the transcript of another session, or the same with other rows.
  enter(root) {
    if (root !== this.root) {
      const { app, picker } = this;
      const listed = [...new Set([...this.roots.slice(0, LISTED), root])];
      picker.replaceChildren(...listed.map((each) => h("option", { value: each, selected: each === root }, each === OUTSIDE ? "outside of sessions" : visible(app.nameOf(each)).slice(0, 60) || "session")));
      picker.hidden = listed.length < 2;
      this.root = root;
    }
    this.update();
  }

  // Brings a row on screen, opening what it is in; one that has no card of its own is found in the card before it.
  reveal(row) {
    const { tree, index } = this.app;
    const root = rootOf(tree, row);
    const shut = tree.path(row).slice(0, -1).filter((above) => isClosable(index.kind[above]) && !this.opened.has(above));
    for (const above of shut) this.opened.add(above);
    const same = root === this.root && !shut.length;
    if (!same) this.enter(root);
    const place = this.placeOfCard(row);
    const card = same && this.cardAt(place);
    if (!card) return this.draw(place);
    const [{ top, bottom }, view] = [box(card), box(this.scroller)];
    if (top < view.top || (bottom > view.bottom && top > view.top + view.height / 2)) this.pin(card);
    this.pinned = card;
  }

  placeOfCard(row) {
    const path = this.app.tree.path(row).reverse();
    return placeOf(this.items, path.find((above) => this.items[placeOf(this.items, above)] === above) ?? row);
  }

  cardAt(place) {
    return this.list.children[place - this.from];
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
    this.list.replaceChildren();
    this.from = this.to = Math.max(0, place - STEP);
    this.show(this.from, this.from + 2 * STEP);
    const card = this.cardAt(place);
    if (card && place > 0) this.pin(card);
    else this.scroller.scrollTop = 0;
  }

  // The cards of this stretch of items and no others.
  show(from, to) {
    const { app, items, list, near } = this;
    const make = (first, end) => [...items.subarray(first, end)].map((row) => {
      const card = makeCard(app, row, this.opened.has(row), row === this.root);
      near.observe(card);
      return card;
    });
    const [first, end] = [Math.max(0, from), Math.min(items.length, to)];
    for (; this.from < first; this.from += 1) list.firstChild.remove();
    for (; this.to > end; this.to -= 1) list.lastChild.remove();
    list.prepend(...make(first, this.from));
    list.append(...make(this.to, end));
    Object.assign(this, { from: first, to: end });
    for (const [left, edge, words] of [[first, this.above, " above"], [items.length - end, this.below, " below"]]) {
      edge.textContent = left > 0 ? counted(left, "card", "cards") + words : "";
      near.unobserve(edge);
      if (left > 0) near.observe(edge);
    }
    this.place.textContent = items.length ? counted(items.length, "card", "cards") : "Nothing here matches the filters.";
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
      const { from, to } = this;
      if (target === this.above) this.hold(() => this.show(from - STEP, Math.min(to, from - STEP + MOST)));
      else if (target === this.below) this.hold(() => this.show(Math.max(from, to + STEP - MOST), to + STEP));
      else this.fill(target);
    }
  }

  async fill(card) {
    this.near.unobserve(card);
    const put = await fillCard(this.app, Number(card.dataset.row), card).catch((error) => () => card.append(h("p.note.bad", "This record cannot be shown: " + error.message)));
    this.filled.push(() => {
      put();
      card.classList.add("filled");
      for (const part of card.children) if (this.unfolded.has(keyOf(part))) part.open = true;
    });
    this.flush();
  }

  mark() {
    const { selected } = this.app;
    const card = selected < 0 ? null : this.cardAt(this.placeOfCard(selected));
    for (const other of this.list.children) other.setAttribute("aria-current", other === card);
  }

  click({ target }) {
    const card = target.closest(".item");
    if (!card) return;
    const row = Number(card.dataset.row);
    if (target.closest(".opener")) this.toggle(row);
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
    this.show(this.from, place + 1);
    this.show(this.from, place + 1 + STEP);
  }
}

// A part of a card, whenever it is made.
function keyOf(part) {
  const card = part.parentElement;
  return card.dataset.row + ":" + [...card.children].indexOf(part);
}
