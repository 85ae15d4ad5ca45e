// Finding: the query, what it marks and hides, its completion, its filters, its hits, and the address that keeps it all.

import assert from "node:assert/strict";
import { QueryContext, compile } from "../../assets/js/filter.mjs";
import { parseQuery } from "../../assets/js/query.mjs";

const FAILED = 3;
const LONG = { timeout: 10_000 };

const rowCount = (page) => page.evaluate(() => Number(document.querySelector('[role="treegrid"]').getAttribute("aria-rowcount")));
const hash = (page) => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).toString());
const part = async (page, name) => new URLSearchParams(await hash(page)).get(name);
const count = (page) => page.locator("#count").textContent();
const box = (page) => page.locator("#query").inputValue();

function focusedRow(page) {
  return page.evaluate(() => document.activeElement?.matches('[role="row"][aria-selected="true"]'));
}

// Types a query and waits for its last hit.
async function find(page, text) {
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.waitForFunction((wanted) => new URLSearchParams(location.hash.slice(1)).get("q") === wanted && /\d (found|shown)$/u.test(document.querySelector("#count").textContent), text, LONG);
}

// What the query's own engine says, from the file.
function expected({ index, meta }, text) {
  const { tree } = parseQuery(text);
  const found = compile(tree, new QueryContext(index, meta)).match([], true);
  return [...found.keys()].filter((row) => found[row]);
}

// The first kind that some rows have and most do not, as the filters call it.
async function someKind(page) {
  return page.evaluate(() => [...document.querySelectorAll('[data-field="kind"] .data')].at(-1).textContent.replaceAll(" ", "_"));
}

export async function findsWithoutHiding({ page }, source) {
  const word = await someKind(page);
  const before = await rowCount(page);
  const rows = expected(source, "kind:" + word);
  await find(page, "kind:" + word);
  assert.equal(await count(page), rows.length.toLocaleString("en") + " found");
  assert.equal(await rowCount(page), before, "finding moves nothing");
  await page.keyboard.press("Enter");
  assert.match(await count(page), /^1 \/ /u);
  assert.ok(await focusedRow(page), "Enter goes to the first hit");
  assert.equal(Number(await part(page, "row")), rows[0]);
  await page.keyboard.press("n");
  assert.equal(Number(await part(page, "row")), rows[1 % rows.length]);
  await page.keyboard.press("N");
  assert.equal(Number(await part(page, "row")), rows[0]);
  assert.ok((await page.locator('[role="row"].hit').count()) > 0, "hits are marked");
}

// F leaves matches and the rows they are in, and says so; F again brings everything back.
export async function hides({ page }, source) {
  const word = await someKind(page);
  const before = await rowCount(page);
  const rows = expected(source, "kind:" + word);
  await find(page, "kind:" + word);
  await page.keyboard.press("Enter");
  await page.keyboard.press("F");
  assert.match(await count(page), / shown$/u);
  assert.equal(await page.locator("#hide").getAttribute("aria-pressed"), "true");
  const kept = new Set(rows);
  for (const row of rows) for (let above = source.tree.parent[row]; above >= 0; above = source.tree.parent[above]) kept.add(above);
  assert.equal(await rowCount(page), kept.size);
  for (const key of ["n", "n", "N", "e", "J"]) {
    await page.keyboard.press(key);
    assert.equal(await rowCount(page), kept.size, key + " brings no hidden row");
  }
  await page.locator("#hide").click();
  assert.ok((await rowCount(page)) >= before);
}

// Hits inside folded rows are counted on them, and n opens the way to each.
export async function foldedHits({ page }, { index, tree, records }) {
  const folded = [...tree.folded.keys()].find((row) => tree.folded[row] && index.first[row + 1] >= 0);
  if (folded === undefined) return;
  const word = JSON.parse(records[index.first[folded + 1]]).id;
  if (!/^[\w-]{8,}$/u.test(word ?? "")) return;
  const before = await rowCount(page);
  await find(page, word);
  assert.equal(await count(page), "1 found");
  assert.equal(await rowCount(page), before);
  await page.keyboard.press("Enter");
  assert.equal(await count(page), "1 / 1 found");
  assert.ok((await rowCount(page)) > before, "the hit's ancestors are unfolded");
}

// Enter goes to the first hit even when the records are still being read, and leaves the box with its query.
export async function leavingTheBox({ page }, { records }) {
  const word = JSON.parse(records[0]).id?.slice(0, 4);
  if (!/^\w{4}$/u.test(word ?? "")) return;
  await page.keyboard.press("/");
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /^\d.* \/ /u.test(document.querySelector("#count").textContent), null, LONG);
  assert.ok(await focusedRow(page), "the hit has the focus");
  await page.keyboard.press("N");
  assert.equal(await box(page), word, "n and N are keys, not text");
  // While the search runs, Esc would stop it first.
  await page.waitForFunction(() => / found$/u.test(document.querySelector("#count").textContent), null, LONG);
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  assert.ok(await focusedRow(page), "Esc goes to the rows");
  assert.equal(await box(page), word);
  await page.keyboard.press("Escape");
  assert.equal(await box(page), "");
  assert.ok(await part(page, "row"), "the row stays");
}

// A query that cannot be read says where, and what was found before stays.
export async function mistakes({ page }) {
  const word = await someKind(page);
  await find(page, "kind:" + word);
  const before = await count(page);
  await page.keyboard.type(" nonsense:x");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#mistake").textContent);
  assert.match(await page.locator("#mistake").textContent(), new RegExp("^At character " + (word.length + 7) + ": .*nonsense", "u"));
  assert.equal(await page.locator("#query").getAttribute("aria-invalid"), "true");
  assert.equal((await count(page)).replace(/^.* \/ /u, ""), before);
}

// Fields, then values with their counts: whole queries for the browser's own list. A choice from it is found like typed text.
export async function completes({ page }) {
  const options = page.locator("#completions option");
  assert.equal(await page.locator("#query").getAttribute("list"), "completions");
  await page.keyboard.press("/");
  await page.keyboard.type("(kin");
  assert.deepEqual(await options.evaluateAll((all) => all.map(({ value }) => value)), ["(kind:"]);
  await page.keyboard.type("d:");
  const word = await someKind(page);
  const option = await options.evaluateAll((all, wanted) => all.map(({ value, label }) => [value, label]).find(([value]) => value === "(kind:" + wanted), word);
  assert.match(option[1], /^[\d,]+$/u);
  await page.locator("#query").fill("kind:" + word);
  await page.waitForFunction((found) => document.querySelector("#count").textContent === found + " found", option[1], LONG);
}

// Every value that a filter offers is a query, and finds as many rows as it says.
export async function filters({ page }, source) {
  const fields = await page.locator("#facets .facet").count();
  assert.ok(fields >= 1);
  for (let at = 0; at < fields; at += 1) {
    const facet = page.locator("#facets .facet").nth(at);
    await facet.locator(".chip").click();
    const items = facet.locator(".menu button");
    for (let place = 0; place < Math.min(3, await items.count()); place += 1) {
      const item = items.nth(place);
      const said = await item.locator(".number").textContent();
      await item.click();
      assert.equal(await item.getAttribute("aria-pressed"), "true");
      assert.equal(await count(page), said + " found", await box(page));
      const rows = expected(source, await box(page));
      assert.equal(said, rows.length.toLocaleString("en"), await box(page));
      await item.click({ modifiers: ["Shift"] });
      assert.equal(await item.getAttribute("aria-pressed"), "mixed");
      assert.match(await box(page), /^-/u);
      await item.click({ modifiers: ["Shift"] });
      assert.equal(await box(page), "");
    }
    await page.keyboard.press("Escape");
    assert.ok(await facet.locator(".chip").evaluate((chip) => chip === document.activeElement), "Esc gives the focus back");
  }
}

// The counts of one filter follow what the others say.
export async function counts({ page }, source) {
  const statuses = page.locator('[data-field="status"]');
  if (!(await statuses.count())) return;
  const word = (await page.locator('[data-field="kind"] .data').first().textContent()).replaceAll(" ", "_");
  await find(page, "kind:" + word);
  await statuses.locator(".chip").click();
  for (const item of await statuses.locator(".menu button").all()) {
    const rows = expected(source, "kind:" + word + " status:" + (await item.locator(".data").textContent()));
    assert.equal(await item.locator(".number").textContent(), rows.length.toLocaleString("en"));
  }
}

export async function failuresButton({ page }, { index }) {
  const failures = index.status.filter((status) => status === FAILED).length;
  if (!failures) return;
  await page.locator("#failures").click();
  assert.equal(await box(page), "status:failed");
  assert.equal(await count(page), failures.toLocaleString("en") + " found");
  await page.locator("#failures").click();
  assert.equal(await box(page), "");
}

// The list of hits: as many as there are, where the text stands, and a click goes there.
export async function hitList({ page }, { records }) {
  const word = JSON.parse(records.at(-1)).id;
  if (!/^[\w-]{8,}$/u.test(word ?? "")) return;
  await page.keyboard.press("L");
  await find(page, word);
  const hits = page.locator("#hits li");
  await hits.first().waitFor();
  assert.equal(await page.locator("#hits-title").textContent(), "1 hit");
  await page.waitForFunction((text) => document.querySelector("#hits mark")?.textContent === text, word, LONG);
  await hits.first().click();
  assert.ok(await part(page, "row"));
  assert.equal(await part(page, "panel"), "hits");
  assert.equal(await hits.first().locator("button").getAttribute("aria-current"), "true");
  await page.locator("#hits-close").click();
  assert.ok(!(await page.locator("#hits").isVisible()));
  assert.equal(await part(page, "panel"), null);
}

// Only the subtree is shown and counted; f, Esc and the chip lead out of it, and so does a row outside.
export async function subtree({ page }, { tree }) {
  const row = [...tree.parent.keys()].find((candidate) => tree.parent[candidate] >= 0 && tree.end[candidate] > candidate + 2 && tree.end[candidate] < tree.size);
  if (row === undefined) return;
  const all = await rowCount(page);
  await page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
  await page.waitForFunction((wanted) => document.querySelector('[role="row"][aria-selected="true"]') && location.hash.includes("row=" + wanted), row);
  await page.keyboard.press("f");
  const inside = await rowCount(page);
  assert.ok(inside <= tree.end[row] - row && inside >= 1);
  assert.equal(await part(page, "focus"), String(row));
  assert.ok(await page.locator("#inside").isVisible());
  await page.keyboard.press("g");
  assert.equal(Number(await part(page, "row")), row, "the subtree's own row comes first");
  await find(page, "depth:>=0");
  assert.equal(await count(page), "1 / " + (tree.end[row] - row).toLocaleString("en") + " found");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.locator("#inside").click();
  assert.ok((await rowCount(page)) >= all);
  await page.keyboard.press("f");
  assert.equal(await rowCount(page), inside);
  await page.evaluate(() => { location.hash = "row=0&focus=" + new URLSearchParams(location.hash.slice(1)).get("focus"); });
  await page.waitForFunction(() => !location.hash.includes("focus"));
  assert.ok((await rowCount(page)) >= all, "a row outside leads out");
}

// The address keeps every state; the browser's own buttons go through the views.
export async function links({ page }, { tree }) {
  const word = await someKind(page);
  const folded = [...tree.folded.keys()].find((row) => tree.end[row] > row + 1);
  await page.keyboard.press("g");
  await find(page, "kind:" + word);
  await page.keyboard.press("Enter");
  await page.keyboard.press("F");
  await page.keyboard.press("L");
  await page.keyboard.press("4");
  const wanted = await hash(page);
  assert.match(wanted, /view=numbers/u);
  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes("view="));
  assert.ok(await page.locator("#timeline").isVisible());
  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes("hide="));
  assert.match(await count(page), / found$/u);
  await page.goForward();
  await page.goForward();
  await page.waitForFunction((text) => new URLSearchParams(location.hash.slice(1)).toString() === text, wanted);
  await page.goto("about:blank");
  await page.goBack();
  await page.waitForFunction(() => document.documentElement.dataset.ready === "rows");
  assert.equal(await hash(page), wanted);
  assert.ok(await page.locator("#hits").isVisible());
  assert.match(await count(page), / shown$/u);
  if (folded === undefined) return;
  await page.evaluate((row) => { location.hash = "folds=" + row; }, folded);
  await page.waitForFunction((row) => new URLSearchParams(location.hash.slice(1)).get("folds") === String(row), folded);
  assert.equal(await box(page), "", "what a link does not name is dropped");
}

// C copies a few lines that a reader can use.
export async function copiesText({ page }, { index, meta }) {
  await page.evaluate(() => {
    globalThis.copied = [];
    navigator.clipboard.writeText = async (text) => { globalThis.copied.push(text); };
  });
  const failed = index.status.indexOf(FAILED);
  const row = failed < 0 ? 0 : failed;
  await page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
  await page.waitForFunction((wanted) => location.hash.includes("row=" + wanted), row);
  await page.keyboard.press("C");
  await page.waitForFunction(() => globalThis.copied.length === 1, null, LONG);
  const [text] = await page.evaluate(() => globalThis.copied);
  const [head, ...rest] = text.split("\n");
  assert.ok(head.includes(meta.names[index.name[row]].slice(0, 20)), head);
  if (failed >= 0) assert.match(head, /: failed/u);
  assert.ok(rest.some((line) => line.startsWith("started at ")), text);
}

// A fold is in the address as soon as it is made.
export async function foldsInLinks({ page }, { tree }) {
  const row = tree.end.findIndex((end, at) => end > at + 1 && !tree.folded[at]);
  if (row < 0) return;
  await page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
  await page.waitForFunction((wanted) => document.querySelector('[role="row"][aria-selected="true"]') && location.hash.includes("row=" + wanted), row);
  await page.keyboard.press("h");
  await page.waitForFunction((wanted) => new RegExp("folds=(\\d+,)*" + wanted + "(,|&|$)", "u").test(location.hash), row, { timeout: 3000 });
}
