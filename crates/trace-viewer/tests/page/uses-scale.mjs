// What holds on a page of so many rows that the list's scroll height is scaled. Rows are made a hundred pixels high, so that
// two hundred thousand of them are enough for it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { offences, open } from "./browser.mjs";

const HIGH = 100;

async function opened(browser, path, options) {
  const page = await open(browser, path, options);
  await page.page.evaluate((high) => document.documentElement.style.setProperty("--row", high + "px"), HIGH);
  await page.page.setViewportSize({ width: 1400, height: 880 });
  await page.page.waitForFunction((high) => document.querySelector(".row:not([hidden])").offsetHeight === high && globalThis.isCovered(), HIGH);
  return page;
}

// The row that is selected, when all of it is on screen.
function selected(page) {
  return page.evaluate(() => {
    const row = document.querySelector('[role="row"][aria-selected="true"]:not([hidden])');
    const box = row?.getBoundingClientRect();
    const around = document.querySelector(".scroller").getBoundingClientRect();
    return row && box.top >= around.top - 1 && box.bottom <= around.bottom + 1 ? Number(row.getAttribute("aria-rowindex")) : null;
  });
}

async function search(page, text) {
  await page.keyboard.press("/");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
}

function found(page, text) {
  return page.waitForFunction((wanted) => document.querySelector("#count").textContent.replaceAll(",", "").includes(wanted) && document.querySelector("#count").getAttribute("aria-busy") !== "true", text, { timeout: 20_000 });
}

export async function jumps(browser, path, { index }) {
  const page = await opened(browser, path);
  const size = index.kind.length;
  const height = await page.page.evaluate(() => document.querySelector(".scroller").scrollHeight);
  assert.ok(size * HIGH > height, "the scroll height is scaled");
  for (const [key, row] of [["G", size], ["k", size - 1], ["g", 1], ["j", 2]]) {
    await page.page.keyboard.press(key);
    await page.page.waitForFunction(() => globalThis.isCovered());
    assert.equal(await selected(page.page), row, key);
  }
  for (const row of [Math.floor(size / 2), 123_456, size - 7]) {
    await page.page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
    await page.page.waitForFunction((wanted) => document.querySelector('[role="row"][aria-selected="true"]:not([hidden])')?.getAttribute("aria-rowindex") === wanted, String(row + 1));
    assert.equal(await selected(page.page), row + 1);
  }
  return page;
}

export async function scrolls(browser, path) {
  const page = await opened(browser, path);
  const empty = await page.page.evaluate(async () => {
    const scroller = document.querySelector(".scroller");
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const most = scroller.scrollHeight - scroller.clientHeight;
    const empty = [];
    for (let step = 0; step <= 60; step += 1) {
      scroller.scrollTop = step % 2 ? scroller.scrollTop + 130 : (most * step) / 60;
      await painted();
      if (!globalThis.isCovered()) empty.push(scroller.scrollTop);
    }
    return empty;
  });
  assert.deepEqual(empty, []);
  return page;
}

// A new query ends the one before it, Escape ends it without another, and what is found is exact.
export async function cancels(browser, path, { index }) {
  const page = await opened(browser, path);
  await search(page.page, "nowhere");
  await search(page.page, "needle-199999");
  await found(page.page, "1 / 1 ");
  assert.equal(await selected(page.page), index.kind.length);
  await page.page.keyboard.press("/");
  await page.page.keyboard.insertText("elsewhere");
  await page.page.waitForFunction(() => document.querySelector("#count").getAttribute("aria-busy") === "true");
  await page.page.keyboard.press("Escape");
  await page.page.waitForFunction(() => document.querySelector("#count").getAttribute("aria-busy") !== "true", null, { timeout: 500 });
  return page;
}

// Without workers the page is the same, only less smooth.
export async function refused(browser, path) {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  const alone = join(folder, "alone.html");
  writeFileSync(alone, readFileSync(path, "utf8").replace("worker-src blob:", "worker-src 'none'"));
  const page = await opened(browser, alone);
  rmSync(folder, { recursive: true });
  await search(page.page, "needle-150000");
  await found(page.page, "1 / 1 ");
  // What the browser says of it, and nothing else.
  const told = await offences(page);
  page.expected = told.filter((offence) => /worker-src|Content Security Policy/u.test(offence));
  assert.ok(page.expected.length > 0, "workers were refused");
  return page;
}
