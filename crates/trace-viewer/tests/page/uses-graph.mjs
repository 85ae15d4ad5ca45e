// The graph view in use.

import assert from "node:assert/strict";

const GRAPH = 7;
const GRAPH_NODE = 8;
const [UNFINISHED, FAILED] = [1, 3];

async function enter(page, hash = "view=graph") {
  await page.evaluate((wanted) => { location.hash = wanted; }, hash);
  await page.locator("#graph .node").first().waitFor();
}

// What is on screen, once it is drawn.
const look = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))).then(() => page.evaluate(() => ({
  states: [...document.querySelectorAll("#graph .node")].map(({ dataset }) => dataset.state),
  names: [...document.querySelectorAll("#graph .node")].map((node) => node.querySelector("text:nth-of-type(2)").textContent),
  frames: document.querySelectorAll("#graph .frame").length,
  facts: document.querySelector("#g-facts").textContent,
  caption: document.querySelector("#g-caption").textContent,
  now: document.querySelector("#g-now").textContent,
  focus: document.activeElement?.querySelector("title")?.textContent,
  share: document.querySelector("#g-slider").value,
  hash: location.hash,
})));

const rowsOf = (index, kind) => [...index.kind.keys()].filter((row) => index.kind[row] === kind);

// The rows that are passes of a graph.
function passes(index, tree, graph) {
  return rowsOf(index, GRAPH_NODE).filter((row) => tree.parent[row] === graph);
}

// Every graph can be shown, and says what its rows say.
export async function everyGraph({ page }, { index, tree }) {
  const graphs = rowsOf(index, GRAPH);
  if (!graphs.length) return;
  for (const graph of graphs.slice(0, 12)) {
    await enter(page, "row=" + graph + "&view=graph");
    await page.waitForFunction((row) => document.querySelector("#g-choice").value === String(row), graph);
    await page.keyboard.press("0");
    const { states, facts } = await look(page);
    const words = ["completed", "running", "completed", "failed", "cancelled"];
    assert.ok(facts.startsWith(words[index.status[graph]]), facts);
    const mine = passes(index, tree, graph);
    const failed = mine.filter((row) => index.status[row] === FAILED);
    if (failed.length === 1 && mine.length === new Set(mine.map((row) => index.name[row])).size) assert.equal(states.filter((state) => state === "failed").length, 1, facts);
    if (mine.every((row) => ![UNFINISHED, FAILED].includes(index.status[row]))) assert.ok(states.every((state) => state === "completed" || state === "not run"), states.join());
  }
}

// Stepping back to the start and forward again replays the run; the end is the end.
export async function replay({ page }, { index, tree }) {
  const graph = rowsOf(index, GRAPH).find((row) => index.duration[row] > 0 && passes(index, tree, row).length > 3);
  if (graph === undefined) return;
  await enter(page, "row=" + graph + "&view=graph");
  const last = await look(page);
  const ran = ({ states }) => states.filter((state) => state !== "not run").length;
  const seen = [ran(last)];
  for (let turn = 0; turn < 400 && seen.at(-1) > 0; turn += 1) {
    const before = (await look(page)).share;
    await page.keyboard.press(",");
    const after = await look(page);
    seen.push(ran(after));
    if (turn > 0 && after.share === before) break;
  }
  assert.ok(seen.every((count, turn) => turn === 0 || count <= seen[turn - 1]), "going back, nodes only go: " + seen);
  assert.ok(seen.at(-1) <= 1, "nothing but the first node at the start: " + seen.at(-1));
  for (let turn = 0; turn < 400 && !(await look(page)).now.startsWith("at the end"); turn += 1) await page.keyboard.press(".");
  assert.deepEqual((await look(page)).states, last.states);
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector("#g-play").getAttribute("aria-pressed") === "true");
  await page.waitForFunction(() => !document.querySelector("#g-now").textContent.startsWith("at the end"));
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelector("#g-play").getAttribute("aria-pressed") === "false");
}

// The slider moves the moment that all views share.
export async function slider({ page }, { index }) {
  if (!rowsOf(index, GRAPH).length) return;
  await enter(page);
  const before = await look(page);
  await page.locator("#g-slider").focus();
  await page.keyboard.press("Home");
  await page.waitForFunction((now) => document.querySelector("#g-now").textContent !== now, before.now);
  const after = await look(page);
  assert.ok(after.states.filter((state) => state === "not run").length >= before.states.filter((state) => state === "not run").length);
  await page.keyboard.press("End");
  await page.waitForFunction((now) => document.querySelector("#g-now").textContent === now, before.now);
}

// Keys alone: along the edges, into the details, on to the next pass, and back.
export async function walk({ page }, { index, tree }) {
  const graph = rowsOf(index, GRAPH).find((row) => passes(index, tree, row).length > 3);
  if (graph === undefined) return;
  await page.evaluate((row) => { location.hash = "row=" + row; }, graph);
  await page.locator("#inspector h2").waitFor();
  await page.keyboard.press("3");
  await page.locator("#graph .node").first().waitFor();
  const path = new Set([(await look(page)).focus]);
  for (let turn = 0; turn < 30; turn += 1) {
    await page.keyboard.press("ArrowDown");
    path.add((await look(page)).focus);
  }
  assert.ok(path.size > 2 && !path.has(null), [...path].join(" | "));
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const { hash, caption, focus } = await look(page);
  const row = Number(/row=(\d+)/u.exec(hash)[1]);
  if (row === graph) return;
  assert.equal(index.kind[row], GRAPH_NODE);
  assert.ok(await page.locator("#inspector h2").isVisible());
  assert.ok(focus && caption.length > 0);
  assert.equal(await page.locator("#graph .node.selected").count(), 1);
}

// Graphs that a node started open under it, by key and by pointer, and close again.
export async function children({ page }, { index, tree }) {
  const inner = rowsOf(index, GRAPH).find((row) => {
    for (let up = tree.parent[row]; up >= 0; up = tree.parent[up]) if (index.kind[up] === GRAPH_NODE) return true;
    return false;
  });
  if (inner === undefined) return;
  let starter = tree.parent[inner];
  while (index.kind[starter] !== GRAPH_NODE) starter = tree.parent[starter];
  await enter(page, "row=" + starter + "&view=graph");
  const closed = await look(page);
  await page.locator("#graph .node.selected").focus();
  await page.keyboard.press("l");
  const opened = await look(page);
  assert.ok(opened.frames >= 1 && opened.states.length > closed.states.length);
  assert.equal(await page.locator("#graph .node[aria-expanded='true']").count(), 1);
  await page.keyboard.press("h");
  assert.equal((await look(page)).frames, 0);
  await page.locator("#graph .node.selected .kids").click();
  assert.ok((await look(page)).frames >= 1);
  await page.evaluate((row) => { location.hash = "row=" + row + "&view=graph"; }, inner);
  await page.waitForFunction(() => document.querySelector("#g-choice").selectedIndex >= 0);
  assert.ok((await look(page)).frames >= 1, "a graph that is open already is looked at where it stands");
}

// Dragging, zooming and fitting move the plane and keep everything else.
export async function plane({ page }, { index }) {
  if (!rowsOf(index, GRAPH).length) return;
  await enter(page);
  const where = () => page.evaluate(() => Object.values(document.querySelector("#g-drawing .node").getBoundingClientRect().toJSON()).join());
  const moved = async (act) => {
    const before = await where();
    await act();
    await page.waitForFunction((old) => Object.values(document.querySelector("#g-drawing .node").getBoundingClientRect().toJSON()).join() !== old, before);
  };
  for (let turn = 0; turn < 12; turn += 1) await page.keyboard.press("+");
  const box = await page.locator("#g-plane").boundingBox();
  const room = await page.evaluate(() => { const { scrollHeight, clientHeight } = document.querySelector("#g-plane"); return scrollHeight - clientHeight; });
  if (room > 0) {
    await moved(() => page.mouse.move(box.x + 20, box.y + 20).then(() => page.mouse.wheel(0, 60)));
    await moved(async () => {
      await page.mouse.down();
      await page.mouse.move(box.x + 30, box.y + 60, { steps: 3 });
      await page.mouse.up();
    });
  }
  await moved(() => page.keyboard.press("_"));
  await moved(() => page.locator("#graph [data-act='0']").click());
  assert.match((await look(page)).hash, /[#&]view=graph/u);
}

// Nodes speak for themselves, and no node is wider than its box.
export async function spoken({ page }, { index }) {
  if (!rowsOf(index, GRAPH).length) return;
  await enter(page);
  const problems = await page.evaluate(() => [...document.querySelectorAll("#graph .node")].flatMap((node) => {
    const wide = [...node.querySelectorAll("text")].find((text) => text.getBBox().x + text.getBBox().width > Number(node.querySelector(".box").getAttribute("width")) + 1);
    const label = node.querySelector("title").textContent;
    return [node.getAttribute("role") !== "button" && "no role", !label.includes("\n") && "no label", wide && "too wide: " + wide.textContent].filter(Boolean);
  }));
  assert.deepEqual(problems, []);
  assert.equal(await page.locator("#graph .node[tabindex='0']").count(), 1);
  assert.match(await page.locator("#g-drawing").getAttribute("aria-label"), /of \d+ nodes? ran/u);
}

// All of a graph is on screen after Fit, however long it is.
export async function fits({ page }, { index }) {
  const graphs = rowsOf(index, GRAPH);
  for (const graph of graphs.slice(-3)) {
    await enter(page, "row=" + graph + "&view=graph");
    await page.keyboard.press("0");
    const room = await page.evaluate(() => {
      const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.querySelector("#g-plane");
      return [scrollHeight - clientHeight, scrollWidth - clientWidth];
    });
    assert.deepEqual(room.map((more) => more <= 1), [true, true], room.join());
  }
}

// A link opens the same graph, with the same node in focus and the same graphs opened in it.
export async function links({ page }, { index, tree }) {
  const starter = rowsOf(index, GRAPH).find((row) => rowsOf(index, GRAPH).some((inner) => inner > row && inner < tree.end[row]));
  if (starter === undefined) return;
  await enter(page, "row=" + starter + "&view=graph");
  await page.locator("#graph .kids").first().click();
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => /open=\d/u.test(location.hash) && /node=\d/u.test(location.hash));
  await page.waitForTimeout(300);
  const before = await look(page);
  await page.reload();
  await page.locator("#graph .frame").first().waitFor();
  const after = await look(page);
  assert.deepEqual([after.names, after.frames, after.caption], [before.names, before.frames, before.caption]);
}
