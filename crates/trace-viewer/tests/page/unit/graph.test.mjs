import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, pathOf } from "../../../assets/js/graph-plane.mjs";
import { REJECTED, STATES, TAKEN, graphsOf, momentsOf, stateAt, stepMoment } from "../../../assets/js/graph-state.mjs";

// A branch b with the arms x and y, then a loop body n that runs three times and fails in the end; rows 1 to 6.
function sample() {
  const names = 4;
  const map = { size: [300, 240], known: names, name: [], kind: [0, 0, 0, 0], entered: [0, 1, 1, 0], arm: [1, 1, 0, 0], back: [0, 0, 0, 1],
    rect: [[100, 0, 100, 44], [0, 88, 100, 44], [150, 88, 100, 44], [100, 176, 100, 44]],
    from: [0, 0, 1, 3], to: [1, 2, 3, 0], edge: [0, 0, 0, 0],
    points: [[140, 44, 50, 88], [160, 44, 200, 88], [50, 132, 150, 176], [170, 176, 260, 132, 260, 88, 180, 44]] };
  const graph = { row: 0, key: "g", map: 0, steps: [[1, 0, 1, 0], [2, 3, 1, 0], [3, 3, 2, 0], [4, 0, 2, 0], [5, 3, 3, 7]], choices: [[1, 1, 15], [2, 0, 65]], kids: {} };
  const index = {
    start: [0, 10, 20, 30, 60, 70], duration: [90, 6, 5, 20, 10, 20], status: [3, 2, 2, 2, 2, 3],
  };
  return { ...graphsOf({ maps: [map], graphs: [graph] }), index };
}

// The same by folding events one after another, as an observer would have seen them.
function replayed({ graphs: [graph], index }, moment) {
  const events = [];
  for (const [row, node, pass] of graph.steps) {
    events.push([index.start[row], 0, node, pass, row]);
    if (index.status[row] !== 1) events.push([index.start[row] + index.duration[row], 2, node, pass, row]);
  }
  for (const [pass, edge, at] of graph.choices) events.push([at, 1, edge, pass]);
  events.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const count = graph.map.rect.length;
  const nodes = Array.from({ length: count }, () => ({ state: 0, passes: 0, pass: -1 }));
  const edges = graph.map.from.map(() => 0);
  for (const [at, kind, what, pass, row] of events.filter((event) => event[0] <= moment)) {
    if (kind === 1) {
      const from = graph.map.from[what];
      graph.map.from.forEach((other, edge) => {
        if (other === from && (edges[edge] || graph.map.arm[edge])) edges[edge] = REJECTED;
      });
      edges[what] = TAKEN;
      const arm = nodes[graph.map.to[what]];
      Object.assign(arm, { state: 2, passes: arm.passes + 1 });
      continue;
    }
    const node = nodes[what];
    if (kind === 0) node.passes += 1;
    if (pass < node.pass) continue;
    Object.assign(node, { pass, state: kind === 0 ? 1 : index.status[row] });
    assert.ok(at <= moment);
  }
  return { state: nodes.map(({ state }) => state), passes: nodes.map(({ passes }) => passes), edges };
}

test("a state at any moment is what a replay up to it gives", () => {
  const made = sample();
  const { graphs: [graph], index } = made;
  for (const moment of [-1, ...momentsOf(graph, index), 17, 200]) {
    const { state, passes, edges } = stateAt(graph, index, moment);
    assert.deepEqual({ state: [...state], passes: [...passes], edges }, replayed(made, moment), "at " + moment);
  }
});

test("the end is what the rows say", () => {
  const { graphs: [graph], index } = sample();
  const state = stateAt(graph, index, null);
  assert.deepEqual([...state.state], [2, 2, 2, 3]);
  assert.deepEqual([...state.passes], [2, 1, 1, 3]);
  assert.deepEqual([...state.spent], [16, 0, 0, 45]);
  assert.deepEqual(state.edges, [TAKEN, REJECTED, 0, 0]);
  assert.equal(STATES[state.whole], "failed");
  assert.deepEqual(stateAt(graph, index, 95), state);
});

test("an older pass that ends late does not bring its state back", () => {
  const { graphs: [graph], index } = sample();
  index.duration[3] = 45;
  assert.equal(stateAt(graph, index, 72).state[3], 1, "the third pass runs");
  assert.equal(stateAt(graph, index, 76).state[3], 1);
  assert.equal(stateAt(graph, index, 90).state[3], 3);
});

test("what has no end runs, and is interrupted by the end of its graph", () => {
  const { graphs: [graph], index } = sample();
  index.status[5] = 1;
  assert.equal(STATES[stateAt(graph, index, 89).state[3]], "running");
  assert.equal(STATES[stateAt(graph, index, null).state[3]], "interrupted");
  index.status[0] = 1;
  assert.equal(STATES[stateAt(graph, index, null).state[3]], "running");
  assert.equal(STATES[stateAt(graph, index, null).whole], "running");
});

test("steps go from moment to moment and to the end", () => {
  const moments = [10, 20, 20, 30];
  assert.deepEqual([5, 10, 20, 30, null].map((at) => stepMoment(moments, at, true)), [10, 20, 30, null, null]);
  assert.deepEqual([null, 30, 20, 10, 5].map((at) => stepMoment(moments, at, false)), [30, 20, 10, 10, 5]);
});

function overlap(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

// Three graphs: the second started by node 1 of the first, the third by node 0 of the second.
function nested() {
  const { graphs: [{ map }] } = sample();
  const graph = (row, kids) => ({ row, key: String(row), map: 0, steps: [], choices: [], kids });
  return graphsOf({ maps: [map], graphs: [graph(0, { 1: [1, 3], 2: [3] }), graph(10, { 0: [2] }), graph(20, {}), graph(30, {})] }).graphs;
}

test("opened graphs stand under their node and nothing lies over anything else", () => {
  const [root, second, third, fourth] = nested();
  for (const open of [[], [second], [fourth], [second, fourth], [second, third], [second, third, fourth]]) {
    const { items, width, height } = arrange(root, new Set(open));
    const nodes = items.filter(({ node }) => node >= 0);
    for (const item of items) assert.ok(item.x >= 0 && item.y >= 0 && item.x + item.w <= width && item.y + item.h <= height, open.length + " open");
    nodes.forEach((one, at) => {
      for (const other of nodes.slice(at + 1)) assert.ok(!overlap(one, other), "nodes");
    });
    const frames = items.filter(({ node, edge }) => node === undefined && edge === undefined);
    for (const frame of frames) {
      for (const node of nodes.filter((item) => item.layer < frame.layer)) assert.ok(!overlap(frame, node), "frame and node");
      const inside = nodes.filter((item) => item.graph === frame.graph && overlap(item, frame));
      assert.equal(inside.length, 4);
      for (const { x, y, w, h } of inside) assert.ok(x >= frame.x && y >= frame.y && x + w <= frame.x + frame.w && y + h <= frame.y + frame.h);
    }
  }
  assert.equal(arrange(root, new Set([second, third])).items.filter(({ node }) => node >= 0).length, 16);
});

test("edges begin and end at their nodes, below what is opened", () => {
  const [root, second] = nested();
  const { items } = arrange(root, new Set([second]));
  const node = (wanted) => items.find((item) => item.graph === root && item.node === wanted);
  const edge = (wanted) => items.find((item) => item.graph === root && item.edge === wanted).points;
  const frame = items.find((item) => item.graph === second && item.node === undefined);
  assert.equal(edge(2)[1], frame.y + frame.h, "it leaves under the frame");
  assert.equal(edge(0)[3], node(1).y);
  assert.equal(edge(1)[2] - node(2).x, 50);
  assert.equal(edge(3).at(-1), node(0).y + 44);
});

test("paths stand upright where they leave and enter", () => {
  assert.equal(pathOf([5, 0, 5, 10, 20, 40], false), "M5,0V10C5,25,20,25,20,40");
  assert.equal(pathOf([9, 8, 7, 6, 5, 4, 3, 2], true), "M9,8C7,6,5,4,3,2");
});
