// The execution graphs: one at a time, with those it started opened in place, at the moment the page is looked at.

import { fromBase64, inflate } from "./bytes.mjs";
import { byId, framed, h } from "./dom.mjs";
import { line, make, paintNode } from "./graph-draw.mjs";
import { arrange } from "./graph-plane.mjs";
import { FAILED, STATES, graphsOf, momentsOf, stateAt, stepMoment } from "./graph-state.mjs";
import { GRAPH } from "./modes.mjs";
import { wholes } from "./route.mjs";
import { counted, duration, grouped, visible } from "./text.mjs";

// Of larger planes only what is on screen is drawn.
const ALL = 400;
const LEAST = 0.005;
const READABLE = 0.75;
const PLAY_MS = 8000;
const STILL_MS = 700;

export function Graph(app) {
  const { index, tree } = app;
  const [element, choice, facts, plane, drawing, caption, slider, now, player] = ["graph", "g-choice", "g-facts", "g-plane", "g-drawing", "g-caption", "g-slider", "g-now", "g-play"].map(byId);
  const name = (number) => app.meta.names[number] ?? "";
  const open = new Set();
  let wanted;
  let known, root, scene, at, moments, timer, entered, dragged;
  let scale = 1;
  const draw = framed(paint);

  async function enter() {
    if (known) return follow(true);
    if (entered || !choice.options.length) return;
    entered = true;
    try {
      known = graphsOf(JSON.parse(new TextDecoder().decode(await inflate(fromBase64(await arrived())))));
    } catch {
      facts.textContent = "They cannot be opened: this page is cut off or damaged.";
      return;
    }
    listen();
    restore();
    follow(true);
  }

  // The node in focus and what is opened, from the address.
  function restore() {
    if (!known || !wanted) return;
    const [shown, node, opened] = wanted;
    wanted = undefined;
    const graph = known.graphs.find(({ row }) => row === shown);
    if (!graph) return;
    show(graph);
    for (const child of known.graphs) if (opened.includes(child.row)) open.add(child);
    rearrange();
    const item = itemOf(known.graphs.find(({ row }) => row === node[0]), node[1]);
    if (item) moveTo(item, false);
  }

  function writeRoute(parts) {
    if (app.mode !== GRAPH || !at) return;
    parts.set("graph", root.row);
    parts.set("node", at.graph.row + "," + at.node);
    if (open.size) parts.set("open", [...open].map(({ row }) => row).join(","));
  }

  function readRoute(parts) {
    if (!parts.has("graph")) return;
    wanted = [Number(parts.get("graph")), wholes(parts.get("node")), wholes(parts.get("open"))];
    restore();
  }

  // Shows the graph that the selected row belongs to, or the first one inside it; otherwise what is shown stays.
  function follow(focus) {
    const { selected } = app;
    let row = selected;
    while (row >= 0 && !known.ofRow.has(row)) row = tree.parent[row];
    const inside = known.graphs.find((graph) => graph.row > selected && graph.row < tree.end[selected]);
    const { graph, node } = known.ofRow.get(row) ?? { graph: inside ?? root ?? known.graphs[0], node: -1 };
    if (focus && selected >= 0 && row < 0 && !inside) app.say("The selected row belongs to no graph; this is another one");
    if (!scene?.graphs.has(graph)) show(graph);
    const here = itemOf(graph, node);
    if (here) moveTo(here, false);
    else paint();
    // Whoever goes through the tabs stays on them.
    if (focus && !byId("modes").contains(document.activeElement)) at?.element.focus({ preventScroll: true });
  }

  function itemOf(graph, node) {
    return scene.items.find((item) => item.graph === graph && item.node === node);
  }

  function show(graph) {
    stop();
    root = graph;
    open.clear();
    if (![...choice.options].some(({ value }) => value === String(graph.row))) choice.append(h("option", { value: graph.row }, visible(graph.key)));
    choice.value = graph.row;
    moments = momentsOf(graph, index);
    at = undefined;
    rearrange();
    fit(READABLE);
    // What failed comes first, or else the first node.
    const { state } = stateAt(graph, index, null);
    at = scene.items.find(({ graph: own, node }) => own === graph && state[node] === FAILED) ?? at;
    if (at) plane.scrollTo((at.x + at.w / 2) * scale - plane.clientWidth / 2, Math.max(0, (at.y + at.h + 40) * scale - plane.clientHeight));
  }

  function rearrange() {
    scene = arrange(root, open);
    scene.graphs = new Set(scene.items.map(({ graph }) => graph).concat(root));
    for (const item of scene.items) make(item, name);
    drawing.replaceChildren(drawing.firstElementChild, ...scene.items.sort((one, other) => one.layer - other.layer).map((item) => item.element));
    at = (at && itemOf(at.graph, at.node)) ?? scene.items.find(({ node }) => node >= 0);
    resize();
  }

  // Opens or closes the graphs that a node started; the node stays where it is on screen.
  function toggle(item, wanted = !open.has(item.kids[0])) {
    if (!item.kids.length) return;
    open[wanted ? "add" : "delete"](item.kids[0]);
    at = item;
    rearrange();
    plane.scrollBy((at.x - item.x) * scale, (at.y - item.y) * scale);
    moveTo(at);
  }

  function moveTo(item, focus = true) {
    at = item;
    paint();
    app.saveRouteSoon();
    at.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focus) at.element.focus({ preventScroll: true });
  }

  function resize() {
    const { width, height } = scene;
    drawing.setAttribute("viewBox", "-20 -20 " + (width + 40) + " " + (height + 40));
    drawing.setAttribute("width", (width + 40) * scale);
    drawing.setAttribute("height", (height + 40) * scale);
    draw();
  }

  function fit(least) {
    scale = Math.min(1, Math.max(least, Math.min(plane.clientWidth / (scene.width + 40), plane.clientHeight / (scene.height + 40))));
    resize();
  }

  function zoom(factor, left = plane.clientWidth / 2, top = plane.clientHeight / 2) {
    const by = Math.min(2, Math.max(LEAST, scale * factor)) / scale;
    const [x, y] = [plane.scrollLeft, plane.scrollTop];
    scale *= by;
    resize();
    plane.scrollTo((x + left) * by - left, (y + top) * by - top);
  }

  // How everything looks at the moment.
  function paint() {
    const { moment, selected } = app;
    const states = new Map([...scene.graphs].map((graph) => [graph, stateAt(graph, index, moment)]));
    const here = known.ofRow.get(selected);
    const seen = (from, length, edge, room) => (from + length + 60) * scale > edge && (from - 60) * scale < edge + room;
    for (const item of scene.items) {
      const { graph, node, edge, element: shape } = item;
      const state = states.get(graph);
      const on = scene.items.length < ALL || item === at || (seen(item.x, item.w, plane.scrollLeft, plane.clientWidth) && seen(item.y, item.h, plane.scrollTop, plane.clientHeight));
      shape.classList.toggle("off", !on);
      if (!on) continue;
      if (node >= 0) {
        // Of a thousand nodes a few change from one moment to the next.
        const news = [state.state[node], state.passes[node], state.spent[node], open.has(item.kids[0])].join();
        if (item.news !== news) paintNode(item, state, name, index, open.has(item.kids[0]));
        item.news = news;
        shape.classList.toggle("selected", here?.graph === graph && here.node === node);
        shape.tabIndex = item === at ? 0 : -1;
      } else if (edge >= 0) shape.dataset.choice = state.edges[edge];
      else shape.lastElementChild.textContent = line(name(index.name[graph.row]) + " · " + sentence(graph, state), item.w);
    }
    facts.textContent = facts.title = sentence(root, states.get(root));
    drawing.setAttribute("aria-label", facts.textContent);
    const length = Math.max(1, moments.at(-1) - moments[0]);
    slider.value = moment === null ? 1 : (moment - moments[0]) / length;
    now.textContent = (moment === null ? "at the end" : duration(slider.value * length)) + " of " + duration(length);
    slider.setAttribute("aria-valuetext", now.textContent);
    const told = at?.element.firstElementChild.textContent.replaceAll("\n", " · ") ?? "";
    if (caption.textContent !== told) caption.textContent = told;
  }

  function sentence({ map, row, error }, { state, whole }) {
    const ran = state.filter(Boolean).length;
    const failed = state.filter((one) => one === FAILED).length;
    return [STATES[whole], grouped(ran) + " of " + counted(state.length, "node", "nodes") + " ran", failed && grouped(failed) + " failed", duration(Math.max(0, Math.min(index.duration[row], (app.moment ?? Infinity) - index.start[row]))),
      whole > 1 && visible(name(error)), map.observed && "no map was recorded: this is what ran, in order of time", map.cut && grouped(map.cut) + " nodes and edges are too many to draw"].filter(Boolean).join(" · ");
  }

  // Selects a pass of the node: its latest, or, when one is selected already, the next one.
  function choose(item) {
    const rows = item.graph.steps.filter((step) => step[1] === item.node).map(([row]) => row);
    at = item;
    if (rows.length) app.select(rows[(rows.includes(app.selected) ? rows.indexOf(app.selected) + 1 : rows.length - 1) % rows.length], { open: true });
    moveTo(at);
  }

  // The nearest node in a direction.
  function neighbour(key) {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    const [middle, top] = [at.x + at.w / 2, at.y];
    let [best, least] = [at, Infinity];
    for (const item of scene.items) {
      if (!(item.node >= 0)) continue;
      const [right, down] = [item.x + item.w / 2 - middle, item.y - top];
      const ahead = right * x + down * y;
      const far = ahead + 2 * Math.abs(right * y + down * x);
      if (ahead > 0 && far < least) [best, least] = [item, far];
    }
    return best;
  }

  // Many times a second; the address follows when the reader lets go.
  function scrub(moment) {
    app.moment = moment;
    app.tell("Moment");
  }

  function stop() {
    if (!timer) return;
    timer = clearInterval(timer);
    player.setAttribute("aria-pressed", "false");
    app.setMoment(app.moment);
  }

  function step(forward) {
    stop();
    app.setMoment(stepMoment(moments, app.moment, forward));
  }

  // From event to event, from the moment to the end.
  function play() {
    if (timer) return stop();
    player.setAttribute("aria-pressed", true);
    if (app.moment === null || app.moment >= moments.at(-1)) scrub(moments[0]);
    timer = setInterval(() => {
      scrub(stepMoment(moments, app.moment, true));
      if (app.moment === null) stop();
    }, Math.min(STILL_MS, PLAY_MS / moments.length));
  }

  const ACTS = {
    ",": () => step(false), ".": () => step(true), " ": play, 0: () => fit(LEAST), "+": () => zoom(1.25), "=": () => zoom(1.25), _: () => zoom(0.8),
    Enter: () => choose(at), l: () => toggle(at, true), h: () => toggle(at, false),
  };

  // Before the keys of the rows.
  function press(event) {
    const { key } = event;
    const within = (selector) => event.target.closest?.(selector);
    if (app.mode !== GRAPH || !at || event.ctrlKey || event.metaKey || event.altKey || within("input:not(#g-slider), textarea, select, dialog, #side") || (within("button, a") && /^( |Enter)$/u.test(key))) return;
    const arrow = key.startsWith("Arrow") && !within("input, [role=tab]");
    if (!arrow && !Object.hasOwn(ACTS, key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (arrow) moveTo(neighbour(key));
    else ACTS[key]();
  }

  function listen() {
    addEventListener("keydown", press, true);
    new ResizeObserver(draw).observe(plane);
    plane.addEventListener("scroll", draw, { passive: true });
    choice.addEventListener("change", () => app.select(Number(choice.value), { open: true }));
    slider.addEventListener("input", () => {
      stop();
      scrub(slider.value >= 1 ? null : moments[0] + slider.value * (moments.at(-1) - moments[0]));
    });
    slider.addEventListener("change", () => app.setMoment(app.moment));
    element.addEventListener("click", ({ target }) => {
      const act = target.closest("[data-act]");
      if (act) return ACTS[act.dataset.act]();
      const item = dragged < 5 && scene.items.find((candidate) => candidate.node >= 0 && candidate.element.contains(target));
      if (!item) return;
      if (target.closest(".kids")) toggle(item);
      else choose(item);
    });
    plane.addEventListener("pointerdown", () => (dragged = 0));
    plane.addEventListener("pointermove", ({ buttons, pointerType, movementX, movementY }) => {
      if (!buttons || pointerType !== "mouse") return;
      dragged += Math.abs(movementX) + Math.abs(movementY);
      plane.scrollBy(-movementX, -movementY);
    });
    plane.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = plane.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    }, { passive: false });
  }

  return {
    element,
    onMode: () => (app.mode === GRAPH ? enter() : stop()),
    onSelect: () => app.mode === GRAPH && known && follow(),
    onMoment: () => app.mode === GRAPH && scene && draw(),
    writeRoute,
    readRoute,
  };
}

// The element's text, once the parser has passed it.
async function arrived() {
  while (document.readyState === "loading" && !byId("b0")) await new Promise((resolve) => setTimeout(resolve, 30));
  return byId("graphs").textContent;
}
