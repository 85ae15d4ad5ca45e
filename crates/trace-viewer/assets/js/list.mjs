// The list of rows: only those on screen exist, and they are used again as it scrolls.

import { INSET, drawBars } from "./bars.mjs";
import { marks } from "./axis.mjs";
import { byId, framed, h, icon, setText } from "./dom.mjs";
import { CANCELLED, CRITICAL, FAILED, LLM, UNFINISHED, WARN, flagsOf, kindHue, kindIcon, kindWord, levelOf, levelWord, statusWord } from "./kinds.mjs";
import { placeOf } from "./tree.mjs";
import { openWord } from "./stream.mjs";
import { clip, compact, duration, grouped } from "./text.mjs";

// Browsers clamp the height of an element at 17 to 33 million pixels.
const TALLEST = 15e6;
// Indentation ends here, and deep trees are indented less.
const DEEPEST = 24;
const INDENTATION = 168;
const SPARE = 4;
const NAME = 200;

export class List {
  constructor(app) {
    this.app = app;
    this.rows = new Uint32Array(0);
    this.slots = [];
    this.spacer = h("div.spacer", { role: "rowgroup" });
    this.scroller = h("div.scroller", { role: "treegrid", "aria-label": "Trace", "aria-colcount": "2", tabindex: "0" }, this.spacer);
    this.canvas = h("canvas");
    this.drawing = h("div.bars", { "aria-hidden": "true" }, this.canvas);
    this.empty = h("p.empty", { hidden: true });
    this.head = h("div.head", h("span.names", h("span.grow", "Name"), ...app.timing.buttons), h("span.duration", "Duration"), app.timing.axis);
    this.element = h("div", { id: "timeline", class: "list", role: "tabpanel", "aria-labelledby": "mode-timeline" }, this.head, h("div.pane", this.scroller, this.drawing, this.empty), app.timing.range);
    let deepest = 1;
    for (let row = 0; row < app.tree.size; row += 1) deepest = Math.max(deepest, app.index.depth[row]);
    this.element.style.setProperty("--fit", Math.max(7, Math.floor(INDENTATION / deepest)) + "px");
    this.draw = framed(() => this.render());
    this.onLooks = this.onView = this.onMoment = this.onColours = this.draw;
    this.scroller.addEventListener("scroll", this.draw, { passive: true });
    this.scroller.addEventListener("click", (event) => this.click(event));
    this.scroller.addEventListener("dblclick", (event) => this.unfold(event));
    app.timing.listen(this);
    new ResizeObserver(() => this.resize()).observe(this.scroller);
  }

  onRows() {
    this.rows = this.app.rows;
    this.scroller.setAttribute("aria-rowcount", this.rows.length);
    this.empty.textContent = this.app.tree.size ? "No row matches." : "This trace has no records.";
    this.resize();
  }

  onSelect() {
    if (this.app.selected >= 0) this.reveal(this.app.selected);
    else this.draw();
  }

  resize() {
    this.rowHeight = Number.parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) || 26;
    this.tall = this.rows.length * this.rowHeight;
    this.spacer.style.setProperty("height", Math.min(this.tall, TALLEST) + "px");
    this.drawing.style.setProperty("right", this.scroller.offsetWidth - this.scroller.clientWidth + "px");
    this.head.style.setProperty("padding-right", this.scroller.offsetWidth - this.scroller.clientWidth + "px");
    this.draw();
  }

  // Pixels of the list that lie above the screen: the scroll position, stretched where the spacer had to be shorter.
  get above() {
    const { scrollTop, clientHeight } = this.scroller;
    if (this.tall <= TALLEST) return scrollTop;
    return (scrollTop / (TALLEST - clientHeight)) * (this.tall - clientHeight);
  }

  scrollTo(above) {
    const { clientHeight } = this.scroller;
    const most = Math.max(0, this.tall - clientHeight);
    const wanted = Math.min(most, Math.max(0, above));
    this.scroller.scrollTop = this.tall <= TALLEST ? wanted : (wanted / most) * (TALLEST - clientHeight);
  }

  get perScreen() {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.rowHeight) - 1);
  }

  // Brings a row on screen: not at all when it is there, to the edge when it is near, to the middle otherwise.
  reveal(row) {
    const place = placeOf(this.rows, row);
    if (place < 0) return;
    const top = place * this.rowHeight;
    const { clientHeight } = this.scroller;
    const above = this.above;
    if (top >= above && top + this.rowHeight <= above + clientHeight) return this.draw();
    const near = top > above - 3 * this.rowHeight && top < above + clientHeight + 3 * this.rowHeight;
    if (!near) this.scrollTo(top - clientHeight / 2);
    else this.scrollTo(top < above ? top : top + this.rowHeight - clientHeight);
    this.draw();
  }

  render() {
    const { clientHeight, scrollTop } = this.scroller;
    const above = this.above;
    const first = Math.max(0, Math.floor(above / this.rowHeight) - SPARE);
    const last = Math.min(this.rows.length, Math.ceil((above + clientHeight) / this.rowHeight) + SPARE);
    const top = (place) => place * this.rowHeight - above;
    // The drawing asks how large it is, which is free as long as no row has been touched.
    const scale = this.app.timing.scale(this.canvas.clientWidth - 2 * INSET);
    const labels = marks(scale);
    drawBars(this.canvas, this.app, Array.from(this.rows.subarray(first, last), (row, at) => ({ row, top: top(first + at) })), this.rowHeight, scale, labels);
    this.app.timing.drawAxis(scale, labels);
    this.fitSlots(last - first);
    for (let place = first; place < last; place += 1) this.fill(this.slots[place % this.slots.length], place, top(place) + scrollTop);
    for (const slot of this.slots) if (slot.place < first || slot.place >= last) hide(slot);
    this.empty.hidden = this.rows.length > 0;
    this.settleFocus();
  }

  // The focus is on the selected row while it is on screen, and on the list as a whole while it is not.
  settleFocus() {
    const slot = this.slots.find(({ row }) => row >= 0 && row === this.app.selected);
    this.scroller.tabIndex = slot ? -1 : 0;
    if (slot && document.activeElement === this.scroller) slot.element.focus({ preventScroll: true });
  }

  fitSlots(count) {
    // Slots are only added: their number settles at one screen, and a slot keeps its place modulo that number.
    while (this.slots.length < count + 1) {
      const slot = makeSlot();
      this.slots.push(slot);
      this.spacer.append(slot.element);
      this.slots.forEach(hide);
    }
  }

  fill(slot, place, top) {
    const { app } = this;
    const row = this.rows[place];
    const { element } = slot;
    slot.place = place;
    element.hidden = false;
    if (slot.top !== top) element.style.setProperty("transform", "translateY(" + top + "px)");
    slot.top = top;
    // A row that scrolls away must not leave the focus on whatever takes its element.
    if (slot.row !== row && element === document.activeElement) this.scroller.focus({ preventScroll: true });
    const selected = row === app.selected;
    if (slot.selected !== selected) {
      element.setAttribute("aria-selected", selected);
      element.setAttribute("tabindex", selected ? "0" : "-1");
      slot.selected = selected;
    }
    if (slot.row === row && slot.turn === app.turn) return;
    slot.row = row;
    slot.turn = app.turn;
    fillSlot(slot, app, row, place);
  }

  focusSelected() {
    this.render();
    const slot = this.slots.find(({ row }) => row >= 0 && row === this.app.selected);
    (slot?.element ?? this.scroller).focus({ preventScroll: true });
  }

  rowAt(event) {
    const element = event.target.closest?.(".row");
    return this.slots.find((slot) => slot.element === element)?.row ?? -1;
  }

  click(event) {
    const row = this.rowAt(event);
    if (row < 0) return;
    if (event.target.closest(".twist")) this.app.toggle(row, event.altKey);
    else this.app.select(row, { focus: true, open: true });
  }

  unfold(event) {
    const row = this.rowAt(event);
    if (row >= 0 && !event.target.closest(".twist")) this.app.toggle(row, false);
  }
}

function hide(slot) {
  slot.row = slot.place = -1;
  slot.element.hidden = true;
}

function makeSlot() {
  const twist = h("span.twist", icon("twist"));
  const picture = icon("unknown");
  const shape = byId("i-unknown").firstElementChild.cloneNode();
  picture.setAttribute("viewBox", "0 0 16 16");
  picture.replaceChildren(shape);
  const parts = {
    twist,
    shape,
    kind: h("span.away"),
    label: h("span.label"),
    badges: h("span.badges"),
    preview: h("span.preview"),
    duration: h("span.duration", { role: "gridcell" }),
  };
  const name = h("span.name", { role: "gridcell" }, twist, picture, parts.kind, parts.label, parts.badges, parts.preview);
  return { row: -1, place: -1, turn: -1, top: -1, selected: null, ...parts, name, element: h("div.row", { role: "row", tabindex: "-1" }, name, parts.duration) };
}

function fillSlot(slot, app, row, place) {
  const { index, tree } = app;
  const { element } = slot;
  const depth = index.depth[row];
  const open = tree.hasChildren(row);
  element.setAttribute("aria-level", depth + 1);
  element.setAttribute("aria-rowindex", place + 1);
  const siblings = tree.children(tree.isInside(tree.parent[row]) ? tree.parent[row] : -1);
  element.setAttribute("aria-setsize", siblings.length);
  element.setAttribute("aria-posinset", placeOf(siblings, row) + 1);
  if (open) element.setAttribute("aria-expanded", !tree.isFolded(row));
  else element.removeAttribute("aria-expanded");
  element.dataset.status = statusWord(index.status[row]);
  element.dataset.hue = kindHue(index.kind[row]);
  element.classList.toggle("context", tree.kept?.[row] === 1);
  element.classList.toggle("hit", app.isHit(row));
  element.classList.toggle("dim", app.timing.critical && !(index.flags[row] & CRITICAL));
  slot.name.style.setProperty("--depth", Math.min(depth, DEEPEST));
  setShape(slot.shape, kindIcon(index.kind[row]));
  slot.kind.textContent = kindWord(index.kind[row]) + " ";
  setText(slot.label, clip(app.nameOf(row), NAME) || kindWord(index.kind[row]));
  slot.label.title = slot.label.textContent;
  slot.badges.replaceChildren(...badges(app, row));
  slot.duration.textContent = index.duration[row] > 0 ? duration(index.duration[row]) : "";
  slot.duration.setAttribute("aria-label", app.streams.words(row));
  app.previews.fill(row, slot.preview);
}

// An icon as a path of its own: a reference to another one takes the browser much longer to follow.
function setShape(shape, name) {
  if (shape.dataset.icon === name) return;
  shape.dataset.icon = name;
  shape.setAttribute("d", byId("i-" + name).firstElementChild.getAttribute("d"));
}

// Words that qualify a row: its outcome, what is wrong, its depth where indentation has ended, and what a fold hides.
function badges(app, row) {
  const { index, tree } = app;
  const found = outcomes(app, row);
  const badge = (...words) => found.push(badgeOf(...words));
  if (index.depth[row] > DEEPEST) badge("depth " + grouped(index.depth[row]), "", "nested this deep");
  if (!tree.hasChildren(row) || !tree.isFolded(row)) return found;
  badge("+" + grouped(tree.end[row] - row - 1), "folded", "rows folded in here");
  const failures = app.failuresIn(row);
  if (failures) badge("✕ " + grouped(failures), "failed", "failures folded in here");
  const hits = app.hitsIn(row);
  if (hits) badge(grouped(hits) + (hits === 1 ? " hit" : " hits"), "hits", "search hits folded in here");
  return found;
}

function badgeOf(text, look, title) {
  return h("span", { class: "badge " + look, title }, text);
}

// Those that do not depend on folds.
export function outcomes(app, row) {
  const { index } = app;
  const found = [];
  const badge = (...words) => found.push(badgeOf(...words));
  const status = index.status[row];
  if (status === FAILED) badge("✕ failed", "failed", "ended in failure");
  if (status === CANCELLED) badge("⊘ cancelled", "", "was stopped on purpose");
  if (status === UNFINISHED) badge("… " + openWord(app, row), "", "no end in the input");
  const level = levelOf(index.flags[row]);
  if (level >= WARN) badge(levelWord(level), level > WARN ? "failed" : "warned", "severity");
  for (const [word, why] of flagsOf(index.flags[row])) badge("⚑ " + word, "", why);
  if (index.kind[row] === LLM && index.usage[row] >= 0) {
    const [input, read, write, output] = index.tokens.subarray(index.usage[row] * 5);
    badge(compact(input + read + write) + " → " + compact(output), "", "tokens in, cached ones included, and out");
  }
  return found;
}
