// What a reader does with pointer and keys, on a page that has enough to do it with.

import assert from "node:assert/strict";

const FAILED = 3;

function rowCount(page) {
  return page.evaluate(() => Number(document.querySelector('[role="treegrid"]').getAttribute("aria-rowcount")));
}

function selected(page) {
  return page.evaluate(() => {
    const row = document.querySelector('[role="row"][aria-selected="true"]');
    return row && { level: row.getAttribute("aria-level"), expanded: row.getAttribute("aria-expanded"), focused: row === document.activeElement, label: row.querySelector(".label").textContent };
  });
}

export async function folds({ page }) {
  const before = await rowCount(page);
  const row = await page.locator('[role="row"][aria-expanded="true"]').first().elementHandle();
  await (await row.$(".twist")).click();
  assert.ok((await rowCount(page)) < before, "a click on the twist folds");
  await (await row.$(".label")).click();
  await page.keyboard.press("l");
  assert.equal(await rowCount(page), before, "l unfolds what the click folded");
  await page.keyboard.press("-");
  await page.keyboard.press("*");
  assert.ok((await rowCount(page)) >= before, "* unfolds everything inside");
}

export async function clicks({ page }) {
  await page.locator('[role="row"]:not([hidden]) .label').nth(2).click();
  const row = await selected(page);
  assert.ok(row.focused, "the clicked row has the focus");
  assert.equal(await page.locator("#inspector h2").textContent(), row.label);
  assert.match(await page.evaluate(() => location.hash), /^#row=\d+$/u);
  await page.locator("#inspector .close").click();
  assert.ok(await page.locator("#overview").isVisible());
  assert.equal(await selected(page), null);
}

// e visits every failure once and comes back to the first; E goes the other way.
export async function failures({ page }, { index }) {
  const rows = [...index.status.keys()].filter((row) => index.status[row] === FAILED);
  if (!rows.length) return;
  const visit = async (key) => {
    await page.keyboard.press(key);
    return Number(new URLSearchParams((await page.evaluate(() => location.hash)).slice(1)).get("row"));
  };
  const visited = [];
  await page.keyboard.press("Escape");
  for (let turn = 0; turn < Math.min(rows.length, 20); turn += 1) visited.push(await visit("e"));
  assert.deepEqual(visited, rows.slice(0, 20));
  if (rows.length <= 20) assert.equal(await visit("e"), rows[0]);
  assert.equal(await visit("E"), rows.length <= 20 ? rows.at(-1) : rows[18]);
}

// A failed row says why in its red box, whatever kind it is.
export async function errorBoxes({ page }, { index, records }) {
  const told = (number) => number >= 0 && /"error":["{]/u.test(records[number]);
  for (const row of [...index.status.keys()].filter((row) => index.status[row] === FAILED && told(index.last[row])).slice(0, 20)) {
    await page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
    await page.locator('#inspector [data-record="' + index.last[row] + '"]').waitFor();
    assert.equal(await page.locator(".essence.failed").count(), 1, "row " + row);
  }
}

// Only words of the trace are marked, never those of the page around them.
export async function marks({ page }, { index }) {
  const row = [...index.first.keys()].find((candidate) => index.first[candidate] >= 0);
  const marked = async (query) => {
    await page.evaluate((hash) => { location.hash = hash; }, "row=" + row + "&q=" + query);
    await page.waitForFunction((wanted) => document.querySelector("#query").value === wanted, query);
    await page.locator(".record-body").first().waitFor();
    return page.evaluate(() => [...(CSS.highlights.get("hit") ?? [])].map(({ startContainer }) => startContainer.parentElement.closest("button:not(.crumb), h3, dt, dd, .kind, .where") !== null));
  };
  const found = await marked("timestamp");
  assert.ok(found.length > 0, "a member's name is marked");
  for (const query of ["a", "e", "copy", "record"]) assert.ok(!(await marked(query)).includes(true), query);
}

// What is copied is the raw line, whatever part of it is on screen.
export async function copies({ page }, { index, records }) {
  await page.evaluate(() => {
    globalThis.copied = [];
    navigator.clipboard.writeText = async (text) => { globalThis.copied.push(text); };
  });
  const row = [...index.first.keys()].find((candidate) => index.first[candidate] >= 0);
  await page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
  await page.locator(".record-body").first().waitFor();
  await page.locator(".copy").first().click();
  await page.keyboard.press("c");
  await page.waitForFunction(() => globalThis.copied.length === 2, null, { timeout: 5000 });
  const copied = await page.evaluate(() => globalThis.copied);
  assert.equal(copied[0], records[index.first[row]]);
  assert.ok(copied[1].startsWith(records[index.first[row]]));
}

export async function zooms({ page }) {
  const labels = () => page.evaluate(() => [...document.querySelectorAll(".axis span")].map((label) => label.textContent).join(" "));
  const whole = await labels();
  const strip = await page.locator(".minimap").boundingBox();
  await page.mouse.move(strip.x + strip.width * 0.3, strip.y + 10);
  await page.mouse.down();
  await page.mouse.move(strip.x + strip.width * 0.4, strip.y + 10, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction((before) => [...document.querySelectorAll(".axis span")].map((label) => label.textContent).join(" ") !== before, whole);
  await page.keyboard.press("0");
  await page.waitForFunction((before) => [...document.querySelectorAll(".axis span")].map((label) => label.textContent).join(" ") === before, whole);
}

export async function themes({ page }) {
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  assert.equal(await scheme(), "light dark");
  await page.locator("#theme").click();
  assert.equal(await scheme(), "light");
  await page.locator("#theme").click();
  assert.equal(await scheme(), "dark");
  await page.locator("#theme").click();
  assert.equal(await scheme(), "light dark");
}

// The keys and the tabs change what is shown; the selection and the address come along.
export async function modes({ page }) {
  const shown = () => page.evaluate(() => [...document.querySelectorAll("#trace > [role='tabpanel']")].filter((pane) => !pane.hidden).map((pane) => pane.id).join());
  await page.keyboard.press("j");
  const hash = await page.evaluate(() => location.hash);
  for (const [key, pane] of [["2", "reading"], ["3", "graph"], ["4", "numbers"], ["t", "reading"], ["t", "timeline"]]) {
    await page.keyboard.press(key);
    assert.equal(await shown(), pane);
  }
  assert.equal(await page.evaluate(() => location.hash), hash);
  await page.locator("#mode-graph").click();
  assert.equal(await shown(), "graph");
  assert.match(await page.evaluate(() => location.hash), /view=graph/u);
  await page.keyboard.press("ArrowRight");
  assert.equal(await shown(), "numbers");
}
