// Which stretch of time is on screen, and how: zooming, moving, choosing, squeezing, the critical path, the moment.

import { INSET } from "./bars.mjs";
import { button, h } from "./dom.mjs";
import { whole } from "./route.mjs";
import { duration, offset } from "./text.mjs";
import { gapsOf, scaleOf } from "./timemap.mjs";

const DRAG = 4;
// From this share of idle time on, squeezing is offered in words.
const IDLE = 0.5;

// A part of the page; the list shows its axis, its buttons and the range that is being chosen.
export function timingOf(app) {
  const { meta: { idle }, span } = app;
  const axis = h("div.axis", { "aria-hidden": "true", title: "Drag to choose a stretch of time, with shift to move", onpointerdown: press });
  const length = h("span");
  const range = h("div.range", { hidden: true }, length);
  const share = idle.reduce((sum, [from, to]) => sum + to - from, 0) / span;
  const words = share > IDLE ? duration(span) + ", " + Math.floor(share * 100) + " % idle · compress" : "compress idle";
  const squeezing = button(words, "Draw idle time as narrow bands (x)", () => squeeze(), { class: "chip", hidden: !idle.length });
  const path = button("critical path", "Dim what nothing waited for (p)", () => showCritical(), { class: "chip" });
  const all = { from: 0, to: span };
  let list, drawn;

  const timing = {
    axis, range, squeeze, showCritical, turn, listen, drawAxis, buttons: [squeezing, path], critical: false, gaps: gapsOf([]),

    scale: (width, view = app.view) => scaleOf(timing.gaps, view, width),
    overview: (width) => timing.scale(width, all),
    showAll: () => app.setView(all),
    isAll: () => app.view.from <= 0 && app.view.to >= span,

    zoom(factor) {
      const scale = current();
      app.setView(scale.zoomed(factor, scale.width / 2, span));
    },

    move(by) {
      const scale = current();
      app.setView(scale.moved(by * scale.width, span));
    },

    // To the next or previous start or end of a row on display.
    step(forward) {
      const { start, duration: lengths } = app.index;
      const now = app.moment ?? (forward ? -1 : Infinity);
      let found = forward ? Infinity : -1;
      for (const row of app.rows) {
        const from = start[row];
        const to = from + lengths[row];
        if (forward) {
          const at = from > now ? from : to;
          if (at > now && at < found) found = at;
        } else {
          const at = to < now ? to : from;
          if (at < now && at > found) found = at;
        }
      }
      if (found < 0 || found === Infinity) return;
      app.setMoment(found);
      const scale = current();
      const x = scale.x(found);
      if (x < 0 || x > scale.width) app.setView(scale.moved(x - scale.width / 2, span));
    },

    writeRoute(parts) {
      if (!timing.isAll()) {
        parts.set("from", Math.floor(app.view.from));
        parts.set("to", Math.ceil(app.view.to));
      }
      if (timing.gaps.pairs.length) parts.set("squeeze", 1);
      if (timing.critical) parts.set("critical", 1);
      if (app.moment !== null) parts.set("at", Math.round(app.moment));
    },

    readRoute(parts) {
      const number = (name) => whole(parts.get(name));
      const from = Math.min(span - 1, number("from") ?? 0);
      const to = Math.min(span, Math.max(from + 1, number("to") ?? span));
      const squeezed = number("squeeze") === 1;
      const critical = number("critical") === 1;
      if (squeezed !== timing.gaps.pairs.length > 0) squeeze(squeezed);
      if (critical !== timing.critical) showCritical(critical);
      if (from !== Math.floor(app.view.from) || to !== Math.ceil(app.view.to)) app.setView({ from, to });
      if (number("at") !== app.moment) app.setMoment(number("at"));
    },
  };

  // What the rows are drawn on.
  function current() {
    return timing.scale(Math.max(100, list.canvas.clientWidth - 2 * INSET));
  }

  function squeeze(on = !timing.gaps.pairs.length) {
    if (on && !idle.length) return app.say("No idle time of a second or more");
    timing.gaps = gapsOf(on ? idle : []);
    squeezing.setAttribute("aria-pressed", on);
    app.tell("View");
    app.saveRouteSoon();
  }

  function showCritical(on = !timing.critical) {
    timing.critical = on;
    path.setAttribute("aria-pressed", on);
    app.redraw();
    app.saveRouteSoon();
  }

  function listen(shown) {
    list = shown;
    // Control and wheel zooms about the pointer, shift and wheel moves along the axis.
    list.element.addEventListener("wheel", (event) => {
      const x = pixel(event);
      if (x > -INSET && (event.ctrlKey || event.metaKey || event.shiftKey)) turn(event, current().at(x));
    }, { passive: false });
    // What a bar means, in words, while the pointer is on it.
    list.scroller.addEventListener("pointerover", (event) => {
      const row = list.rowAt(event);
      if (row >= 0) event.target.closest(".row").title = pixel(event) > 0 ? app.nameOf(row) + " " + app.streams.words(row) : "";
    });
  }

  function pixel(event) {
    return event.clientX - list.canvas.getBoundingClientRect().left - INSET;
  }

  // A turn of the wheel over a moment.
  function turn(event, at) {
    event.preventDefault();
    const scale = current();
    const by = event.deltaY || event.deltaX;
    app.setView(event.shiftKey ? scale.moved(by, span) : scale.zoomed(Math.exp(by / 300), Math.max(0, Math.min(scale.width, scale.x(at))), span));
  }

  // A drag along the axis chooses a stretch, which the release shows; with shift it moves the axis. Esc gives up.
  function press(event) {
    const scale = current();
    const from = pixel(event);
    let chosen;
    drag(axis, event, (moved) => {
      const to = pixel(moved);
      if (event.shiftKey) return app.setView(scale.moved(from - to, span));
      const [left, right] = [from, to].sort((one, other) => one - other).map((x) => Math.max(0, Math.min(scale.width, x)));
      chosen = right - left < DRAG ? null : scale.between(left, right, span);
      range.hidden = !chosen;
      if (!chosen) return;
      put(range, list.drawing.offsetLeft + left, right - left);
      length.textContent = duration(chosen.to - chosen.from);
    }, (released) => {
      range.hidden = true;
      if (released && chosen) app.setView(chosen);
    });
  }

  function drawAxis(scale, labels) {
    const { moment } = app;
    const key = JSON.stringify([labels, moment, scale.view, scale.width]);
    if (key === drawn) return;
    drawn = key;
    const shown = labels.filter(({ width }) => width).map(({ label, left, width, within }) => put(h("span", { class: within ? "gap" : "" }, label), left, within && width));
    if (moment !== null) shown.push(put(h("span.moment", offset(moment)), Math.min(scale.width - 60, scale.x(moment))));
    axis.replaceChildren(...shown);
  }

  return timing;
}

function put(element, left, width) {
  element.style.setProperty("left", INSET + left + "px");
  if (width) element.style.setProperty("width", width + "px");
  return element;
}

// Follows the pointer from a press on: `moved` each time, `ended` with the release, or with nothing after Esc.
export function drag(element, { pointerId }, moved, ended) {
  element.setPointerCapture(pointerId);
  const stop = new AbortController();
  const until = { signal: stop.signal, capture: true };
  const end = (event) => {
    stop.abort();
    ended(event);
  };
  element.addEventListener("pointermove", moved, until);
  element.addEventListener("pointerup", end, until);
  element.addEventListener("pointercancel", () => end(), until);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  }, until);
}
