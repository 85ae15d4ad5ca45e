// What a graph looked like at a moment: a replay of its rows, without a document.

import { UNFINISHED } from "./kinds.mjs";

// The graphs as the page carries them (page/graphs.rs), with their maps; and for each row of one the graph and its node.
export function graphsOf({ maps, graphs }) {
  const ofRow = new Map();
  for (const graph of graphs) {
    graph.map = maps[graph.map];
    graph.kids = new Map(Object.entries(graph.kids).map(([node, kids]) => [Number(node), kids.map((kid) => graphs[kid])]));
    for (const [row, node] of [[graph.row, -1], ...graph.steps]) ofRow.set(row, { graph, node });
  }
  return { graphs, ofRow };
}

// States of nodes and graphs.
export const STATES = ["not run", "running", "completed", "failed", "cancelled", "interrupted"];
export const COMPLETED = 2;
export const FAILED = 3;
// States of edges.
export const TAKEN = 1;
export const REJECTED = 2;

// The graph, its nodes (state, passes, time spent, latest step) and its edges. `moment` is null for the end of the trace.
export function stateAt(graph, index, moment) {
  const { map, steps } = graph;
  const now = moment ?? Infinity;
  const { start, duration, status } = index;
  const begun = (row) => start[row] <= now;
  const over = (row) => status[row] !== UNFINISHED && start[row] + duration[row] <= now;
  const ended = over(graph.row);
  const stateOf = (row) => (over(row) ? status[row] || COMPLETED : status[row] === UNFINISHED && ended ? 5 : 1);
  const count = map.kind.length;
  const nodes = { state: new Uint8Array(count), passes: new Uint32Array(count), spent: new Float64Array(count), step: new Int32Array(count).fill(-1) };
  steps.forEach(([row, node, pass], at) => {
    if (node < 0 || !begun(row)) return;
    nodes.passes[node] += 1;
    nodes.spent[node] += Math.min(duration[row], now - start[row]);
    const latest = nodes.step[node];
    if (latest >= 0 && steps[latest][2] > pass) return;
    nodes.step[node] = at;
    nodes.state[node] = stateOf(row);
  });
  // The latest pass through a branch decides: its edge is taken, the other arms are rejected. An arm is entered by its branch.
  const latest = new Map();
  const ever = new Set();
  for (const choice of graph.choices) {
    const [pass, chosen, at] = choice;
    if (at > now) continue;
    const from = map.from[chosen];
    const to = map.to[chosen];
    const known = latest.get(from);
    if (!known || pass > known[0] || (pass === known[0] && at >= known[2])) latest.set(from, choice);
    ever.add(chosen);
    if (!map.entered[to] || nodes.step[to] >= 0) continue;
    nodes.state[to] = COMPLETED;
    nodes.passes[to] += 1;
  }
  const edges = map.from.map((from, edge) => {
    const choice = latest.get(from);
    if (choice?.[1] === edge) return TAKEN;
    return choice && (ever.has(edge) || map.arm[edge]) ? REJECTED : 0;
  });
  return { ...nodes, edges, whole: begun(graph.row) ? stateOf(graph.row) : 0 };
}

// The moments at which something changes, in order.
export function momentsOf(graph, { start, duration }) {
  const ends = (row) => [start[row], start[row] + duration[row]];
  return [...ends(graph.row), ...graph.steps.flatMap(([row]) => ends(row)), ...graph.choices.map(([, , at]) => at)].sort((one, other) => one - other);
}

// The next or the previous of these moments; null is the end of the trace.
export function stepMoment(moments, moment, forward) {
  if (forward) return moments.find((at) => moment !== null && at > moment) ?? null;
  return moments.findLast((at) => moment === null || at < moment) ?? moment;
}
