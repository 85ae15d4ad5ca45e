// What must be true of every page.

import assert from "node:assert/strict";
import { offences, rawLines } from "./browser.mjs";
import { recordsOf } from "../../assets/js/inspect.mjs";
import { clip, visible } from "../../assets/js/text.mjs";

const ROWS_INSPECTED = 16;

export async function title({ page }, { html }) {
  const title = await page.title();
  const heading = await page.locator("h1").textContent();
  assert.equal(title, heading.replace(/\s+/gu, " ").trim());
  assert.ok(html.includes("<title>"));
}

// The rows on screen are the first rows of the index, at their depths, with their names.
export async function rows({ page }, { index, meta, tree }) {
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll('[role="treegrid"] [role="row"]')].filter((row) => !row.hidden).map((row) => ({
      place: Number(row.getAttribute("aria-rowindex")),
      level: Number(row.getAttribute("aria-level")),
      label: row.querySelector(".label").textContent,
    })));
  const expected = tree.visible();
  assert.equal(shown.length > 0, expected.length > 0);
  for (const { place, level, label } of shown) {
    const row = expected[place - 1];
    assert.equal(level, index.depth[row] + 1, "depth of row " + row);
    const name = meta.names[index.name[row]];
    if (name) assert.equal(label, visible(clip(name, 200)), "name of row " + row);
  }
}

// The first rows and the failed ones: each record's raw view is the exact line.
export async function inspector({ page }, source) {
  const { index, records } = source;
  const chosen = new Set([...index.kind.keys()].slice(0, ROWS_INSPECTED));
  index.status.forEach((status, row) => status === 3 && chosen.size < 2 * ROWS_INSPECTED && chosen.add(row));
  for (const row of chosen) {
    const numbers = recordsOf(index, row).slice(0, 3);
    const lines = await rawLines(page, row, numbers);
    numbers.forEach((number, place) => assert.equal(lines[place], records[number], "record " + number));
  }
}

// Long or strange text never widens the page or paints over its neighbours.
export async function layout({ page }) {
  const wide = await page.evaluate(() => {
    const { documentElement: root } = document;
    const side = document.querySelector("#inspector");
    return { page: root.scrollWidth - root.clientWidth, side: side.scrollWidth - side.clientWidth, tall: root.scrollHeight - root.clientHeight };
  });
  assert.deepEqual(wide, { page: 0, side: 0, tall: 0 });
}

export async function keys({ page }, { index, records }) {
  const selected = () => page.evaluate(() => {
    const row = document.querySelector('[role="row"][aria-selected="true"]');
    return row ? { status: row.dataset.status, place: row.getAttribute("aria-rowindex") } : null;
  });
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  if (index.kind.length) assert.equal((await selected()).place, "1");
  if (index.status.includes(3)) {
    await page.keyboard.press("e");
    assert.equal((await selected()).status, "failed");
  }
  if (index.kind.length > 1) {
    await page.keyboard.press("g");
    await page.keyboard.press("j");
    assert.equal((await selected()).place, "2");
  }
  await search(page, records);
  await page.keyboard.press("?");
  assert.ok(await page.locator("dialog[open]").isVisible());
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
}

// A word from the last record is found, and n goes to it.
async function search(page, records) {
  const word = records.at(-1)?.match(/[a-z_]{4,20}/u)?.[0];
  if (!word) return;
  await page.keyboard.press("/");
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /\d found$/u.test(document.querySelector("#count").textContent), null, { timeout: 10_000 });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
}

// The transcript of every session, with everything in it opened, widens nothing; what it does wrong is an offence.
export async function transcript({ page }, { index }) {
  await page.keyboard.press("Escape");
  await page.keyboard.press("2");
  if (!index.kind.length) return;
  const picks = await page.locator("#r-session option").evaluateAll((options) => options.map(({ value }) => value).slice(0, 3));
  for (const pick of picks) {
    if (picks.length > 1) await page.locator("#r-session").selectOption(pick);
    for (let screen = 0; screen < 4; screen += 1) {
      await page.waitForFunction(() => [...document.querySelectorAll("#reading .item")].filter((item) => item.getBoundingClientRect().top < innerHeight && item.getBoundingClientRect().bottom > 0).every((item) => item.classList.contains("filled")));
      const wide = await page.evaluate(async () => {
        const scroller = document.querySelector("#reading .read");
        for (const inner of document.querySelectorAll("#reading details:not([open]) > summary, #reading [aria-expanded='false'], #reading .answer .more")) inner.click();
        for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
        const found = scroller.scrollWidth - scroller.clientWidth;
        scroller.scrollBy(0, scroller.clientHeight * 2);
        return found;
      });
      assert.equal(wide, 0);
    }
  }
  await page.keyboard.press("Escape");
  await page.keyboard.press("1");
}

export async function safety(opened) {
  assert.deepEqual(await offences(opened), []);
}

// Text stands out from what is behind it by 4.5 to 1 (WCAG AA).
export async function contrast({ page }) {
  const poor = await page.evaluate(() => {
    const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      return pen.getImageData(0, 0, 1, 1).data;
    };
    const luminance = (colour) => {
      const [red, green, blue] = [...colour].slice(0, 3).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      for (let above = element; above; above = above.parentElement) {
        const colour = rgba(getComputedStyle(above).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return rgba("white");
    };
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !element.checkVisibility() || element.closest("script, .away, :disabled, .icon")) continue;
      const [light, dark] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))].sort((left, right) => right - left);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) found.add(element.tagName + "." + element.className + " " + ratio.toFixed(2) + ": " + node.data.trim().slice(0, 20));
    }
    return [...found];
  });
  assert.deepEqual(poor, []);
}
