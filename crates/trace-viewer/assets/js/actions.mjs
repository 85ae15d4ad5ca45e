// What each action does to the page.

import { byId, copyText } from "./dom.mjs";
import { TURN } from "./kinds.mjs";
import { GRAPH, NUMBERS, READING, TIMELINE } from "./modes.mjs";
import { placeOf } from "./tree.mjs";

// What each key does, by its action.
export const DO = {
  down: (app) => app.go(near(app, 1)),
  up: (app) => app.go(near(app, -1)),
  screenDown: (app) => app.go(near(app, app.list.perScreen)),
  screenUp: (app) => app.go(near(app, -app.list.perScreen)),
  first: (app) => app.go(listed(app)[0] ?? -1),
  last: (app) => app.go(listed(app).at(-1) ?? -1),
  nextTurn: (app) => app.go(nearTurn(app, 1)),
  previousTurn: (app) => app.go(nearTurn(app, -1)),
  out: (app) => {
    const { tree, selected } = app;
    if (selected < 0) return;
    if (tree.hasChildren(selected) && !tree.isFolded(selected)) app.toggle(selected, false);
    else app.go(tree.parent[selected]);
  },
  in: (app) => {
    const { tree, selected } = app;
    if (selected < 0) return DO.down(app);
    if (tree.isFolded(selected)) app.toggle(selected, false);
    else if (tree.hasChildren(selected)) app.go(near(app, 1));
  },
  inspect: (app) => (app.mode === READING && app.selected >= 0 ? app.reading.toggle(app.selected) : app.selected < 0 ? DO.down(app) : app.select(app.selected, { open: true })),
  search: (app) => app.box.input.select(),
  nextHit: (app) => app.finder.step(true),
  previousHit: (app) => app.finder.step(false),
  hits: (app) => app.hitList.show(!app.hitList.open),
  hide: (app) => app.finder.setHide(!app.finder.hide),
  focus: (app) => {
    if (app.selected < 0) app.say("Select the row to look into first");
    else app.finder.focus(app.tree.focus === app.selected ? -1 : app.selected);
  },
  nextFailure: (app) => app.stepFailure(true),
  previousFailure: (app) => app.stepFailure(false),
  why: (app) => app.causes.toggle(),
  unfoldAll: (app) => foldAll(app, false),
  foldAll: (app) => foldAll(app, true),
  zoom: (app) => {
    const { index, selected, span } = app;
    if (selected < 0) return;
    const margin = Math.max(10, index.duration[selected] * 0.05);
    app.setView({ from: Math.max(0, index.start[selected] - margin), to: Math.min(span, index.start[selected] + index.duration[selected] + margin) });
  },
  wholeTime: (app) => app.timing.showAll(),
  zoomIn: (app) => app.timing.zoom(0.5),
  zoomOut: (app) => app.timing.zoom(2),
  earlier: (app) => app.timing.move(-0.25),
  later: (app) => app.timing.move(0.25),
  stepBack: (app) => app.timing.step(false),
  stepForward: (app) => app.timing.step(true),
  squeeze: (app) => app.timing.squeeze(),
  critical: (app) => app.timing.showCritical(),
  copy: (app) => app.copyRecords(),
  copyText: (app) => app.copySummary(),
  link: async (app) => app.say((await copyText(location.href.split("#")[0] + "#" + app.route)) ? "Link copied" : "Copying is not allowed here"),
  timeline: (app) => app.setMode(TIMELINE),
  reading: (app) => app.setMode(READING),
  graph: (app) => app.setMode(GRAPH),
  numbers: (app) => app.setMode(NUMBERS),
  readOrTimeline: (app) => app.setMode(app.mode === READING ? TIMELINE : READING),
  help: () => toggleSheet(),
  back: (app) => {
    const { finder, tree } = app;
    if (app.causes.row >= 0) app.causes.toggle();
    else if (app.moment !== null) app.setMoment(null);
    else if (finder.busy) finder.stop();
    else if (finder.text || finder.error) app.box.find("");
    else if (app.selected >= 0 || document.body.classList.contains("inspecting")) app.select(-1);
    else if (tree.focus >= 0) finder.focus(-1);
    else app.timing.showAll();
  },
};

export function toggleSheet() {
  const sheet = byId("sheet");
  if (sheet.open) sheet.close();
  else sheet.showModal();
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
