// The box of the query: what is typed, what may follow, what it finds, what is wrong with it.

import { completions } from "./complete.mjs";
import { byId, h } from "./dom.mjs";
import { whole, wholes } from "./route.mjs";
import { grouped, visible } from "./text.mjs";

const TYPING_MS = 140;
const LONGEST = 2000;
const MOST_FOLDS = 64;

export class FindBox {
  constructor(app) {
    Object.assign(this, { app, typing: false, input: byId("query"), inside: byId("inside") });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.take());
  }

  typed() {
    this.offer();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take(true), TYPING_MS);
  }

  // The browser lists what starts with, or has in it, all that is typed; so each option is a whole query.
  offer() {
    const { app, input: { value, selectionStart } } = this;
    const { from, field, options } = completions(value, selectionStart, app.finder.context);
    const [before, after] = [value.slice(0, from), value.slice(selectionStart)];
    byId("completions").replaceChildren(...options.map((option) => h("option", { value: before + option + after, label: app.facets.countOf(field, option) })));
  }

  // Takes what is typed now; while somebody goes on typing, the address takes no further step.
  take(typing = false) {
    clearTimeout(this.timer);
    const { finder } = this.app;
    if (this.input.value.trim() !== finder.typed) finder.find(this.input.value);
    this.typing = typing;
  }

  find(text) {
    this.input.value = text;
    this.take();
  }

  key(event) {
    const { finder, list } = this.app;
    const enters = event.key === "Enter";
    if (!enters && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (!enters && finder.busy) return finder.stop();
    this.take();
    list.focusSelected();
    if (enters) finder.step(!event.shiftKey);
  }

  onRows() {
    const { app } = this;
    const { focus } = app.tree;
    this.inside.hidden = focus < 0;
    if (focus >= 0) this.inside.firstElementChild.textContent = visible(app.pathOf(focus, 3));
  }

  onSelect() {
    this.onFind();
  }

  onFind() {
    const { finder, selected } = this.app;
    const { text, error, hits, busy, hide, search, stopped } = finder;
    const place = hits.indexOf(selected) + 1;
    const count = byId("count");
    count.textContent = text && (place ? grouped(place) + " / " : "") + grouped(hits.length) + (hide ? " shown" : " found") + (busy ? " …" : stopped ? " so far" : "");
    count.setAttribute("aria-busy", busy);
    count.title = search.failed;
    byId("progress").style.setProperty("width", busy ? search.done * 100 + "%" : "0");
    byId("find").classList.toggle("searching", text !== "");
    byId("previous").disabled = byId("next").disabled = !hits.length;
    byId("hide").setAttribute("aria-pressed", hide);
    this.input.setAttribute("aria-invalid", error !== null);
    byId("mistake").textContent = error ? "At character " + (error.at + 1) + ": " + error.message : "";
  }

  writeRoute(parts) {
    const { finder, tree } = this.app;
    if (finder.text) parts.set("q", finder.text.slice(0, LONGEST));
    if (finder.hide) parts.set("hide", "1");
    if (tree.focus >= 0) parts.set("focus", tree.focus);
    const folds = tree.changedFolds(MOST_FOLDS);
    if (folds.length) parts.set("folds", folds.join(","));
  }

  readRoute(parts) {
    const { app } = this;
    const { finder, tree } = app;
    const query = parts.get("q") ?? "";
    const hide = parts.has("hide");
    if (hide !== finder.hide) finder.setHide(hide);
    if (query !== finder.typed) this.find(query);
    const focus = whole(parts.get("focus")) ?? -1;
    if (focus !== tree.focus) finder.focus(focus);
    const folds = wholes(parts.get("folds")).slice(0, MOST_FOLDS);
    if (String(folds) === String(tree.changedFolds(MOST_FOLDS))) return;
    tree.changeFolds(folds);
    app.refresh();
  }
}
