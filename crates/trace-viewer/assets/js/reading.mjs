// The trace as a transcript: one session at a time, of which only the cards about the screen exist.

import { fillCard, makeCard } from "./cards.mjs";
import { byId, framed, h } from "./dom.mjs";
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
  // `at` is the row at the top of the screen, here or in the timeline; `pinned` the card that stays in place for now;
  // `unfolded` what the reader opened inside cards.
  constructor(app) {
    const [element, picker, place, scroller, above, list, below] = ["reading", "r-session", "r-place", "r-scroll", "r-above", "r-items", "r-below"].map(byId);
    Object.assign(this, { app, element, picker, place, scroller, above, list, below, root: null, items: new Uint32Array(0), from: 0, to: 0, opened: new Set(), unfolded: new Set(), pinned: null, filled: [] });
    this.roots = roots(app.index);
    this.at = firstOf(app.index, this.roots[0]);
    picker.addEventListener("change", () => app.select(firstOf(app.index, Number(picker.value))));
    list.addEventListener("click", (event) => this.click(event));
    list.addEventListener("toggle", ({ target }) => target.parentElement.matches(".item") && this.unfolded[target.open ? "add" : "delete"](keyOf(target)), true);
    this.near = new IntersectionObserver((seen) => this.arrive(seen.filter(({ isIntersecting }) => isIntersecting)), { root: scroller, rootMargin: AHEAD });
    this.flush = framed(() => {
      this.hold(() => this.filled.splice(0).forEach((put) => put()));
      app.highlight();
    });
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) scroller.addEventListener(name, () => (this.pinned = null), { passive: true });
    for (const moved of [scroller, app.list.scroller]) moved.addEventListener("scroll", () => this.passed(), { passive: true });
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
    const { tree } = this.app;
    const row = tree.isInside(this.at) ? this.at : tree.focus;
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
    for (const [left, edge, words] of [[from, above, " above"], [items.length - to, below, " below"]]) {
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
      if (target === this.above) this.hold(() => this.prepend());
      else if (target === this.below) this.hold(() => this.append(STEP));
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
    this.shorten(place + 1 - this.from);
    this.append(STEP);
  }
}

// A part of a card, whenever it is made.
function keyOf(part) {
  const card = part.parentElement;
  return card.dataset.row + ":" + [...card.children].indexOf(part);
}
