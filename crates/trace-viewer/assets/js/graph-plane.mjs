// Where everything stands: the layout of a map, with room made for the graphs that are opened under its nodes.

const PAD = 12;
const HEAD = 26;
const LEAST = 160;
// Graphs of one node that are opened beside each other.
const MOST = 12;

// Nodes, edges and frames of a graph and of those opened in it, in one plane. `open` holds the first graph of each node that
// is open. Layers are drawn one above the other: what is opened deeper lies higher.
export function arrange(graph, open, layer = 0) {
  const { map, kids } = graph;
  const inserts = [];
  const bands = new Map();
  for (const [node, children] of kids) {
    if (!open.has(children[0])) continue;
    const planes = children.slice(0, MOST).map((child) => arrange(child, open, layer + 3));
    const [x, y, w, h] = map.rect[node];
    const extra = planes.reduce((sum, plane) => sum + plane.room + PAD, -PAD - w);
    const height = Math.max(...planes.map((plane) => plane.height)) + HEAD + 2 * PAD;
    inserts.push({ node, planes, height, right: x + w, extra: Math.max(0, extra) });
    bands.set(y + h, Math.max(height, bands.get(y + h) ?? 0));
  }
  // What is right of an opened node makes room, and so does what is below it.
  const across = (x) => x + inserts.reduce((sum, { right, extra }) => sum + (right <= x ? extra : 0), 0);
  const down = (y) => y + [...bands].reduce((sum, [bottom, height]) => sum + (bottom < y ? height : 0), 0);
  const [width, height] = [across(map.size[0]), down(map.size[1] + 1) - 1];
  const nodes = map.rect.map(([x, y, w, h], node) => ({ graph, node, layer: layer + 2, x: across(x), y: down(y), w, h, below: 0, kids: kids.get(node) ?? [] }));
  const items = [...nodes];
  for (const insert of inserts) {
    const under = nodes[insert.node];
    let { x } = under;
    const y = under.y + under.h;
    under.below = insert.height;
    for (const plane of insert.planes) {
      items.push({ graph: plane.graph, layer: layer + 3, x, y: y + 4, w: plane.room, h: insert.height - 4 });
      for (const item of plane.items) items.push(moved(item, x + PAD, y + HEAD + PAD));
      x += plane.room + PAD;
    }
  }
  map.points.forEach((flat, edge) => {
    const last = flat.length - 2;
    const points = flat.map((value, at) => {
      if (at > 1 && at < last) return at % 2 ? down(value) : across(value);
      // An edge ends where its nodes are now; below an opened node it begins under what is opened.
      const node = (at < 2 ? map.from : map.to)[edge];
      const { x, y, h, below } = nodes[node];
      const [left, top] = map.rect[node];
      return at % 2 ? value - top + y + (value === top + h ? below : 0) : value - left + x;
    });
    if (points.length) items.push(boxed({ graph, edge, layer: layer + 1, points }));
  });
  return { graph, width, height, room: Math.max(LEAST, width + 2 * PAD), items };
}

function moved(item, x, y) {
  const points = item.points?.map((value, at) => value + (at % 2 ? y : x));
  return { ...item, points, x: item.x + x, y: item.y + y };
}

function boxed(edge) {
  const side = (odd) => edge.points.filter((_, at) => at % 2 === odd);
  const [x, y] = [Math.min(...side(0)), Math.min(...side(1))];
  return { ...edge, x, y, w: Math.max(...side(0)) - x, h: Math.max(...side(1)) - y };
}

// An edge as a path: upright where it leaves and enters.
export function pathOf(points, loop) {
  if (loop) return "M" + points.slice(0, 2) + "C" + points.slice(2);
  let path = "M" + points.slice(0, 2);
  for (let at = 2; at < points.length; at += 2) {
    const [x, y, nextX, nextY] = points.slice(at - 2);
    const middle = (y + nextY) / 2;
    path += x === nextX ? "V" + nextY : "C" + [x, middle, nextX, middle, nextX, nextY];
  }
  return path;
}
