// The overview strip: how much of what runs when, every failure, and the window that the rows show.

import { fitted } from "./bars.mjs";
import { framed, h } from "./dom.mjs";
import { kept, placed } from "./axis.mjs";
import { FAILED, isGroup, kindHue } from "./kinds.mjs";

const LAYERS = ["llm", "tool", "graph", "protocol", "plain"];
const DRAG = 4;

export class Minimap {
  constructor(app) {
    this.app = app;
    this.canvas = h("canvas", { class: "minimap", role: "img", "aria-label": "Overview of the trace over time. Drag to zoom, double click to see everything." });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("dblclick", () => app.setView({ from: 0, to: app.span }));
    this.element = this.canvas;
    this.draw = framed(() => this.render());
    new ResizeObserver(this.draw).observe(this.canvas);
  }

  onRows() {
    this.draw();
  }

  onView() {
    this.draw();
  }

  onMoment() {
    this.draw();
  }

  onColours() {
    this.draw();
  }

  render() {
    const { pen, width, height } = fitted(this.canvas);
    if (!width) return;
    const { app } = this;
    if (this.bins?.width !== width) this.bins = { width, layers: densities(app, width) };
    drawLayers(pen, this.bins.layers, app.colours, width, height);
    this.drawFailures(pen, width, height);
    this.drawWindow(pen, width, height);
  }

  drawFailures(pen, width, height) {
    const { app } = this;
    const whole = { from: 0, to: app.span };
    pen.fillStyle = app.colours.get("fail");
    let last = -9;
    for (const row of app.failures) {
      const x = Math.round(placed(app.index.start[row] + app.index.duration[row], 0, whole, width)?.x ?? -9);
      if (x !== last) pen.fillRect(Math.min(width - 2, Math.max(0, x - 1)), 0, 2, height);
      last = x;
    }
  }

  drawWindow(pen, width, height) {
    const { view, span, colours } = this.app;
    if (view.from <= 0 && view.to >= span) return;
    const box = placed(view.from, view.to - view.from, { from: 0, to: span }, width);
    const wide = Math.max(3, box.width);
    pen.fillStyle = colours.get("surface");
    pen.globalAlpha = 0.68;
    pen.fillRect(0, 0, box.x, height);
    pen.fillRect(box.x + wide, 0, width, height);
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.get("text");
    pen.strokeRect(Math.max(0.5, Math.round(box.x) + 0.5), 0.5, Math.min(width - 1, wide), height - 1);
  }

  // A drag zooms to what it spans; a click moves the window there.
  press(event) {
    const { app, canvas } = this;
    const box = canvas.getBoundingClientRect();
    const from = event.clientX - box.left;
    const timeAt = (x) => (Math.min(box.width, Math.max(0, x)) / box.width) * app.span;
    canvas.setPointerCapture(event.pointerId);
    const move = (moved) => {
      const to = moved.clientX - box.left;
      if (Math.abs(to - from) < DRAG) return;
      app.setView({ from: timeAt(Math.min(from, to)), to: Math.max(timeAt(Math.max(from, to)), timeAt(Math.min(from, to)) + 1) });
    };
    const release = (released) => {
      canvas.removeEventListener("pointermove", move);
      const length = app.view.to - app.view.from;
      if (Math.abs(released.clientX - box.left - from) < DRAG && length < app.span) {
        app.setView(kept({ from: timeAt(from) - length / 2, to: timeAt(from) + length / 2 }, app.span));
      }
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", release, { once: true });
  }
}

// How many rows of each layer run at each pixel.
function densities({ index, span }, width) {
  const layers = LAYERS.map(() => new Float32Array(Math.ceil(width) + 2));
  const whole = { from: 0, to: span };
  for (let row = 0; row < index.kind.length; row += 1) {
    const layer = layers[LAYERS.indexOf(kindHue(index.kind[row]))];
    const box = !layer || isGroup(index.kind[row]) ? null : placed(index.start[row], index.duration[row], whole, width);
    if (!box) continue;
    const from = Math.max(0, Math.floor(box.x));
    const to = Math.min(Math.ceil(width), Math.max(from + 1, Math.ceil(box.x + box.width)));
    layer[from] += 1;
    layer[to] -= 1;
  }
  for (const layer of layers) for (let x = 1; x < layer.length; x += 1) layer[x] += layer[x - 1];
  return layers;
}

function drawLayers(pen, layers, colours, width, height) {
  let most = 1;
  for (let x = 0; x < width; x += 1) most = Math.max(most, layers.reduce((sum, layer) => sum + layer[x], 0));
  for (let x = 0; x < width; x += 1) {
    let y = height;
    layers.forEach((layer, place) => {
      const tall = (layer[x] / most) * (height - 6);
      if (!(tall > 0)) return;
      pen.fillStyle = colours.get(LAYERS[place]);
      pen.fillRect(x, y - tall, 1, tall);
      y -= tall;
    });
  }
}
