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
const RED = 6;
const CONTEXT = 20;
const KEYS = { ArrowLeft: ["move", -0.2], ArrowRight: ["move", 0.2], ArrowUp: ["zoom", 0.5], ArrowDown: ["zoom", 2] };
const CURSORS = { left: "ew-resize", right: "ew-resize", window: "grab" };

export class Minimap {
  constructor(app) {
    Object.assign(this, { app, ready: false });
    this.canvas = h("canvas", { class: "minimap", role: "slider", tabindex: "0", "aria-label": "Stretch of time on screen", "aria-valuemin": "0", "aria-valuemax": "100" });
    const listen = (type, heard) => this.canvas.addEventListener(type, heard, { passive: false });
    listen("pointerdown", (event) => this.press(event));
    listen("pointermove", (event) => this.canvas.style.setProperty("cursor", CURSORS[this.partAt(event.offsetX)] ?? ""));
    listen("dblclick", () => app.setView(app.timing.whole));
    listen("wheel", (event) => this.wheel(event));
    listen("keydown", (event) => this.key(event));
    this.element = this.canvas;
    this.draw = framed(() => this.render());
    new ResizeObserver(this.draw).observe(this.canvas);
  }

  // The rows come first; what this takes of a large trace would hold them up.
  onReady() {
    const { app } = this;
    this.ready = true;
    this.contexts = contextsOf(app);
    this.fullest = this.contexts.flat().reduce((most, { all }) => Math.max(most, all), 0);
    const context = this.fullest ? " The line is the context of each model call, up to " + compact(this.fullest) + " tokens; filled is what came from the cache." : "";
    this.canvas.title = "The whole trace. Drag to choose a stretch, its edges to change it; the wheel and the arrow keys zoom and move, a double click shows everything." + context;
    this.draw();
  }

  onView() {
    this.draw();
  }

  onMoment() {
    this.draw();
  }

  onColours() {
    this.still = null;
    this.draw();
  }

  // What stays the same while the view changes is painted once.
  render() {
    const { app, canvas } = this;
    const { pen, width, height } = fitted(canvas);
    if (!width) return;
    this.scale = app.timing.scale(width, app.timing.whole);
    if (!this.ready) return;
    const { gaps } = app.timing;
    if (this.still?.width !== canvas.width || this.still.height !== canvas.height || this.still.gaps !== gaps) {
      this.still = Object.assign(h("canvas"), { width: canvas.width, height: canvas.height, gaps });
      const still = this.still.getContext("2d");
      still.setTransform(canvas.width / width, 0, 0, canvas.width / width, 0, 0);
      this.paint(still, width, height);
    }
    pen.drawImage(this.still, 0, 0, width, height);
    this.drawWindow(pen, width, height);
  }

  paint(pen, width, height) {
    const { app, scale } = this;
    const foot = height - (this.fullest ? CONTEXT : 0);
    for (const band of scale.bandsInView()) drawBand(pen, app.colours, band, height);
    drawLayers(pen, densities(app, scale, width), app.colours, width, RED + 2, foot);
    if (this.fullest) this.paintContexts(pen, width, foot + 2, height);
    pen.fillStyle = app.colours.get("fail");
    const red = new Uint8Array(Math.ceil(width) + 2);
    for (const row of app.failures) red[Math.max(0, Math.min(Math.floor(width) - 2, Math.round(scale.x(app.index.start[row] + app.index.duration[row])) - 1))] = 1;
    red.forEach((failed, x) => failed && pen.fillRect(x, 0, 2, RED));
    pen.globalAlpha = 0.25;
    red.forEach((failed, x) => failed && pen.fillRect(x, RED, 2, foot - RED));
    pen.globalAlpha = 1;
  }

  // For each session a line as high as the context of its calls, filled up to what was read from the cache.
  paintContexts(pen, width, top, height) {
    const { scale, fullest, app } = this;
    const tall = height - top;
    const colour = app.colours.get("llm");
    pen.fillStyle = pen.strokeStyle = colour;
    for (const calls of this.contexts) {
      const outline = new Path2D();
      calls.forEach(({ at, until, all, read }, place) => {
        const from = scale.x(at);
        const to = scale.x(calls[place + 1]?.at ?? until);
        const y = height - (all / fullest) * tall;
        outline.lineTo(from, y);
        outline.lineTo(to, y);
        pen.globalAlpha = 0.3;
        pen.fillRect(from, height - (read / fullest) * tall, to - from, (read / fullest) * tall);
      });
      pen.globalAlpha = 0.9;
      pen.stroke(outline);
    }
    pen.globalAlpha = 1;
    pen.font = "10px system-ui, sans-serif";
    pen.textBaseline = "top";
    const words = "context up to " + compact(fullest) + " tokens";
    pen.fillStyle = app.colours.get("surface");
    pen.globalAlpha = 0.75;
    pen.fillRect(2, top - 1, pen.measureText(words).width + 6, 12);
    pen.globalAlpha = 1;
    pen.fillStyle = app.colours.get("muted");
    pen.fillText(words, 5, top);
  }

  // The window's edges in pixels.
  get edges() {
    const { view } = this.app;
    return [this.scale.x(view.from), this.scale.x(view.to)];
  }

  drawWindow(pen, width, height) {
    const { view, span, colours, moment } = this.app;
    const [left, right] = this.edges;
    pen.fillStyle = colours.get("surface");
    pen.globalAlpha = 0.62;
    pen.fillRect(0, 0, left, height);
    pen.fillRect(right, 0, width, height);
    pen.globalAlpha = 1;
    pen.fillStyle = pen.strokeStyle = colours.get("text");
    if (view.from > 0 || view.to < span) pen.strokeRect(Math.max(0.5, Math.round(left) + 0.5), 0.5, Math.min(width - 1, Math.max(3, right - left)), height - 1);
    for (const x of [Math.max(0, left - 1), Math.min(width - 3, right - 2)]) pen.fillRect(x, height / 2 - 8, 3, 16);
    if (moment !== null) pen.fillRect(Math.min(width - 1.5, this.scale.x(moment)), 0, 1.5, height);
    this.canvas.setAttribute("aria-valuenow", Math.round((view.from / span) * 100));
    this.canvas.setAttribute("aria-valuetext", "from " + offset(view.from) + " to " + offset(view.to) + " of " + duration(span));
  }

  // What a pixel belongs to: an edge of the window, its inside, or nothing of it.
  partAt(x) {
    const { app, edges: [left, right] } = this;
    const grip = Math.min(GRIP, (right - left) / 4);
    if (x >= left - GRIP && x <= left + grip) return "left";
    if (x >= right - grip && x <= right + GRIP) return "right";
    return x > left && x < right && (app.view.from > 0 || app.view.to < app.span) ? "window" : "";
  }

  // A drag of an edge or of the window moves it, any other chooses a new one; a click moves the window there.
  press(event) {
    const { app, scale, edges: [left, right] } = this;
    const from = event.offsetX;
    const part = this.partAt(from);
    const fixed = { left: right, right: left }[part] ?? from;
    const within = (x) => Math.max(0, Math.min(scale.width, x));
    const shift = (by) => app.setView(scale.between(within(left + by), within(right + by), app.span));
    let moved = false;
    drag(this.canvas, event, ({ offsetX }) => {
      moved ||= Math.abs(offsetX - from) >= DRAG;
      if (!moved) return;
      if (part === "window") shift(Math.max(-left, Math.min(scale.width - right, offsetX - from)));
      else app.setView(scale.between(Math.min(fixed, within(offsetX)), Math.max(fixed, within(offsetX)), app.span));
    }, (released) => {
      if (released && !moved) shift(Math.max(-left, Math.min(scale.width - right, from - (left + right) / 2)));
    });
  }

  wheel(event) {
    const { timing } = this.app;
    const { current } = timing;
    timing.turn(event, Math.max(0, Math.min(current.width, current.x(this.scale.at(event.offsetX)))));
  }

  key(event) {
    const [what, by] = KEYS[event.key] ?? [];
    if (!what) return;
    event.preventDefault();
    event.stopPropagation();
    this.app.timing[what](by);
  }
}

// For each session the contexts of its calls, in order of time.
function contextsOf({ index, tree }) {
  const owner = new Int32Array(tree.size);
  const sessions = new Map();
  for (let row = 0; row < tree.size; row += 1) {
    owner[row] = index.kind[row] === SESSION ? row : tree.parent[row] < 0 ? -1 : owner[tree.parent[row]];
    if (index.kind[row] !== LLM || index.usage[row] < 0) continue;
    const from = index.usage[row] * 5;
    const read = index.tokens[from + 1];
    if (!sessions.has(owner[row])) sessions.set(owner[row], []);
    sessions.get(owner[row]).push({ at: index.start[row], until: index.start[row] + index.duration[row], all: index.tokens[from] + read + index.tokens[from + 2], read });
  }
  return [...sessions.values()].map((calls) => calls.sort((left, right) => left.at - right.at));
}

// How many rows of each layer run at each pixel.
function densities({ index }, scale, width) {
  const layers = LAYERS.map(() => new Float32Array(Math.ceil(width) + 2));
  const layerOf = Array.from({ length: KIND_COUNT }, (_, kind) => (isGroup(kind) ? undefined : layers[LAYERS.indexOf(kindHue(kind))]));
  for (let row = 0; row < index.kind.length; row += 1) {
    const layer = layerOf[index.kind[row]];
    const box = layer && scale.box(index.start[row], index.duration[row]);
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
