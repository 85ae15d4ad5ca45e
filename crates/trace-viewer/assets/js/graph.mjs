// The execution graphs: one at a time, with those it started opened in place, at the moment the page is looked at.

import { fromBase64, inflate } from "./bytes.mjs";
import { byId, framed, h, shown } from "./dom.mjs";
import { layer, line, make, paintNode, wordsOf } from "./graph-draw.mjs";
import { arrange } from "./graph-plane.mjs";
import { FAILED, STATES, TAKEN, graphsOf, momentsOf, stateAt, stepMoment } from "./graph-state.mjs";
import { GRAPH } from "./modes.mjs";
import { counted, duration, grouped, visible } from "./text.mjs";

// Larger planes are drawn where they are on screen.
const ALL = 400;
const LEAST = 0.05;
const READABLE = 0.75;
const FAR = 0.3;
const PLAY_MS = 8000;
const STILL_MS = 700;

export function Graph(app) {
  const { index, tree } = app;
  const [element, choice, facts, plane, layers, caption, slider, now, player] = ["graph", "g-choice", "g-facts", "g-plane", "g-layers", "g-caption", "g-slider", "g-now", "g-play"].map(byId);
  const name = (number) => app.meta.names[number] ?? "";
  const open = new Set();
  let known, root, scene, at, moments, timer, told, entered;
  let [x, y, k] = [0, 0, 1];
  const draw = framed(render);

  async function enter() {
    if (!choice.options.length) return;
    if (known) return follow(true);
    if (entered) return;
    entered = true;
    try {
      known = graphsOf(JSON.parse(new TextDecoder().decode(await inflate(fromBase64(await arrived())))));
    } catch {
      facts.textContent = "They cannot be opened: this page is cut off or damaged.";
      return;
    }
    listen();
    follow(true);
  }

  // Shows the graph that the selected row belongs to, or the first one inside it; otherwise what is shown stays.
  function follow(focus) {
    const { selected } = app;
    let row = selected;
    while (row >= 0 && !known.ofRow.has(row)) row = tree.parent[row];
    const inside = known.graphs.find((graph) => graph.row > selected && graph.row < tree.end[selected]);
    const { graph, node } = known.ofRow.get(row) ?? { graph: inside ?? root ?? known.graphs[0], node: -1 };
    if (!scene?.graphs.has(graph)) show(graph);
    const here = scene.items.find((item) => item.graph === graph && item.node === node);
    if (here) reveal((at = here));
    render();
    // Whoever goes through the tabs stays on them.
    if (focus && !byId("modes").contains(document.activeElement)) at?.element.focus({ preventScroll: true });
  }

  function show(graph) {
    stop();
    root = graph;
    open.clear();
    if (![...choice.options].some((option) => Number(option.value) === graph.row)) choice.append(h("option", { value: graph.row }, visible(graph.key)));
    choice.value = graph.row;
    moments = momentsOf(graph, index);
    rearrange();
    fit(READABLE);
  }

  function rearrange() {
    const { graph, node } = at ?? {};
    scene = arrange(root, open);
    scene.graphs = new Set(scene.items.map((item) => item.graph).concat(root));
    const top = Math.max(2, ...scene.items.map((item) => item.layer));
    layers.replaceChildren(...Array.from({ length: top + 1 }, layer));
    at = scene.items.find((item) => item.graph === graph && item.node === node) ?? scene.items[0];
  }

  // Opens or closes the graphs that a node started; the node stays where it is on screen.
  function toggle(item, wanted = !open.has(item.kids[0])) {
    if (!item.kids?.length) return;
    open[wanted ? "add" : "delete"](item.kids[0]);
    at = item;
    rearrange();
    x += (item.x - at.x) * k;
    y += (item.y - at.y) * k;
    moveTo(at);
  }

  function moveTo(item) {
    at = item;
    reveal(at);
    render();
    at.element.focus({ preventScroll: true });
  }

  function fit(least) {
    const { clientWidth: w, clientHeight: high } = plane;
    const { width, height, items } = scene;
    k = Math.min(1, Math.max(least, Math.min((w - 40) / width, (high - 40) / height)));
    x = width * k < w ? (w - width * k) / 2 : w / 2 - ((items[0]?.x ?? 0) + 60) * k;
    y = Math.max(20, (high - height * k) / 2);
    draw();
  }

  function zoom(factor, left = plane.clientWidth / 2, top = plane.clientHeight / 2) {
    const by = Math.min(2, Math.max(LEAST, k * factor)) / k;
    [x, y, k] = [left - (left - x) * by, top - (top - y) * by, k * by];
    draw();
  }

  // Moves the plane so that a node is on screen.
  function reveal(item) {
    const into = (from, length, room) => Math.max(16 - from, Math.min(room - 16 - from - length, 0));
    x += into(x + item.x * k, item.w * k, plane.clientWidth);
    y += into(y + item.y * k, item.h * k, plane.clientHeight);
  }

  function render() {
    if (!scene || !plane.clientWidth) return;
    layers.setAttribute("transform", "translate(" + x + " " + y + ") scale(" + k + ")");
    plane.classList.toggle("far", k < FAR);
    const all = scene.items.length < ALL;
    const seen = (from, length, by, room) => by + from * k < room + 60 && by + (from + length) * k > -60;
    for (const item of scene.items) {
      const on = all || item === at || (seen(item.x, item.w, x, plane.clientWidth) && seen(item.y, item.h, y, plane.clientHeight));
      if (on && !item.element) make(item, name);
      if (on && !item.element.parentNode) layers.children[item.layer].append(item.element);
      if (!on) item.element?.remove();
    }
    paint();
  }

  // How everything on screen looks at the moment.
  function paint() {
    const states = new Map([...scene.graphs].map((graph) => [graph, stateAt(graph, index, app.moment)]));
    const here = known.ofRow.get(app.selected);
    for (const item of scene.items) {
      const { graph, node, edge, element: shape } = item;
      if (!shape?.parentNode) continue;
      const state = states.get(graph);
      if (node >= 0) {
        paintNode(item, state, wordsOf(item, state, name), state.spent[node] / Math.max(1, index.duration[graph.row]), open.has(item.kids[0]));
        shape.classList.toggle("selected", here?.graph === graph && here.node === node);
        shape.setAttribute("tabindex", item === at ? 0 : -1);
      } else if (edge >= 0) shape.dataset.choice = state.edges[edge] || "";
      else shape.lastChild.textContent = line(name(index.name[graph.row]) + " · " + sentence(graph, state), item.w);
    }
    facts.textContent = facts.title = sentence(root, states.get(root));
    plane.setAttribute("aria-label", facts.textContent);
    const length = Math.max(1, moments.at(-1) - moments[0]);
    const share = app.moment === null ? 1 : Math.min(1, Math.max(0, (app.moment - moments[0]) / length));
    slider.value = share;
    now.textContent = (app.moment === null ? "at the end" : duration(share * length)) + " of " + duration(length);
    slider.setAttribute("aria-valuetext", now.textContent);
    if (at?.node >= 0) tell(wordsOf(at, states.get(at.graph), name));
  }

  function sentence({ map, row, error }, { state, whole }) {
    const count = (wanted) => state.filter(wanted).length;
    const failed = count((one) => one === FAILED);
    return [STATES[whole], grouped(count((one) => one > 0)) + " of " + counted(state.length, "node", "nodes") + " ran", failed && grouped(failed) + " failed", duration(index.duration[row]),
      whole > 1 && visible(name(error)), map.observed && "no map was recorded: this is what ran, in order of time", map.cut && grouped(map.cut) + " nodes and edges are too many to draw"].filter(Boolean).join(" · ");
  }

  // The node in words, below the plane.
  function tell(words) {
    const rows = passes(at);
    const pass = rows.indexOf(app.selected) + 1;
    if (pass && rows.length > 1) words.facts.push("pass " + pass + " of " + rows.length + ", Enter for the next");
    const text = words.facts.join(" · ");
    if (told === (told = words.name + text + words.error)) return;
    caption.replaceChildren(h("strong", shown(words.name)), " " + text + " ", h("span.bad", words.error));
  }

  function passes({ graph, node }) {
    return graph.steps.filter((step) => step[1] === node).map(([row]) => row);
  }

  // Selects a pass of the node: its latest, or, when one is selected already, the next one.
  function choose(item) {
    const rows = passes(item);
    at = item;
    if (rows.length) app.select(rows[(rows.includes(app.selected) ? rows.indexOf(app.selected) + 1 : rows.length - 1) % rows.length], { open: true });
    moveTo(at);
  }

  // The neighbour in a direction: along the edge that was taken before others, or to the side.
  function neighbour(key) {
    const { graph, node } = at;
    const { from, to, back } = graph.map;
    const peers = scene.items.filter((item) => item.graph === graph && item.node >= 0);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by) return peers.filter((item) => Math.abs(item.y - at.y) < at.h && (item.x - at.x) * by > 0).sort((one, other) => (one.x - other.x) * by)[0];
    const [here, there] = key === "ArrowDown" ? [from, to] : [to, from];
    const { edges } = stateAt(graph, index, app.moment);
    const rank = (edge) => (edges[edge] === TAKEN ? -1 : edges[edge]);
    const ways = here.map((_, edge) => edge).filter((edge) => here[edge] === node && !back[edge]);
    const best = ways.sort((one, other) => rank(one) - rank(other))[0];
    return peers.find((item) => item.node === there[best]);
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
    if (app.mode !== GRAPH || event.ctrlKey || event.metaKey || event.altKey || within("input:not(#g-slider), textarea, select, dialog, #side") || (within("button, a") && /^( |Enter)$/u.test(key))) return;
    const arrow = key.startsWith("Arrow") && !within("input, [role=tab]");
    if (!at || !(arrow || Object.hasOwn(ACTS, key))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (arrow) moveTo(neighbour(key) ?? at);
    else ACTS[key]();
  }

  function listen() {
    let from;
    addEventListener("keydown", press, true);
    new ResizeObserver(draw).observe(plane);
    choice.addEventListener("change", () => app.select(Number(choice.value), { open: true }));
    slider.addEventListener("input", () => {
      stop();
      scrub(slider.value >= 1 ? null : moments[0] + slider.value * (moments.at(-1) - moments[0]));
    });
    slider.addEventListener("change", () => app.setMoment(app.moment));
    element.addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]");
      if (act) return ACTS[act.dataset.act]();
      const shape = event.target.closest(".node");
      if (!shape || from?.moved) return;
      const item = scene.items.find((candidate) => candidate.element === shape);
      if (event.target.closest(".kids")) toggle(item);
      else choose(item);
    });
    plane.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX - x, y: event.clientY - y };
    });
    plane.addEventListener("pointermove", (event) => {
      const [left, top] = [event.clientX - from?.x, event.clientY - from?.y];
      if (!event.buttons || !(from?.moved || Math.abs(left - x) + Math.abs(top - y) > 4)) return;
      if (!from.moved) plane.setPointerCapture(event.pointerId);
      from.moved = true;
      [x, y] = [left, top];
      draw();
    });
    plane.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = plane.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) return zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
      x -= event.shiftKey ? event.deltaY : event.deltaX;
      y -= event.shiftKey ? 0 : event.deltaY;
      draw();
    }, { passive: false });
  }

  return {
    element,
    onMode: () => (app.mode === GRAPH ? enter() : stop()),
    onSelect: () => app.mode === GRAPH && known && follow(),
    onMoment: () => app.mode === GRAPH && scene && draw(),
  };
}

// The element's text, once the parser has passed it.
async function arrived() {
  while (document.readyState === "loading" && !byId("b0")) await new Promise((resolve) => setTimeout(resolve, 30));
  return byId("graphs").textContent;
}
