// Which stretch of time is on screen, and how: zooming, moving, choosing, squeezing, the critical path, the moment.

import { INSET } from "./bars.mjs";
import { button, h } from "./dom.mjs";
import { whole } from "./route.mjs";
import { duration, grouped, offset } from "./text.mjs";
import { Gaps, Scale } from "./timemap.mjs";

const DRAG = 4;
// From this share of idle time on, squeezing is offered in words.
const IDLE = 0.5;

export class Timing {
  constructor(app) {
    Object.assign(this, { app, critical: false, squeezed: false, gaps: new Gaps([]) });
    this.axis = h("div", { class: "axis", "aria-hidden": "true", title: "Drag to choose a stretch, with shift to move" });
    this.range = h("div", { class: "range", hidden: true }, h("span"));
    const { idle } = app.meta;
    const share = idle.reduce((sum, [from, to]) => sum + to - from, 0) / app.span;
    const words = share > IDLE ? duration(app.span) + ", " + grouped(share * 100) + " % idle · compress" : "compress idle";
    this.squeezing = button(words, "Draw idle gaps as narrow bands (x)", () => this.squeeze(), { class: "chip", hidden: !idle.length });
    this.path = button("critical path", "Dim what nothing waited for (p)", () => this.showCritical(), { class: "chip" });
    this.buttons = [this.squeezing, this.path];
  }

  // The view, or another, drawn so many pixels wide.
  scale(width, view = this.app.view) {
    return new Scale(this.gaps, view, width);
  }

  get whole() {
    return { from: 0, to: this.app.span };
  }

  // What the rows are drawn on.
  get current() {
    return this.scale(Math.max(100, this.list.canvas.clientWidth - 2 * INSET));
  }

  zoom(factor) {
    const { current, app } = this;
    app.setView(current.zoomed(factor, current.width / 2, app.span));
  }

  move(share) {
    const { current, app } = this;
    app.setView(current.moved(share * current.width, app.span));
  }

  squeeze(on = !this.squeezed) {
    const { app } = this;
    const { idle } = app.meta;
    if (on && !idle.length) return app.say("No idle gap of a second or more");
    this.squeezed = on;
    this.gaps = new Gaps(on ? idle : []);
    this.squeezing.setAttribute("aria-pressed", on);
    app.tell("View");
    app.saveRoute();
  }

  showCritical(on = !this.critical) {
    this.critical = on;
    this.path.setAttribute("aria-pressed", on);
    this.app.redraw();
    this.app.saveRoute();
  }

  // To the next or previous start or end of a row on display.
  step(forward) {
    const { app } = this;
    const { start, duration: lengths } = app.index;
    const now = app.moment ?? (forward ? -1 : Infinity);
    let found = forward ? Infinity : -1;
    for (const row of app.rows) {
      for (const at of [start[row], start[row] + lengths[row]]) {
        if (forward ? at > now && at < found : at < now && at > found) found = at;
      }
    }
    if (found < 0 || found === Infinity) return;
    app.setMoment(found);
    const { current } = this;
    const x = current.x(found);
    if (x < 0 || x > current.width) app.setView(current.moved(x - current.width / 2, app.span));
  }

  listen(list) {
    this.list = list;
    list.element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.axis.addEventListener("pointerdown", (event) => this.press(event));
    // What a bar means, in words, while the pointer is on it.
    list.scroller.addEventListener("pointerover", (event) => {
      const row = list.rowAt(event);
      if (row >= 0) event.target.closest(".row").title = this.pixel(event) > 0 ? this.app.nameOf(row) + " " + this.app.streams.words(row) : "";
    });
  }

  pixel(event) {
    return event.clientX - this.list.canvas.getBoundingClientRect().left - INSET;
  }

  // Control and wheel zooms about the pointer, shift and wheel moves along the axis.
  wheel(event) {
    const x = this.pixel(event);
    if (x > -INSET && (event.ctrlKey || event.metaKey || event.shiftKey)) this.turn(event, x);
  }

  turn(event, x) {
    event.preventDefault();
    const { app, current } = this;
    const by = event.deltaY || event.deltaX;
    app.setView(event.shiftKey ? current.moved(by, app.span) : current.zoomed(Math.exp(by / 300), x, app.span));
  }

  // A drag along the axis chooses a stretch, which the release shows; with shift it moves the axis. Esc gives up.
  press(event) {
    const { app, axis, current } = this;
    const from = this.pixel(event);
    const chosen = (moved) => {
      const to = this.pixel(moved);
      return Math.abs(to - from) >= DRAG && [Math.min(from, to), Math.max(from, to)];
    };
    drag(axis, event, (moved) => {
      if (event.shiftKey) return app.setView(current.moved(from - this.pixel(moved), app.span));
      const edges = chosen(moved);
      if (edges) this.showRange(current, edges);
    }, (released) => {
      this.range.hidden = true;
      const edges = released && !event.shiftKey && chosen(released);
      if (edges) app.setView(current.between(...edges, app.span));
    });
  }

  showRange(scale, [left, right]) {
    const { from, to } = scale.between(left, right, this.app.span);
    this.range.hidden = false;
    this.range.style.setProperty("left", this.list.drawing.offsetLeft + INSET + Math.max(0, left) + "px");
    this.range.style.setProperty("width", Math.min(scale.width, right) - Math.max(0, left) + "px");
    this.range.firstChild.textContent = duration(to - from);
  }

  drawAxis(scale, labels) {
    const { moment } = this.app;
    const shown = labels.filter(({ width }) => width);
    const elements = shown.map(({ label, left, width, within }) => at(h("span", { class: within ? "gap" : "" }, label), left, within && width));
    if (moment !== null) elements.push(at(h("span", { class: "moment" }, offset(moment)), Math.min(scale.width - 60, scale.x(moment))));
    this.axis.replaceChildren(...elements);
  }

  writeRoute(parts) {
    const { view, span, moment } = this.app;
    if (view.from > 0 || view.to < span) {
      parts.set("from", Math.floor(view.from));
      parts.set("to", Math.ceil(view.to));
    }
    if (this.squeezed) parts.set("squeeze", "1");
    if (this.critical) parts.set("critical", "1");
    if (moment !== null) parts.set("at", Math.round(moment));
  }

  readRoute(parts) {
    const { app } = this;
    const number = (name) => whole(parts.get(name));
    const from = Math.min(app.span - 1, number("from") ?? 0);
    const to = Math.min(app.span, Math.max(from + 1, number("to") ?? app.span));
    const moment = number("at");
    const [squeezed, critical] = ["squeeze", "critical"].map((name) => parts.get(name) === "1");
    if (squeezed !== this.squeezed) this.squeeze(squeezed);
    if (critical !== this.critical) this.showCritical(critical);
    if (from !== Math.floor(app.view.from) || to !== Math.ceil(app.view.to)) app.setView({ from, to });
    if (moment !== app.moment) app.setMoment(moment);
  }
}

function at(element, left, width) {
  element.style.setProperty("left", INSET + left + "px");
  if (width) element.style.setProperty("width", width + "px");
  return element;
}

// Follows the pointer from a press on: `moved` each time, `ended` with the release, or with nothing after Esc.
export function drag(element, { pointerId }, moved, ended) {
  element.setPointerCapture(pointerId);
  const stop = new AbortController();
  const end = (event) => {
    stop.abort();
    ended(event);
  };
  const until = { signal: stop.signal };
  element.addEventListener("pointermove", moved, until);
  element.addEventListener("pointerup", end, until);
  element.addEventListener("pointercancel", () => end(), until);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  }, { capture: true, ...until });
}
