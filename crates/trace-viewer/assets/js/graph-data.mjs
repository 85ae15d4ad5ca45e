// Execution graphs as the page carries them (page/graphs.rs): maps with their layout, and rows that are passes through nodes.

// The graphs, and for each row of one the graph and its node.
export function graphsOf({ maps, graphs }) {
  const ofRow = new Map();
  for (const map of maps) for (const list of ["arms", "entered", "back"]) map[list] = new Set(map[list]);
  for (const graph of graphs) {
    let { row } = graph;
    graph.map = maps[graph.map];
    graph.kids = new Map();
    ofRow.set(row, { graph, node: -1 });
    graph.steps = graph.rows.map((by, at) => {
      row = (row + by) >>> 0;
      const node = graph.nodes[at] - 1;
      ofRow.set(row, { graph, node });
      return { row, node, pass: graph.passes[at], error: 0 };
    });
    for (const [step, error] of tuples(graph.errors, 2)) graph.steps[step].error = error;
    graph.choices = tuples(graph.choices, 3).map(([step, edge, at]) => ({ pass: graph.steps[step].pass, edge, at }));
  }
  for (const graph of graphs) {
    const { graph: parent, node } = ofRow.get(graph.parent) ?? {};
    if (node >= 0) parent.kids.set(node, [...(parent.kids.get(node) ?? []), graph]);
  }
  return { graphs, ofRow };
}

function tuples(flat, size) {
  return Array.from({ length: flat.length / size }, (_, at) => flat.slice(at * size, at * size + size));
}
