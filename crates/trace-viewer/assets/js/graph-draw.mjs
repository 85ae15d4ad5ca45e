// Nodes, edges and frames: copies of the shapes in the page's template, and how they look in a state.

import { byId } from "./dom.mjs";
import { pathOf } from "./graph-plane.mjs";
import { FAILED, STATES } from "./graph-state.mjs";
import { clip, counted, duration, grouped, visible } from "./text.mjs";

function put(element, attributes) {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
}

// As much of a text as has room.
export function line(full, width) {
  const whole = visible(full);
  const cut = clip(whole, Math.max(1, Math.floor(width / 7)));
  return cut.length < whole.length ? cut + "…" : whole;
}

// The shape of an item, kept with it.
export function make(item, name) {
  const { graph: { map }, node, edge, points, x, y, w, h, kids } = item;
  const element = byId("g-shapes").content.firstElementChild.children[points ? 0 : node >= 0 ? 1 : 2].cloneNode(true);
  const parts = element.children;
  item.element = element;
  if (points) {
    element.classList.toggle("back", map.back[edge]);
    put(parts[0], { d: pathOf(points, map.from[edge] === map.to[edge]) });
    put(parts[1], { x: points[0] * 0.6 + points[2] * 0.4, y: (points[1] + points[3]) / 2 + 3 }).textContent = line(name(map.edge[edge]), 120);
    return;
  }
  put(element, { transform: "translate(" + x + " " + y + ")" });
  if (!(node >= 0)) return put(parts[0], { width: w, height: h });
  const [, box, share, sign, called, , times, more] = parts;
  element.classList.toggle("extra", node >= map.known && !map.observed);
  put(box, { width: w, height: h });
  put(share, { y: h - 4 });
  put(times, { x: w - 9 });
  sign.textContent = map.sign[node];
  called.textContent = line(name(map.name[node]) || "node", w - 58);
  if (kids.length) put(more, { transform: "translate(" + (w - 48) + " " + (h - 20) + ")" });
  else more.remove();
}

// `share` is the node's part of its graph's time.
export function paintNode({ element, graph: { map, steps, row }, node, w, kids }, state, name, index, open) {
  const [title, , share, , , facts, times, more] = element.children;
  const spent = state.spent[node];
  const took = spent > 0 ? duration(spent) : "";
  const kind = name(map.kind[node]);
  const error = state.state[node] === FAILED ? visible(name(steps[state.step[node]][3])) : "";
  element.dataset.state = STATES[state.state[node]];
  times.textContent = state.passes[node] > 1 ? "×" + grouped(state.passes[node]) : "";
  facts.textContent = line(error || [kind, took].filter(Boolean).join(" · "), w - (kids.length ? 78 : 30));
  title.textContent = [name(map.name[node]) || "node", name(map.label[node]), kind, element.dataset.state, times.textContent, took, kids.length > 0 && "started " + counted(kids.length, "graph", "graphs"), name(map.description[node]), error].filter(Boolean).map(visible).join("\n");
  put(share, { width: Math.round(w * Math.min(1, spent / Math.max(1, index.duration[row]))) });
  if (!more) return;
  put(element, { "aria-expanded": open });
  more.lastElementChild.textContent = (open ? "▾ " : "▸ ") + grouped(kids.length);
}
