// The drawing beside the rows: bars on the shared time axis. The list is its readable twin.

import { CANCELLED, CRITICAL, FAILED, LLM, UNFINISHED, isChunk, isGroup, kindHue } from "./kinds.mjs";
import { duration } from "./text.mjs";

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

const FADE = 28;
// Ticks of single chunks are drawn from this distance on.
const APART = 4;

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

// Draws the given rows, [{ row, top }], each `rowHeight` high, on a scale whose labels are `marks`.
export function drawBars(canvas, app, rows, rowHeight, scale, marks) {
  const { pen, height } = fitted(canvas);
  if (!(scale.width > 0)) return;
  const { colours, moment } = app;
  pen.translate(INSET, 0);
  pen.fillStyle = colours.get("line");
  for (const { x } of marks) pen.fillRect(Math.round(x), 0, 1, height);
  for (const band of scale.bands()) drawBand(pen, colours, band, height);
  for (const { row, top } of rows) drawRow(pen, app, row, top, scale, rowHeight);
  if (moment === null) return;
  pen.fillStyle = colours.get("text");
  pen.fillRect(scale.x(moment) - 0.75, 0, 1.5, height);
}

// A squeezed gap: hatched between zigzag edges, with the time that it leaves out.
export function drawBand(pen, colours, { from, to, x, width }, height) {
  pen.fillStyle = colours.get("line");
  pen.globalAlpha = 0.5;
  pen.fillRect(x, 0, width, height);
  pen.globalAlpha = 0.6;
  pen.strokeStyle = colours.get("muted");
  for (const edge of [x, x + width]) {
    pen.beginPath();
    for (let y = 0; y <= height + 4; y += 4) pen.lineTo(edge + (y % 8 ? 2 : -2), y);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  if (width < 14 || height < 100) return;
  pen.save();
  pen.translate(x + width / 2 + 4, 8);
  pen.rotate(Math.PI / 2);
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "bottom";
  pen.fillStyle = colours.get("muted");
  pen.fillText(duration(to - from) + " idle", 0, 8);
  pen.restore();
}

function drawRow(pen, app, row, top, scale, rowHeight) {
  const { index, colours } = app;
  const kind = index.kind[row];
  const status = index.status[row];
  const box = scale.box(index.start[row], index.duration[row]);
  if (!box) return;
  const colour = colours.get(status === FAILED ? "fail" : kindHue(kind));
  const thick = isGroup(kind) ? 4 : Math.min(12, rowHeight - 12);
  const y = top + (rowHeight - thick) / 2;
  const strength = app.timing.critical && !(index.flags[row] & CRITICAL) ? 0.22 : isGroup(kind) ? 0.55 : 1;
  pen.globalAlpha = strength;
  if (!(index.duration[row] > 0)) drawPoint(pen, box.x, top + rowHeight / 2, colour, isChunk(kind) ? 2 : 3.5);
  else {
    box.width = Math.max(2, box.width);
    pen.fillStyle = colour;
    const stream = kind === LLM && box.width > 4 ? app.streams.of(row) : null;
    if (stream?.times.length) drawStream(pen, stream, scale, box, y, thick, strength, colours);
    else if (status === CANCELLED) drawCancelled(pen, box.x, y, box.width, thick, colour);
    else fillBar(pen, box.x, y, box.width, thick);
    if (status === UNFINISHED) fade(pen, box, y, thick);
  }
  pen.globalAlpha = 1;
}

function fillBar(pen, x, y, width, height) {
  pen.beginPath();
  pen.roundRect(x, y, width, height, Math.min(2.5, width / 2, height / 2));
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

// Cancelled: a pale bar with an outline, struck through.
function drawCancelled(pen, x, y, width, height, colour) {
  const { globalAlpha } = pen;
  pen.globalAlpha = globalAlpha * 0.3;
  pen.fillRect(x, y, width, height);
  pen.globalAlpha = globalAlpha;
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
  pen.fillRect(x, y + height / 2 - 0.5, width, 1);
}

// Without an end: the right edge stays open.
function fade(pen, { x, width }, y, height) {
  const right = x + width;
  const from = Math.max(x + 1, right - FADE);
  const shade = pen.createLinearGradient(from, 0, right, 0);
  shade.addColorStop(0, "transparent");
  shade.addColorStop(1, "black");
  pen.globalCompositeOperation = "destination-out";
  pen.globalAlpha = 1;
  pen.fillStyle = shade;
  pen.fillRect(from, y - 4, right - from + 1, height + 8);
  pen.globalCompositeOperation = "source-over";
}

// A call drawn from its stream: hatched until the first chunk, which has a tick; then as high as chunks are dense, low
// and underlined where it stands still.
function drawStream(pen, stream, scale, box, y, height, strength, colours) {
  const { times, limit } = stream;
  const right = box.x + box.width;
  const inside = (at) => Math.max(box.x, Math.min(right, scale.x(at)));
  const first = inside(times[0]);
  pen.globalAlpha = strength * 0.16;
  pen.fillRect(box.x, y, box.width, height);
  pen.globalAlpha = strength * 0.6;
  for (let x = box.x; x < first; x += 5) pen.fillRect(x, y, 1.5, height);
  // Pauses of a pixel and less add up to how many chunks there are at each pixel.
  const dense = new Float32Array(Math.ceil(scale.width) + 8);
  const usual = stream.flowing > 0 ? (2 * times.length) / (stream.flowing * scale.rate) : 1;
  pen.globalAlpha = strength;
  for (let place = 0; place < times.length; place += 1) {
    const from = inside(times[place]);
    const to = inside(times[place + 1] ?? times[place]);
    const pause = times[place + 1] - times[place];
    if (pause > limit) {
      pen.fillRect(from, y + height / 2 - 0.5, to - from, 1);
      drawStall(pen, from, to, y, height, colours);
    } else if (to > from) {
      for (let x = Math.floor(from); x < to; x += 1) dense[x + 2] += (Math.min(to, x + 1) - Math.max(from, x)) / (to - from);
    } else dense[Math.floor(from) + 2] += 1;
    if ((to - from >= APART || pause > limit) && from > box.x && from < right) pen.fillRect(from - 0.5, y, 1.5, height);
  }
  pen.globalAlpha = strength * 0.85;
  dense.forEach((count, x) => {
    const tall = count && height * Math.min(1, 0.4 + (0.6 * count) / usual);
    if (tall) pen.fillRect(x - 2, y + (height - tall) / 2, 1, tall);
  });
  pen.globalAlpha = strength;
  if (first > box.x && first < right) pen.fillRect(first - 1, y - 3, 2, height + 6);
  for (const edge of [box.x, right - 1.5]) pen.fillRect(edge, y, 1.5, height);
}

// A stall is underlined, however short it is on screen, and has the sign of a pause where there is room for it.
function drawStall(pen, from, to, y, height, colours) {
  const { fillStyle } = pen;
  pen.fillStyle = colours.get("text");
  pen.fillRect(from, y + height + 1, Math.max(2, to - from), 1.5);
  if (to - from > 18) for (const x of [-3, 1]) pen.fillRect((from + to) / 2 + x, y + 2, 2, height - 4);
  pen.fillStyle = fillStyle;
}
