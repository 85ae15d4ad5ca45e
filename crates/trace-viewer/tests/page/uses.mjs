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

// Every chip leaves its own kind and ancestors; with shift it takes its kind away.
export async function filters({ page }, { index }) {
  const all = await rowCount(page);
  const chip = page.locator(".chips .chip").last();
  const wanted = Number((await chip.locator(".number").textContent()).replaceAll(",", ""));
  await chip.click();
  assert.equal(await page.locator(".filter-note").textContent(), wanted.toLocaleString("en") + (wanted === 1 ? " row matches" : " rows match"));
  await chip.click();
  assert.equal(await rowCount(page), all, "a second click shows everything");
  await chip.click({ modifiers: ["Shift"] });
  assert.match(await page.locator(".filter-note").textContent(), new RegExp("^" + (index.kind.length - wanted).toLocaleString("en") + " ", "u"));
  await page.getByRole("button", { name: "Show everything" }).click();
  const failures = index.status.filter((status) => status === FAILED).length;
  if (!failures) return;
  await page.keyboard.press("f");
  assert.match(await page.locator(".filter-note").textContent(), new RegExp("^" + failures.toLocaleString("en") + " ", "u"));
  await page.keyboard.press("f");
  assert.equal(await rowCount(page), all);
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

// Hits inside folded rows are counted on them, and n opens the way to each.
export async function hits({ page }, { index, tree, records }) {
  const folded = [...tree.folded.keys()].find((row) => tree.folded[row] && index.first[row + 1] >= 0);
  if (folded === undefined) return;
  const word = JSON.parse(records[index.first[folded + 1]]).id;
  if (!/^[\w-]{8,}$/u.test(word ?? "")) return;
  const before = await rowCount(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type(word);
  await page.waitForFunction(() => /^(\d.*)?1 row$/u.test(document.querySelector(".count").textContent), null, { timeout: 10_000 });
  assert.equal(await rowCount(page), before, "searching moves nothing");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".count").textContent(), "1 / 1 row");
  assert.ok((await rowCount(page)) > before, "the hit's ancestors are unfolded");
}

const place = (page) => page.locator(".count").textContent();

// Enter goes to the first hit even when the records are still being read, and leaves the box with its query.
export async function leavingTheBox({ page }, { records }) {
  const word = JSON.parse(records[0]).id;
  if (!/^[\w-]{8,}$/u.test(word ?? "")) return;
  await page.keyboard.press("/");
  await page.keyboard.type(word.slice(0, 4));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /^\d.* \/ /u.test(document.querySelector(".count").textContent), null, { timeout: 10_000 });
  assert.ok((await selected(page)).focused, "the hit has the focus");
  const first = await place(page);
  await page.keyboard.press("n");
  if (!first.endsWith(" 1 row")) assert.notEqual(await place(page), first, "n goes on");
  await page.keyboard.press("N");
  assert.equal(await page.locator(".search input").inputValue(), word.slice(0, 4), "n and N are keys, not text");
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  assert.ok((await selected(page)).focused, "Esc goes to the rows");
  assert.equal(await page.locator(".search input").inputValue(), word.slice(0, 4));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".search input").inputValue(), "");
  assert.ok(await selected(page), "the row stays");
}

// Hits and failures are counted and visited where the filter lets them; nothing hidden comes up.
export async function filteredHits({ page }, { index }) {
  const kind = [...index.kind].find((candidate, row) => index.status[row] !== FAILED && index.kind.filter((other) => other === candidate).length < index.kind.length / 2);
  if (kind === undefined) return;
  const wanted = index.kind.filter((other) => other === kind).length;
  await page.evaluate((only) => { location.hash = "only=" + only; }, kind);
  await page.waitForFunction(() => document.querySelector(".filter-note").textContent);
  const before = await rowCount(page);
  await page.keyboard.press("/");
  await page.keyboard.type('"');
  await page.keyboard.press("Enter");
  await page.waitForFunction((most) => Number(document.querySelector(".count").textContent.match(/([\d,]+) row/u)?.[1].replaceAll(",", "")) <= most, wanted);
  for (const key of ["n", "n", "N", "e", "E", "J", "K"]) {
    await page.keyboard.press(key);
    assert.equal(await rowCount(page), before, key + " brings no hidden row");
  }
}

// Only words of the trace are marked, never those of the page around them.
export async function marks({ page }, { index }) {
  const row = [...index.first.keys()].find((candidate) => index.first[candidate] >= 0);
  const marked = async (query) => {
    await page.evaluate((hash) => { location.hash = hash; }, "row=" + row + "&q=" + query);
    await page.waitForFunction((wanted) => document.querySelector(".search input").value === wanted, query);
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
