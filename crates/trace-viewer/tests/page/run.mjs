// Opens pages in a browser and checks them: node run.mjs <directory or file> …
//
// Every *.html is opened from its file. BUDGET_MS is the time until rows are on screen (default 400), CHROMIUM the browser.
// A `NAME.truth.json` beside `NAME.html` holds the parents that the page's tree must have.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as checks from "./checks.mjs";
import { checkAccess } from "./access.mjs";
import * as uses from "./uses.mjs";
import * as timeline from "./uses-timeline.mjs";
import * as reading from "./uses-reading.mjs";
import * as usesGraph from "./uses-graph.mjs";
import * as usesFind from "./uses-find.mjs";
import * as scale from "./uses-scale.mjs";
import { pages as why } from "./uses-why.mjs";
import { launch, offences, open } from "./browser.mjs";
import { readPage } from "./source.mjs";
import { treeDifferences } from "./truth.mjs";

const BUDGET_MS = Number(process.env.BUDGET_MS ?? 400);
const BEACON_PORT = Number(process.env.BEACON_PORT ?? 47999);

const tally = { passed: 0, failed: 0 };

async function check(name, body) {
  try {
    const note = await body();
    tally.passed += 1;
    if (note) console.log("ok    " + name + ": " + note);
  } catch (error) {
    tally.failed += 1;
    console.log("FAIL  " + name + ": " + error.message.split("\n").slice(0, 12).join("\n      "));
  }
}

function pagesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).filter((name) => name.endsWith(".html")).sort().map((name) => join(path, name));
}

async function timeToRows(browser, path) {
  const opened = await open(browser, path);
  const time = await opened.page.evaluate(() => performance.getEntriesByName("rows")[0].startTime);
  await opened.context.close();
  return Math.round(time);
}

async function checkPage(browser, path) {
  const name = basename(path);
  const source = readPage(path);
  const opened = await open(browser, path);
  await check(name + " title", () => checks.title(opened, source));
  await check(name + " rows", () => checks.rows(opened, source));
  await check(name + " inspector", () => checks.inspector(opened, source));
  await check(name + " layout", () => checks.layout(opened));
  await check(name + " keys", () => checks.keys(opened, source));
  await check(name + " transcript", () => checks.transcript(opened, source));
  await check(name + " title after use", () => checks.title(opened, source));
  await check(name + " safety", () => checks.safety(opened));
  await opened.context.close();
  await check(name + " time to rows", async () => {
    const times = [];
    while (times.length < 3 && !(Math.min(...times) <= BUDGET_MS)) times.push(await timeToRows(browser, path));
    assert.ok(Math.min(...times) <= BUDGET_MS, times.join(", ") + " ms, allowed are " + BUDGET_MS);
    return source.records.length >= 1000 ? Math.min(...times) + " ms for " + source.records.length + " records" : "";
  });
  const truth = path.replace(/\.html$/u, ".truth.json");
  if (existsSync(truth)) {
    await check(name + " truth", () => {
      const { differences, compared } = treeDifferences(source, JSON.parse(readFileSync(truth, "utf8")));
      assert.deepEqual(differences.slice(0, 5), [], differences.length + " wrong parents, the first: " + differences[0]);
      return compared + " parents right";
    });
  }
}

// Narrow, dark and deep-linked views must not break what the wide light one shows.
async function checkViews(browser, path) {
  const source = readPage(path);
  const row = source.index.kind.length - 1;
  for (const view of [{ width: 400, height: 800 }, { scheme: "dark" }, { scheme: "dark", hash: "#row=0&q=status:failed&hide=1" }, { hash: "#row=" + row }, { hash: "#row=999999&q=%&focus=99999&folds=0,x,77777&panel=hits" }]) {
    await check(basename(path) + " as " + JSON.stringify(view), async () => {
      const opened = await open(browser, path, view);
      await checks.layout(opened);
      await checks.contrast(opened);
      if (view.hash === "#row=" + row) await opened.page.locator('[role="row"][aria-selected="true"]').waitFor();
      assert.deepEqual(await offences(opened), []);
      await opened.context.close();
    });
  }
}

// Each use begins on a fresh page.
async function checkUses(browser, path, uses) {
  const source = readPage(path);
  if (source.index.kind.length < 20) return;
  for (const [name, use] of Object.entries(uses)) {
    await check(basename(path) + " in use: " + name, async () => {
      const opened = await open(browser, path);
      await use(opened, source);
      assert.deepEqual(await offences(opened), []);
      await opened.context.close();
    });
  }
}

// Pages of very many rows have uses of their own, each with an end of its own.
async function checkScale(browser, path) {
  const source = readPage(path);
  for (const [name, use] of Object.entries(scale)) {
    await check(basename(path) + " in use: " + name, async () => {
      const opened = await use(browser, path, source);
      assert.deepEqual(await offences(opened), opened.expected ?? []);
      await opened.context.close();
    });
  }
}

// A file that was cut says so: in words when the script arrived, by its still text when not.
async function checkCut(browser, path) {
  const html = readFileSync(path);
  const directory = mkdtempSync(join(tmpdir(), "page-"));
  const cuts = [["the last block", html.lastIndexOf("</script>") - 200, "#notice"], ["the index", html.indexOf('id="c-depth"') + 40, ".wait"]];
  for (const [where, at, sign] of cuts) {
    await check(basename(path) + " cut in " + where, async () => {
      const cut = join(directory, "cut.html");
      writeFileSync(cut, html.subarray(0, at));
      const opened = await open(browser, cut, { ready: sign === "#notice" });
      const notice = opened.page.locator(sign);
      await notice.waitFor({ timeout: 5000 });
      assert.match(await notice.textContent(), /cut off/u);
      assert.deepEqual(await offences(opened), []);
      await opened.context.close();
    });
  }
  rmSync(directory, { recursive: true });
}

async function main(paths) {
  const all = paths.flatMap(pagesIn);
  const many = all.filter((path) => basename(path) === "many-rows.html");
  const pages = all.filter((path) => !many.includes(path));
  if (!all.length) {
    console.log("usage: node run.mjs <directory or file with pages> …");
    return 2;
  }
  const hits = [];
  const beacon = createServer((request, response) => {
    hits.push(request.url);
    response.end();
  }).listen(BEACON_PORT, "127.0.0.1");
  const browser = await launch();
  for (const path of pages) await check(basename(path) + " opens", () => checkPage(browser, path));
  for (const path of many) await checkScale(browser, path);
  if (pages.length) await checkLargest(browser, pages);
  await browser.close();
  await check("beacon", () => assert.deepEqual(hits, []));
  beacon.close();
  console.log(tally.passed + " passed, " + tally.failed + " failed");
  return tally.failed ? 1 : 0;
}

async function checkLargest(browser, pages) {
  const largest = pages.reduce((left, right) => (statSync(left).size >= statSync(right).size ? left : right));
  await checkViews(browser, largest);
  await checkUses(browser, largest, { ...uses, ...reading, ...usesGraph, ...usesFind });
  for (const [name, ownUses] of Object.entries(timeline)) {
    for (const path of pages.filter((path) => basename(path) === "timeline-" + name + ".html")) await checkUses(browser, path, ownUses);
  }
  for (const path of pages.filter((path) => basename(path).startsWith("reading-"))) await checkUses(browser, path, reading);
  await checkAccess(browser, largest, check);
  for (const [name, ownUses] of Object.entries(why)) {
    for (const path of pages.filter((path) => basename(path) === name + ".html")) await checkUses(browser, path, ownUses);
  }
  await checkCut(browser, largest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.log("FAIL  " + error.message);
  process.exitCode = 1;
}
