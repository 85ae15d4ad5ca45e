// The box of the query: what is typed, what may follow, what it finds, what is wrong with it.

import { completions } from "./complete.mjs";
import { byId } from "./dom.mjs";
import { whole, wholes } from "./route.mjs";
import { Suggest } from "./suggest.mjs";
import { grouped, visible } from "./text.mjs";

const TYPING_MS = 140;
const LONGEST = 2000;
const MOST_FOLDS = 64;

export class FindBox {
  constructor(app) {
    const { finder } = app;
    Object.assign(this, { app, typing: false, input: byId("query"), count: byId("count"), progress: byId("progress"), inside: byId("inside"), funnel: byId("hide") });
    this.suggest = new Suggest(this.input, (text, caret) => completions(text, caret, finder.context), (field, value) => app.facets.countOf(field, value));
    const acts = { previous: () => finder.step(false), next: () => finder.step(true), hide: () => finder.setHide(!finder.hide), inside: () => finder.focus(-1) };
    for (const [name, act] of Object.entries(acts)) byId(name).addEventListener("click", act);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.flush());
  }

  typed() {
    this.suggest.update();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take(true), TYPING_MS);
  }

  // Takes what is typed now; while somebody goes on typing, the address takes no further step.
  take(typing) {
    clearTimeout(this.timer);
    const { finder } = this.app;
    if (this.input.value.trim() !== finder.typed) finder.find(this.input.value);
    this.typing = typing;
  }

  flush() {
    this.suggest.close();
    this.take(false);
  }

  find(text) {
    this.input.value = text;
    this.flush();
  }

  key(event) {
    const { finder, list } = this.app;
    const { key } = event;
    if (!this.suggest.key(event)) {
      if (key !== "Enter" && key !== "Escape") return;
      if (key === "Escape" && finder.busy) finder.stop();
      else {
        this.flush();
        list.focusSelected();
        if (key === "Enter") finder.step(!event.shiftKey);
      }
    }
    event.preventDefault();
    event.stopPropagation();
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
    this.count.textContent = text && (place ? grouped(place) + " / " : "") + grouped(hits.length) + (hide ? " shown" : " found") + (busy ? " …" : stopped ? " so far" : "");
    this.count.setAttribute("aria-busy", busy);
    this.count.title = search.failed;
    this.progress.style.setProperty("width", busy ? search.done * 100 + "%" : "0");
    byId("find").classList.toggle("searching", text !== "");
    byId("previous").disabled = byId("next").disabled = !hits.length;
    this.funnel.setAttribute("aria-pressed", hide);
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
