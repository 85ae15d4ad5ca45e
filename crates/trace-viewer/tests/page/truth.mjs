// A page's tree against what the trace's maker says it is: "<session>|<node>" → the parent's key.

export function treeDifferences({ index, tree, records }, truth) {
  const keys = new Map();
  for (let row = 0; row < index.kind.length; row += 1) {
    const key = index.first[row] < 0 ? "" : keyOf(records[index.first[row]]);
    if (key && key in truth.tree && !keys.has(key)) keys.set(key, row);
  }
  const names = new Map([...keys].map(([key, row]) => [row, key]));
  const differences = [];
  for (const [key, parent] of Object.entries(truth.tree)) {
    const row = keys.get(key);
    if (row === undefined) differences.push(key + " has no row");
    else if (parent && nearest(tree, names, row) !== parent) differences.push(key + " is under " + nearest(tree, names, row) + " instead of " + parent);
  }
  return { differences, compared: keys.size };
}

// The nearest row above that is one of the truth's nodes; groups made by the viewer do not count.
function nearest(tree, names, row) {
  let above = tree.parent[row];
  while (above >= 0 && !names.has(above)) above = tree.parent[above];
  return names.get(above);
}

function keyOf(record) {
  const { context } = JSON.parse(record);
  return context?.graph_node_id ? context.session_id + "|" + context.graph_node_id : "";
}
