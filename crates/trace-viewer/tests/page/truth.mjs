// A page's tree against what the trace's maker says it is: "<session>|<node>" → the parent's key.

import { SESSION } from "../../assets/js/kinds.mjs";

export function treeDifferences(page, truth) {
  const rows = rowsByKey(page, new Set([...Object.keys(truth.tree), ...Object.values(truth.tree)]));
  const names = new Map([...rows].map(([key, row]) => [row, key]));
  const differences = [];
  for (const [key, parent] of Object.entries(truth.tree)) {
    const row = rows.get(key);
    const found = row === undefined ? "nothing, it has no row," : nearest(page.tree, names, row);
    if (parent && found !== parent) differences.push(key + " is under " + found + " instead of " + parent);
  }
  return { differences, compared: Object.keys(truth.tree).length };
}

function rowsByKey({ index, meta, records }, wanted) {
  const rows = new Map();
  for (let row = 0; row < index.kind.length; row += 1) {
    const name = meta.names[index.name[row]];
    const key = index.kind[row] === SESSION ? name + "|session:" + name : index.first[row] < 0 ? "" : keyOf(records[index.first[row]]);
    if (wanted.has(key) && !rows.has(key)) rows.set(key, row);
  }
  return rows;
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
