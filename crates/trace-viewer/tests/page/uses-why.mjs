// Why and numbers in use, on the example's page and on those of the seed traces.

import assert from "node:assert/strict";

const FAILED = 3;

const steps = (page) => page.evaluate(() => [...document.querySelectorAll("#why a")].map((link) => ({
  row: Number(link.hash.slice(5)), why: link.querySelector(".where").textContent, text: link.textContent, evidence: link.querySelector("p").textContent, here: link.hasAttribute("aria-current"), focused: link === document.activeElement,
})));

const hash = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));

// The keys of a walk, counted as they are pressed.
function keyboard(page) {
  const pressed = [];
  return { pressed, press: async (...keys) => {
    for (const key of keys) {
      pressed.push(key);
      await page.keyboard.press(key);
    }
  } };
}

const told = (page) => page.waitForFunction(() => [...document.querySelectorAll("#why a p")].some((line) => line.textContent));

// From a page just opened to the failing call, its message and what asked for it: two keys.
async function walks({ page }, { index, tree }) {
  const { pressed, press } = keyboard(page);
  await press("e", "w");
  await told(page);
  const [first, second, ...rest] = await steps(page);
  assert.equal(index.status[first.row], FAILED);
  assert.ok(first.focused && first.here && first.evidence, JSON.stringify(first));
  assert.ok(second, "there is a cause");
  assert.equal(tree.parent[[first, second, ...rest].at(-1).row], -1, "the last step is a root");
  assert.deepEqual(await hash(page), { row: String(first.row), why: String(first.row) });
  assert.ok(pressed.length <= 3);
  await press("Tab", "Enter");
  const after = await steps(page);
  assert.deepEqual(after.map(({ row }) => row), [first, second, ...rest].map(({ row }) => row), "the chain stays");
  assert.ok(after[1].here && after[1].focused);
  assert.equal(await page.locator("#inspector").isVisible(), true);
  await press("w");
  assert.equal(await page.locator("#why").isVisible(), false);
  assert.equal((await hash(page)).why, undefined);
}

// From nothing selected `w` goes to the first failure; a link opens the same; Escape closes.
async function opens({ page }, { index }) {
  await page.keyboard.press("w");
  await told(page);
  const chain = await steps(page);
  assert.equal(chain[0].row, index.status.indexOf(FAILED));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#why").isVisible(), false);
  await page.evaluate((row) => (location.hash = "row=" + row.at(1) + "&why=" + row.at(0)), chain.map(({ row }) => row));
  await page.locator("#why a[aria-current]").waitFor();
  assert.deepEqual((await steps(page)).map(({ row, here }) => [row, here]), chain.map(({ row }, at) => [row, at === 1]));
  // Another failure has a chain of its own.
  await page.keyboard.press("e");
  const other = await steps(page);
  assert.ok(other.some(({ here }) => here));
}

// Every table of tokens adds up to the overview's total, and links lead to rows.
async function adds({ page }) {
  await page.keyboard.press("4");
  const { total, tables } = await page.evaluate(() => {
    const number = (cell) => Number(cell.firstChild.textContent.replaceAll(",", ""));
    const tables = [...document.querySelectorAll("#numbers table")].map((table) => {
      const at = [...table.querySelectorAll("thead tr > *")].findIndex((head) => ["sum", "tokens inside"].includes(head.textContent));
      const lines = [...table.querySelectorAll("tbody tr")].map((line) => ({ sum: line.className === "sum", count: at < 0 ? 0 : number(line.children[at]) }));
      return at < 0 ? null : { title: table.closest("section").querySelector("h2").textContent, lines };
    });
    return { total: number(document.querySelector("#overview .tokens .sum td")), tables: tables.filter(Boolean) };
  });
  assert.equal(tables.length, 5, tables.map(({ title }) => title).join());
  for (const { title, lines } of tables) {
    const parts = lines.filter(({ sum }) => !sum).reduce((sum, { count }) => sum + count, 0);
    assert.deepEqual([title, parts, lines.at(-1)], [title, total, { sum: true, count: total }]);
  }
  const link = page.locator("#numbers a").last();
  const target = (await link.getAttribute("href")).slice(5);
  await link.click();
  assert.deepEqual(await hash(page), { row: target, view: "numbers" });
  assert.ok(await page.locator("#inspector").isVisible() && await page.locator("#numbers").isVisible());
}

// Without scripts, and on paper, the numbers are there.
async function stays({ page, context }) {
  await page.keyboard.press("4");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("#numbers table").first().isVisible(), "on paper");
  const plain = await context.browser().newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(page.url().split("#")[0]);
  assert.ok(await still.locator("#numbers table").first().isVisible(), "without scripts");
  assert.ok((await still.locator("#numbers").boundingBox()).width > 600);
  await plain.close();
}

// The run stands above the numbers and in the overview, and leads to its row; a warning is marked as one.
async function runs({ page }, { index }) {
  const [program, outcome] = await page.locator("#overview .runs tr > *").allTextContents();
  assert.deepEqual([program, outcome], ["agent", "✓ ok"]);
  await page.locator("#overview .runs a").click();
  assert.equal(index.kind[(await hash(page)).row], 19);
  await page.keyboard.press("4");
  assert.equal(await page.locator("#numbers h2").first().textContent(), "Runs");
  await page.keyboard.press("1");
  assert.equal(await page.locator(".badge.warned").first().textContent(), "warn");
}

// A retry is named from both sides, with what was said meanwhile.
async function retries({ page }) {
  await page.keyboard.press("e");
  await page.keyboard.press("w");
  const words = (await steps(page)).map(({ why }) => why);
  assert.ok(words.includes("tried again") && words.includes("logged meanwhile"), words.join());
}

export const pages = {
  "agent-trace": { walks, opens, adds, stays, runs, retries },
  "seed-v2-1k": { walks, opens, adds },
  "seed-v2-10k": { walks, opens, adds },
};
