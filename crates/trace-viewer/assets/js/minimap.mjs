// The overview strip: how much of what runs when, every failure, how full the context is, and the window that the rows show.

import { drawBand, fitted } from "./bars.mjs";
import { framed, h } from "./dom.mjs";
import { KIND_COUNT, LLM, SESSION, isGroup, kindHue } from "./kinds.mjs";
import { compact, duration, offset } from "./text.mjs";
import { drag } from "./timing.mjs";

const LAYERS = ["llm", "tool", "graph", "protocol", "plain"];
const DRAG = 4;
const GRIP = 6;
// Pixels for failures at the top, and for the context at the bottom.
const RED = 8;
const CONTEXT = 20;
const KEYS = { ArrowLeft: ["move", -0.2], ArrowRight: ["move", 0.2], ArrowUp: ["zoom", 0.5], ArrowDown: ["zoom", 2] };
const LEFT = 1;
const RIGHT = 2;
const INSIDE = 3;

export function minimapOf(app) {
  const { index, span, timing } = app;
  const canvas = h("canvas.minimap", { role: "slider", tabindex: "0", "aria-label": "Stretch of time on screen", "aria-valuemin": "0", "aria-valuemax": "100",
    title: "The whole trace. Drag to choose a stretch of time, or to move the window or its edges; wheel and arrow keys zoom and move." });
  const listen = (type, heard) => canvas.addEventListener(type, heard, { passive: false });
  const draw = framed(render);
  let still, scale, calls, fullest;

  listen("pointerdown", press);
  listen("pointermove", ({ offsetX }) => canvas.style.setProperty("cursor", ["", "ew-resize", "ew-resize", "grab"][partAt(offsetX)]));
  listen("dblclick", timing.showAll);
  listen("wheel", (event) => timing.turn(event, scale.at(event.offsetX)));
  listen("keydown", (event) => {
    const [what, by] = KEYS[event.key] ?? [];
    if (!what) return;
    event.preventDefault();
    event.stopPropagation();
    timing[what](by);
  });
  new ResizeObserver(draw).observe(canvas);

  // What stays the same while the view changes is painted once, the first time after the rows.
  function render() {
    const { pen, width, height } = fitted(canvas);
    scale = timing.overview(width);
    if (!calls) {
      calls = [];
      return setTimeout(() => {
        calls = contextsOf(app);
        fullest = calls.reduce((most, { all }) => Math.max(most, all), 0);
        draw();
      });
    }
    if (!width) return;
    const { gaps } = timing;
    if (still?.width !== canvas.width || still.gaps !== gaps) {
      still = Object.assign(h("canvas"), { width: canvas.width, height: canvas.height, gaps });
      const paper = still.getContext("2d");
      paper.scale(canvas.width / width, canvas.width / width);
      paint(paper, width, height);
    }
    pen.drawImage(still, 0, 0, width, height);
    drawWindow(pen, width, height);
  }

  function paint(pen, width, height) {
    const foot = height - (fullest && CONTEXT);
    for (const band of scale.bands()) drawBand(pen, app.colours, band, height);
    drawLayers(pen, densities(index, scale), app.colours, scale.width, RED + 2, foot);
    if (fullest) paintContexts(pen, foot + 2, height);
    pen.fillStyle = app.colours.get("fail");
    const ends = new Set();
    for (const row of app.failures) ends.add(Math.max(0, Math.min(Math.floor(width) - 2, Math.round(scale.x(index.start[row] + index.duration[row])) - 1)));
    for (const x of ends) pen.fillRect(x, 0, 2, RED);
  }

  // As high as the largest context at each pixel, filled up to what that call read from the cache.
  function paintContexts(pen, top, height) {
    const tall = (height - top) / fullest;
    const largest = new Float64Array(Math.ceil(scale.width));
    const cached = largest.slice();
    for (const { at, until, all, read } of calls) {
      const to = Math.min(largest.length - 1, scale.x(until));
      for (let x = Math.max(0, Math.floor(scale.x(at))); x <= to; x += 1) if (all > largest[x]) [largest[x], cached[x]] = [all, read];
    }
    pen.fillStyle = pen.strokeStyle = app.colours.get("llm");
    pen.globalAlpha = 0.35;
    cached.forEach((read, x) => pen.fillRect(x, height, 1, -read * tall));
    pen.globalAlpha = 1;
    pen.beginPath();
    largest.forEach((all, x) => pen.lineTo(x + 0.5, height - 0.5 - all * tall));
    pen.stroke();
    pen.font = "10px system-ui, sans-serif";
    pen.textBaseline = "top";
    pen.lineWidth = 3;
    pen.strokeStyle = app.colours.get("surface");
    pen.fillStyle = app.colours.get("muted");
    for (const write of ["strokeText", "fillText"]) pen[write]("context up to " + compact(fullest) + " tokens", 5, top);
  }

  // The window's edges in pixels.
  function edges() {
    return [scale.x(app.view.from), scale.x(app.view.to)];
  }

  function drawWindow(pen, width, height) {
    const { view, colours, moment } = app;
    const [left, right] = edges();
    pen.fillStyle = colours.get("surface");
    pen.globalAlpha = 0.62;
    pen.fillRect(0, 0, left, height);
    pen.fillRect(right, 0, width, height);
    pen.globalAlpha = 1;
    pen.fillStyle = pen.strokeStyle = colours.get("text");
    if (!timing.isAll()) pen.strokeRect(Math.max(0.5, Math.round(left) + 0.5), 0.5, Math.min(width - 1, Math.max(3, right - left)), height - 1);
    for (const x of [Math.max(0, left - 1), Math.min(width - 3, right - 2)]) pen.fillRect(x, height / 2 - 8, 3, 16);
    if (moment !== null) pen.fillRect(Math.min(width - 1.5, scale.x(moment)), 0, 1.5, height);
    canvas.setAttribute("aria-valuenow", Math.round((view.from / span) * 100));
    canvas.setAttribute("aria-valuetext", "from " + offset(view.from) + " to " + offset(view.to) + " of " + duration(span));
  }

  // What a pixel belongs to: an edge of the window, its inside, or nothing of it.
  function partAt(x) {
    const [left, right] = edges();
    const grip = Math.min(GRIP, (right - left) / 4);
    if (x >= left - GRIP && x <= left + grip) return LEFT;
    if (x >= right - grip && x <= right + GRIP) return RIGHT;
    return x > left && x < right && !timing.isAll() ? INSIDE : 0;
  }

  // A drag of an edge or of the window moves it, any other chooses a new one; a click moves the window there.
  function press(event) {
    const from = event.offsetX;
    const part = partAt(from);
    const [left, right] = edges();
    const fixed = [from, right, left][part];
    const shift = (by) => {
      const pixels = Math.max(-left, Math.min(scale.width - right, by));
      app.setView(scale.between(left + pixels, right + pixels, span));
    };
    let moved = false;
    drag(canvas, event, ({ offsetX }) => {
      moved ||= Math.abs(offsetX - from) >= DRAG;
      if (!moved) return;
      if (part === INSIDE) shift(offsetX - from);
      else app.setView(scale.between(Math.min(fixed, offsetX), Math.max(fixed, offsetX), span));
    }, (released) => {
      if (released && !moved) shift(from - (left + right) / 2);
    });
  }

  const onColours = () => {
    still = null;
    draw();
  };
  return { element: canvas, onRows: draw, onView: draw, onMoment: draw, onColours };
}

// The contexts of all calls: each from the call's start until the session's next call, or the call's end.
function contextsOf({ index, tree }) {
  const owner = new Int32Array(tree.size);
  const last = new Map();
  const calls = [];
  for (let row = 0; row < tree.size; row += 1) {
    owner[row] = index.kind[row] === SESSION ? row : tree.parent[row] < 0 ? -1 : owner[tree.parent[row]];
    if (index.kind[row] !== LLM || index.usage[row] < 0) continue;
    const [input, read, write] = index.tokens.subarray(index.usage[row] * 5);
    const call = { at: index.start[row], until: index.start[row] + index.duration[row], all: input + read + write, read };
    const before = last.get(owner[row]);
    if (before) before.until = Math.max(before.at, call.at);
    last.set(owner[row], call);
    calls.push(call);
  }
  return calls;
}

// How many rows of each layer run at each pixel.
function densities(index, { width, box: placed }) {
  const layers = LAYERS.map(() => new Float32Array(Math.ceil(width) + 2));
  const layerOf = Array.from({ length: KIND_COUNT }, (_, kind) => (isGroup(kind) ? undefined : layers[LAYERS.indexOf(kindHue(kind))]));
  for (let row = 0; row < index.kind.length; row += 1) {
    const layer = layerOf[index.kind[row]];
    const box = layer && placed(index.start[row], index.duration[row]);
    if (!box) continue;
    const from = Math.max(0, Math.floor(box.x));
    const to = Math.min(Math.ceil(width), Math.max(from + 1, Math.ceil(box.x + box.width)));
    layer[from] += 1;
    layer[to] -= 1;
  }
  for (const layer of layers) for (let x = 1; x < layer.length; x += 1) layer[x] += layer[x - 1];
  return layers;
}

function drawLayers(pen, layers, colours, width, top, foot) {
  let most = 1;
  for (let x = 0; x < width; x += 1) most = Math.max(most, layers.reduce((sum, layer) => sum + layer[x], 0));
  for (let x = 0; x < width; x += 1) {
    let y = foot;
    layers.forEach((layer, place) => {
      const tall = (layer[x] / most) * (foot - top);
      if (!(tall > 0)) return;
      pen.fillStyle = colours.get(LAYERS[place]);
      pen.fillRect(x, y - tall, 1, tall);
      y -= tall;
    });
  }
}
