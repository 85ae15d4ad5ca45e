// Nodes, edges and frames as shapes, and how they look in a state.

import { byId } from "./dom.mjs";
import { pathOf } from "./graph-plane.mjs";
import { FAILED, STATES } from "./graph-state.mjs";
import { clip, counted, duration, grouped, visible } from "./text.mjs";

// As dom.mjs does it: the sheet of icons supplies the name space.
function s(tag, attributes, ...children) {
  const element = document.createElementNS(byId("icons").namespaceURI, tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.append(...children);
  return element;
}

const text = (x, y, content = "", look = "") => s("text", { x, y, class: look, "aria-hidden": true }, content);
const group = (look, x, y, ...children) => s("g", { class: look, transform: "translate(" + x + " " + y + ")" }, ...children);

export function layer() {
  return s("g");
}

// As much of a text as has room.
export function line(full, width) {
  const whole = visible(full);
  const cut = clip(whole, Math.max(1, Math.floor(width / 7)));
  return cut.length < whole.length ? cut + "…" : whole;
}

// The shape of an item, kept with it.
export function make(item, name) {
  const { graph, node, edge, points, x, y, w, h, kids } = item;
  const { map } = graph;
  if (points) {
    const path = s("path", { d: pathOf(points, map.from[edge] === map.to[edge]), "marker-end": "url(#arrow)" });
    const label = text(points[0] * 0.6 + points[2] * 0.4, (points[1] + points[3]) / 2 + 3, line(name(map.edge[edge]), 120));
    item.element = s("g", { class: map.back[edge] ? "edge back" : "edge" }, path, label);
  } else if (node >= 0) {
    const more = kids.length ? [group("kids", w - 48, h - 20, s("rect", { width: 44, height: 18, rx: 9 }), text(22, 14))] : [];
    item.element = group(node >= map.known && !map.observed ? "node extra" : "node", x, y, s("title"), s("rect", { class: "box", width: w, height: h, rx: 7 }), s("rect", { class: "share", y: h - 4, height: 4 }),
      text(16, 27, map.sign[node], "sign"), text(30, 18, line(name(map.name[node]) || "node", w - 58)), text(30, 35, "", "facts"), text(w - 9, 18, "", "times"), ...more);
    item.element.setAttribute("role", "button");
  } else {
    item.element = group("frame", x, y, s("rect", { width: w, height: h, rx: 9 }), text(12, 18));
  }
}

// What is known of a node, in words.
export function wordsOf({ graph, node, kids }, state, name) {
  const { map } = graph;
  const error = state.state[node] === FAILED ? name(graph.steps[state.step[node]][3]) : "";
  const spent = state.spent[node] > 0 ? duration(state.spent[node]) : "";
  const times = state.passes[node] > 1 ? "×" + grouped(state.passes[node]) : "";
  const started = kids.length ? "started " + counted(kids.length, "graph", "graphs") : "";
  const said = [name(map.label[node]), name(map.kind[node]), STATES[state.state[node]], times, spent, started, name(map.description[node])].filter(Boolean);
  return { name: name(map.name[node]) || "node", facts: said.map(visible), error: visible(error), short: visible(error) || [name(map.kind[node]), spent].filter(Boolean).join(" · "), times };
}

// `share` is the node's part of its graph's time.
export function paintNode(item, state, words, share, open) {
  const { element, node, w, kids } = item;
  const [title, , part, , , facts, times, more] = element.children;
  title.textContent = [visible(words.name), ...words.facts, words.error].filter(Boolean).join("\n");
  element.dataset.state = STATES[state.state[node]];
  facts.textContent = line(words.short, w - (kids.length ? 78 : 30));
  times.textContent = words.times;
  part.setAttribute("width", Math.round(w * Math.min(1, share)));
  if (!more) return;
  element.setAttribute("aria-expanded", open);
  more.lastChild.textContent = (open ? "▾ " : "▸ ") + grouped(kids.length);
}
