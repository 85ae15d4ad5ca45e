// The drawing beside the rows: bars on the shared time axis. The list is its readable twin.

import { placed, ticks } from "./axis.mjs";
import { CANCELLED, FAILED, LLM, UNFINISHED, isChunk, isGroup, kindHue } from "./kinds.mjs";

const HUES = ["plain", "llm", "stream", "tool", "protocol", "graph", "fail", "line", "text", "muted", "hit", "surface"];

// Room left and right, so that a mark at either end of the trace is seen whole.
export const INSET = 6;

// The style sheet's colours as a canvas understands them, read once a theme.
export function readColours(probe) {
  const colours = new Map();
  for (const hue of HUES) {
    probe.style.setProperty("color", "var(--" + hue + ")");
    colours.set(hue, getComputedStyle(probe).color);
  }
  return colours;
}

// Fits a canvas to its box and the screen's resolution; returns its context in CSS pixels.
export function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = globalThis.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

// Draws the given rows: [{ row, top }], each `rowHeight` high.
export function drawBars(canvas, app, rows, rowHeight) {
  const { pen, width: whole, height } = fitted(canvas);
  const width = whole - 2 * INSET;
  if (!(width > 0)) return;
  const { view, colours } = app;
  pen.translate(INSET, 0);
  pen.fillStyle = colours.get("line");
  for (const { at } of ticks(view.from, view.to, width)) {
    pen.fillRect(Math.round(placed(at, 0, view, width)?.x ?? -9), 0, 1, height);
  }
  for (const { row, top } of rows) drawRow(pen, app, row, top, width, rowHeight);
}

function drawRow(pen, app, row, top, width, rowHeight) {
  const { index, view, colours } = app;
  const kind = index.kind[row];
  const status = index.status[row];
  const box = placed(index.start[row], index.duration[row], view, width);
  if (!box) return;
  const colour = colours.get(status === FAILED ? "fail" : kindHue(kind));
  const thick = isGroup(kind) ? 4 : Math.min(12, rowHeight - 12);
  const y = top + (rowHeight - thick) / 2;
  if (!(index.duration[row] > 0)) return drawPoint(pen, box.x, top + rowHeight / 2, colour, isChunk(kind) ? 2 : 3.5);
  const long = Math.max(2, box.width);
  pen.fillStyle = colour;
  pen.globalAlpha = isGroup(kind) ? 0.55 : 1;
  if (status === CANCELLED || status === UNFINISHED) drawOpen(pen, box.x, y, long, thick, colour, status);
  else if (kind === LLM && app.tree.hasChildren(row)) drawStream(pen, app, row, { ...box, width: long }, y, thick, width, colour);
  else fillBar(pen, box.x, y, long, thick);
  pen.globalAlpha = 1;
}

function fillBar(pen, x, y, width, height) {
  pen.beginPath();
  if (pen.roundRect) pen.roundRect(x, y, width, height, Math.min(2.5, width / 2, height / 2));
  else pen.rect(x, y, width, height);
  pen.fill();
}

function drawPoint(pen, x, y, colour, size) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(x, y - size);
  pen.lineTo(x + size, y);
  pen.lineTo(x, y + size);
  pen.lineTo(x - size, y);
  pen.fill();
}

// Cancelled: an outline with stripes. Unfinished: an outline that stays open to the right.
function drawOpen(pen, x, y, width, height, colour, status) {
  pen.save();
  pen.globalAlpha *= 0.3;
  pen.fillRect(x, y, width, height);
  pen.restore();
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  if (status === CANCELLED) {
    pen.rect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
    pen.moveTo(x, y + height / 2);
    pen.lineTo(x + width, y + height / 2);
  } else {
    pen.moveTo(x + width, y + 0.5);
    pen.lineTo(x + 0.5, y + 0.5);
    pen.lineTo(x + 0.5, y + height - 0.5);
    pen.lineTo(x + width, y + height - 0.5);
    pen.setLineDash([3, 2]);
  }
  pen.stroke();
  pen.setLineDash([]);
}

// A call drawn from its stream: pale until the first chunk, then full where chunks arrive and lighter where they pause.
function drawStream(pen, app, row, box, y, height, width, colour) {
  const arrivals = chunkPixels(app, row, width);
  if (!arrivals.length) return fillBar(pen, box.x, y, box.width, height);
  const first = Math.max(box.x, Math.min(box.x + box.width, arrivals[0]));
  pen.globalAlpha = 0.28;
  pen.fillRect(box.x, y, first - box.x, height);
  pen.globalAlpha = 0.55;
  pen.fillRect(first, y, box.x + box.width - first, height);
  pen.globalAlpha = 1;
  for (const x of arrivals) if (x >= box.x - 1 && x <= box.x + box.width + 1) pen.fillRect(x, y, 1, height);
  pen.fillStyle = colour;
  if (first > box.x) pen.fillRect(first, y - 2, 1.5, height + 4);
  pen.fillRect(box.x, y, 1.5, height);
  pen.fillRect(box.x + box.width - 1.5, y, 1.5, height);
}

// The pixels at which a call's chunks arrive, each once.
function chunkPixels(app, row, width) {
  const { index, tree, view } = app;
  const pixels = [];
  let last = -9;
  for (let inner = row + 1; inner < tree.end[row]; inner += 1) {
    if (!isChunk(index.kind[inner])) continue;
    const x = Math.round(placed(index.start[inner], 0, view, width)?.x ?? -9);
    if (x === last) continue;
    last = x;
    pixels.push(x);
  }
  return pixels;
}
