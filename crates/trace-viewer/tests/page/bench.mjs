// How fast pages are in a browser: node bench.mjs PAGE.html …
//
// Prints a table: a line for each figure, a column for each page, and what a page of a million records should reach.
// Each page is opened RUNS times (default 3); the times to open are the best of them, the others come from the last.

import { statSync } from "node:fs";
import { basename } from "node:path";
import { launch, open } from "./browser.mjs";
import { readPage } from "./source.mjs";

const RUNS = Number(process.env.RUNS ?? 3);
const FRAMES = 150;
const MB = 1024 * 1024;

// What is measured, and what a million records should reach.
const FIGURES = [
  ["page", "", "MB"],
  ["first paint", 150, "ms"],
  ["rows usable", 600, "ms"],
  ["all loaded", 3000, "ms"],
  ["heap", 60, "MB"],
  ["scrolling, frame p50", "", "ms"],
  ["scrolling, frame p95", 20, "ms"],
  ["scrolling, frames with empty rows", 0, ""],
  ["column filter", 20, "ms"],
  ["everything folded", 50, "ms"],
  ["everything unfolded", 50, "ms"],
  ["first full-text hit", 300, "ms"],
  ["whole file searched", 8000, "ms"],
  ["heap after the search", 60, "MB"],
];

async function opening({ page }) {
  await page.waitForFunction(() => performance.getEntriesByType("navigation")[0].loadEventEnd > 0, null, { timeout: 120_000 });
  return page.evaluate(() => ({
    "first paint": performance.getEntriesByName("first-paint")[0]?.startTime,
    "rows usable": performance.getEntriesByName("rows")[0].startTime,
    "all loaded": performance.getEntriesByType("navigation")[0].loadEventEnd,
  }));
}

// Objects and array buffers of the page after a collection.
async function heap({ page, context }) {
  const session = await context.newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return (usedSize + backingStorageSize) / MB;
}

// Scrolls through the whole list and looks after each frame whether rows cover the screen.
async function scrolling({ page }) {
  const { times, empty } = await page.evaluate(async (frames) => {
    const scroller = document.querySelector(".scroller");
    const painted = () => new Promise((resolve) => requestAnimationFrame((time) => setTimeout(resolve, 0, time)));
    const most = scroller.scrollHeight - scroller.clientHeight;
    const small = most < 2 * scroller.clientHeight;
    const times = [];
    let empty = 0;
    let last = await painted();
    for (let frame = 1; frame <= frames; frame += 1) {
      scroller.scrollTop = frame % 2 ? (most * frame) / frames : scroller.scrollTop + 120;
      const now = await painted();
      times.push(now - last);
      last = now;
      empty += small || globalThis.isCovered() ? 0 : 1;
    }
    scroller.scrollTop = 0;
    return { times: times.sort((left, right) => left - right), empty };
  }, FRAMES);
  return { "scrolling, frame p50": times[FRAMES * 0.5], "scrolling, frame p95": times[Math.floor(FRAMES * 0.95)], "scrolling, frames with empty rows": empty };
}

// The best of five times that a key takes, until its work is done and until it is on screen.
function pressed({ page }, keys) {
  return page.evaluate(async (keys) => {
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const best = keys.map(() => Infinity);
    for (let turn = 0; turn < 5; turn += 1) {
      for (const [place, key] of keys.entries()) {
        const from = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        best[place] = Math.min(best[place], performance.now() - from);
        await painted();
      }
    }
    return best;
  }, keys);
}

async function folding(opened) {
  const [, fold, unfold] = await pressed(opened, ["g", "-", "*"]);
  return { "everything folded": fold, "everything unfolded": unfold };
}

// A query of the columns alone, with the rows that do not match hidden, and everything again.
async function filtering({ page }) {
  const time = await page.evaluate(async () => {
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const input = document.querySelector("#query");
    const take = (query) => {
      input.value = query;
      const from = performance.now();
      input.dispatchEvent(new Event("blur"));
      return performance.now() - from;
    };
    document.querySelector("#hide").click();
    let best = Infinity;
    for (let turn = 0; turn < 5; turn += 1) {
      best = Math.min(best, take("kind:tool dur>500"));
      await painted();
      take("");
      await painted();
    }
    document.querySelector("#hide").click();
    return best;
  });
  return { "column filter": time };
}

// From Enter to the first record that holds the text, and to the last block; the text is in the last record alone.
async function searching({ page }, text) {
  await page.keyboard.press("/");
  await page.evaluate(() => ["search", "hit", "searched"].forEach((name) => performance.clearMarks(name)));
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => performance.getEntriesByName("searched").length > 0, null, { timeout: 120_000 });
  return page.evaluate(() => {
    const at = (name) => performance.getEntriesByName(name)[0]?.startTime;
    return { hit: at("hit") - at("search"), searched: at("searched") - at("search") };
  });
}

async function measured(browser, path) {
  const figures = { page: statSync(path).size / 1e6 };
  for (let run = 0; run < RUNS; run += 1) {
    const opened = await open(browser, path);
    for (const [name, time] of Object.entries(await opening(opened))) figures[name] = Math.min(figures[name] ?? Infinity, time);
    if (run === RUNS - 1) Object.assign(figures, await using(opened, path));
    await opened.context.close();
  }
  return figures;
}

async function using(opened, path) {
  const figures = { heap: await heap(opened) };
  Object.assign(figures, await scrolling(opened), await filtering(opened), await folding(opened));
  const common = await searching(opened, "timestamp");
  figures["first full-text hit"] = common.hit;
  const rare = await searching(opened, "nowhere-to-be-found");
  figures["whole file searched"] = Math.max(common.searched, rare.searched);
  figures["heap after the search"] = await heap(opened);
  return figures;
}

function table(results) {
  const shown = (value) => (value === undefined || value === "" ? "" : value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : value.toFixed(1));
  const unit = (text, sign) => (text && sign ? text + " " + sign : text);
  const names = results.map(({ path }) => basename(path, ".html"));
  const lines = ["| figure | " + names.join(" | ") + " | for 1,000,000 |", "|---|" + names.map(() => "--:|").join("") + "--:|"];
  for (const [name, target, sign] of FIGURES) {
    const found = results.map(({ figures }) => unit(shown(figures[name]), sign));
    lines.push("| " + [name, ...found, target === "" ? "" : "≤ " + unit(shown(target), sign)].join(" | ") + " |");
  }
  return lines.join("\n");
}

const browser = await launch();
const results = [];
for (const path of process.argv.slice(2)) results.push({ path, figures: await measured(browser, path) });
await browser.close();
console.log(table(results));
