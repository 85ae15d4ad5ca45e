// Whether everybody can use the page: axe over every view, in light and dark, wide and narrow.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [{ width: 1440, height: 900 }, { width: 400, height: 800 }];

// Each state, and how a reader gets there from a fresh page.
const STATES = {
  timeline: [],
  "a failure selected": ["e"],
  reading: ["2"],
  graph: ["3"],
  why: ["e", "w"],
  numbers: ["4"],
  "the sheet of keys": ["?"],
  "a query that hides": ["/", "status:failed", "Enter", "F"],
  "the list of hits": ["/", "kind:tool", "Enter", "L"],
  completions: ["/", "ki"],
  "a mistake": ["/", "(", "Enter"],
  "a filter": async (page) => page.locator("#facets .facet .chip").first().click(),
  "a subtree": ["j", "j", "f"],
};

async function reach(page, steps) {
  if (typeof steps === "function") return steps(page);
  for (const step of steps) await (step.length > 1 && step !== "Enter" ? page.keyboard.type(step) : page.keyboard.press(step));
}

// The policy of the page would not let a stranger's script in, so it is off here and nowhere else.
async function violations(browser, path, size, steps) {
  const context = await browser.newContext({ viewport: size, bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(pathToFileURL(path).href);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "rows");
  await reach(page, steps);
  await page.waitForTimeout(300);
  await page.evaluate(AXE);
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // Links to rows lead to what the script brings on screen, so the checker takes the first of them for broken skip links.
    const lines = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"], rules: { "skip-link": { enabled: false } } })).violations.map(({ id, nodes }) => id + " " + nodes.slice(0, 3).map(({ target, any, all }) => target.join(" ") + " " + (any[0] ?? all[0])?.message).join("; ")));
    found.push(...lines.map((line) => colorScheme + ": " + line));
  }
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await context.close();
  return sideways ? [...found, "scrolls sideways by " + sideways] : found;
}

export async function checkAccess(browser, path, check) {
  for (const size of SIZES) {
    for (const [state, steps] of Object.entries(STATES)) {
      await check("access: " + state + ", " + size.width + " wide", async () => assert.deepEqual(await violations(browser, path, size, steps), []));
    }
  }
}
