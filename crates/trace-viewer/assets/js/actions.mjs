// Keys, and buttons that stand for them, and what each does to the page.

import { byId } from "./dom.mjs";
import { TURN } from "./kinds.mjs";
import { READING, TIMELINE } from "./modes.mjs";
import { stepTheme } from "./theme.mjs";
import { placeOf } from "./tree.mjs";

export const ACTS = new Map(Object.entries({
  "j ArrowDown": (app) => app.go(near(app, 1)),
  "k ArrowUp": (app) => app.go(near(app, -1)),
  PageDown: (app) => app.go(near(app, app.list.perScreen)),
  PageUp: (app) => app.go(near(app, -app.list.perScreen)),
  "g Home": (app) => app.go(listed(app)[0] ?? -1),
  "G End": (app) => app.go(listed(app).at(-1) ?? -1),
  J: (app) => app.go(nearTurn(app, 1)),
  K: (app) => app.go(nearTurn(app, -1)),
  "h ArrowLeft": (app) => {
    const { tree, selected } = app;
    if (selected < 0) return;
    if (tree.hasChildren(selected) && !tree.isFolded(selected)) app.toggle(selected, false);
    else app.go(tree.parent[selected]);
  },
  "l ArrowRight": (app) => {
    const { tree, selected } = app;
    if (selected >= 0 && tree.isFolded(selected)) app.toggle(selected, false);
    else if (selected < 0 || tree.hasChildren(selected)) app.go(near(app, 1));
  },
  Enter: (app) => {
    const { selected } = app;
    if (selected < 0) app.go(near(app, 1));
    else if (app.mode === READING) app.reading.toggle(selected);
    else app.select(selected, { open: true });
  },
  "/": (app) => app.box.input.select(),
  n: ({ finder }) => finder.step(true),
  N: ({ finder }) => finder.step(false),
  L: ({ hitList }) => hitList.show(!hitList.open),
  F: ({ finder }) => finder.setHide(!finder.hide),
  f: (app) => {
    if (app.selected < 0) app.say("Select the row to look into first");
    else app.finder.focus(app.tree.focus === app.selected ? -1 : app.selected);
  },
  inside: ({ finder }) => finder.focus(-1),
  e: (app) => app.stepFailure(true),
  E: (app) => app.stepFailure(false),
  w: (app) => app.causes.toggle(),
  "*": (app) => foldAll(app, false),
  "-": (app) => foldAll(app, true),
  z: (app) => {
    const { index, selected, span } = app;
    if (selected < 0) return;
    const [start, took] = [index.start[selected], index.duration[selected]];
    const margin = Math.max(10, took * 0.05);
    app.setView({ from: Math.max(0, start - margin), to: Math.min(span, start + took + margin) });
  },
  0: ({ timing }) => timing.showAll(),
  "+ =": ({ timing }) => timing.zoom(0.5),
  _: ({ timing }) => timing.zoom(2),
  "<": ({ timing }) => timing.move(-0.25),
  ">": ({ timing }) => timing.move(0.25),
  ",": ({ timing }) => timing.step(false),
  ".": ({ timing }) => timing.step(true),
  x: ({ timing }) => timing.squeeze(),
  p: ({ timing }) => timing.showCritical(),
  c: (app) => app.copyRecords(),
  C: (app) => app.copySummary(),
  y: (app) => app.copy(location.href.split("#")[0] + "#" + app.route, "Link copied"),
  1: ({ modes }) => modes.step(0),
  2: ({ modes }) => modes.step(1),
  3: ({ modes }) => modes.step(2),
  4: ({ modes }) => modes.step(3),
  t: (app) => app.setMode(app.mode === READING ? TIMELINE : READING),
  theme: (app) => {
    app.say("Theme: " + (stepTheme() || "as the system"));
    app.recolour();
  },
  // On a narrow screen the details lie over the rows; this opens and closes them on the totals.
  side: (app) => {
    const { classList } = document.body;
    const open = !classList.contains("inspecting") || app.selected >= 0;
    app.select(-1);
    classList.toggle("inspecting", open);
  },
  "?": () => {
    const sheet = byId("sheet");
    if (sheet.open) sheet.close();
    else sheet.showModal();
  },
  Escape: (app) => {
    const { finder, tree } = app;
    if (app.causes.row >= 0) app.causes.toggle();
    else if (app.moment !== null) app.setMoment(null);
    else if (finder.busy) finder.stop();
    else if (finder.text || finder.error) app.box.find("");
    else if (app.selected >= 0 || document.body.classList.contains("inspecting")) app.select(-1);
    else if (tree.focus >= 0) finder.focus(-1);
    else app.timing.showAll();
  },
}).flatMap(([keys, act]) => keys.split(" ").map((key) => [key, act])));

const WRITING = "input, textarea, select, [contenteditable]";
const PRESSING = "button, a, summary";

// What a key press does, or nothing where the key belongs to what has the focus.
export function actOf({ key, target, ctrlKey, metaKey, altKey, isComposing }) {
  const within = (selector) => target.closest?.(selector);
  const isTaken = ctrlKey || metaKey || altKey || isComposing || within(WRITING) || (within("dialog") && key !== "?") ||
    (key === "Enter" && within(PRESSING)) || (within("#side, .read") && /^(Arrow|Page|Home|End)/u.test(key));
  return isTaken ? undefined : ACTS.get(key);
}

export function listen(app) {
  document.addEventListener("keydown", (event) => {
    const act = actOf(event);
    if (!act) return;
    event.preventDefault();
    act(app);
  });
  document.addEventListener("click", ({ target }) => ACTS.get(target.closest?.("[data-key]")?.dataset.key)?.(app));
}

// What the keys move over: rows, or the cards of the transcript.
function listed(app) {
  return app.mode === READING ? app.reading.items : app.list.rows;
}

function near(app, by) {
  const rows = listed(app);
  if (app.selected < 0) return rows[0] ?? -1;
  return rows[Math.min(rows.length - 1, Math.max(0, placeOf(rows, app.selected) + by))] ?? -1;
}

function nearTurn(app, by) {
  const { kind } = app.index;
  const { kept } = app.tree;
  for (let row = app.selected + by; row >= 0 && row < kind.length; row += by) if (kind[row] === TURN && kept?.[row] !== 0 && !(app.mode === READING && app.reading.hides(row))) return row;
  return -1;
}

function foldAll(app, fold) {
  if (app.selected < 0) return;
  app.tree.setFoldAll(app.selected, fold);
  app.refresh();
}
