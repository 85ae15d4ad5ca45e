// The timeline in use, on two traces made for it (tests/data/timeline).
//
// `day`: turns at 0 s, 10 m and 1 h 10 m with nothing between; the first call's stream stands still from 2 s to 4.5 s; of
// two parallel tools the second is the longer; a tool has no end. `crowd`: 5,000 tool calls in 500 s, 7 of them failed.

import assert from "node:assert/strict";

const S = 1e6;

const hash = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));

// The frame after a change, when everything is drawn, and the address written.
const settled = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 260)));

const labels = (page) => page.locator(".axis span:not(.moment)").allTextContents();

const canvas = (page) => page.locator(".bars canvas").boundingBox();

// Red, green, blue and opacity of some pixels of a canvas.
function pixels(page, selector, points) {
  return page.evaluate(({ selector, points }) => {
    const canvas = document.querySelector(selector);
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const pen = copy.getContext("2d", { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const ratio = canvas.width / canvas.clientWidth;
    return points.map(([x, y]) => [...pen.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data]);
  }, { selector, points });
}

const isRed = ([red, green, blue, alpha]) => alpha > 200 && red > 150 && green < 60 && blue < 90;

// The middle of a row in the drawing, by its label.
async function middle(page, label, at = 0) {
  const row = await page.locator('[role="row"]:not([hidden])', { has: page.locator(".label", { hasText: new RegExp("^" + label + "$", "u") }) }).nth(at).boundingBox();
  return row.y + row.height / 2 - (await canvas(page)).y;
}

// Idle time is offered, never taken away unasked; then every part is drawn on the same map.
async function squeezes({ page }) {
  const button = page.getByRole("button", { name: "1 h 10 m, 99 % idle · compress" });
  assert.ok(await button.isVisible());
  assert.deepEqual(await labels(page), ["0", "15 m", "30 m", "45 m", "1 h"]);
  await page.keyboard.press("x");
  await settled(page);
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  assert.deepEqual(await hash(page), { squeeze: "1" });
  const shown = await labels(page);
  for (const edge of ["9.50 s", "10 m", "1 h 10 m"]) assert.ok(shown.includes(edge), edge + " in " + shown);
  // Both tools of the first turn fill what is theirs of the short axis, and the band after them has no bar.
  const { width } = await canvas(page);
  const rate = (width - 12 - 2 * 44) / 25.5;
  const y = await middle(page, "long");
  const [before, inside, after] = await pixels(page, ".bars canvas", [[6 + 5.8 * rate, y], [6 + 8 * rate, y], [6 + 9.5 * rate + 10, y]]);
  assert.ok(inside[3] === 255 && inside[1] > inside[0], "a bar of a tool: " + inside);
  assert.notDeepEqual(before, inside);
  assert.notDeepEqual(after, inside);
  // The strip has the same map: in its lower part the second turn read from the cache, the third did not.
  const strip = await page.locator(".minimap").evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight]);
  const at = (work, bands) => (work * (strip[0] - 88)) / 25.5 + bands * 44;
  const [cached, lost, band] = await pixels(page, ".minimap", [[at(12, 1), strip[1] - 8], [at(18, 2), strip[1] - 8], [at(9.5, 0) + 20, 20]]);
  assert.ok(cached[3] > 60 && cached[2] > cached[0] && lost[3] === 0, cached + " and " + lost);
  assert.ok(band[3] > 60, "a band: " + band);
  await button.click();
  await settled(page);
  assert.deepEqual(await labels(page), ["0", "15 m", "30 m", "45 m", "1 h"]);
  assert.deepEqual(await hash(page), {});
}

// Pale until the first chunk, a tick there, full where chunks come, empty but underlined where they do not: at any zoom.
async function streams({ page }) {
  for (const to of [6, 60, 4210]) {
    await page.evaluate((end) => { location.hash = "from=0&to=" + end; }, to * S);
    await settled(page);
    const { width } = await canvas(page);
    const x = (seconds) => 6 + (seconds / to) * (width - 12);
    const y = await middle(page, "acme/large");
    const wide = to <= 6;
    if (to <= 60) {
      const [stall, underline, flowing] = await pixels(page, ".bars canvas", [[x(2.6), y - 3], [x(3.25), y + 7], [x(1.5) + (wide ? 3 : 0), y]]);
      assert.ok(underline[3] > 200, to + " s: the stall is underlined, " + underline);
      assert.ok(flowing[3] > 150 && stall[3] < 100, to + " s: " + flowing + " and " + stall);
    }
    if (wide) {
      const [tick, above] = await pixels(page, ".bars canvas", [[x(1), y - 8], [x(0.8), y - 8]]);
      assert.ok(tick[3] > 150 && above[3] === 0, "a tick at the first chunk: " + tick + " and " + above);
    }
  }
  await page.locator(".label", { hasText: "acme/large" }).first().click();
  const facts = await page.locator("#inspector .facts").textContent();
  for (const fact of ["after 1.00 s", "50, 10 a second", "60 tokens, 12 a second", "2.50 s, 1 stall"]) assert.ok(facts.includes(fact), fact + " in " + facts);
  const hidden = await page.locator('[role="row"][aria-selected="true"] .duration[role="gridcell"]').getAttribute("aria-label");
  assert.match(hidden, /starts at \+0, took 6\.00 s, first chunk after 1\.00 s, .*longest pause 2\.50 s, 1 stall/u);
  const { x, y } = await canvas(page);
  await page.mouse.move(x + 20, y + (await middle(page, "acme/large")));
  assert.match(await page.locator('[role="row"][aria-selected="true"]').getAttribute("title"), /^acme\/large starts at .*first chunk after/u);
}

// Of two parallel tools the one that was waited for is on the path; the header says how long the path is.
async function criticalPath({ page }) {
  assert.match(await page.locator(".sentence").textContent(), /critical path 25\.00 s$/u);
  await page.keyboard.press("p");
  await settled(page);
  assert.deepEqual(await hash(page), { critical: "1" });
  const dim = await page.locator(".row.dim:not([hidden]) .label").allTextContents();
  assert.deepEqual(dim.sort(), ["app", "quick", "short"]);
  assert.equal(await page.locator(".badge", { hasText: "⚑" }).count(), 0, "being on the path is no warning");
  await page.keyboard.press("p");
  await settled(page);
  assert.equal(await page.locator(".row.dim").count(), 0);
}

// What has no end says so, and its bar has no right edge.
async function unfinished({ page }) {
  const open = page.locator(".row:not([hidden])", { hasText: "running at the end" });
  assert.deepEqual(await open.locator(".label").allTextContents(), ["three", "endless"]);
  await page.evaluate((from) => { location.hash = "from=" + from; }, 4200 * S);
  await settled(page);
  const { width } = await canvas(page);
  const y = await middle(page, "endless");
  const [full, end] = await pixels(page, ".bars canvas", [[width - 60, y], [width - 8, y]]);
  assert.ok(full[3] === 255 && end[3] < 120, full + " and " + end);
}

// A drag on the axis chooses, with shift it moves, Esc gives up; wheels and keys zoom and move.
async function choosing({ page }) {
  const axis = await page.locator(".axis").boundingBox();
  const dragAxis = async (from, to, end) => {
    await page.mouse.move(axis.x + from * axis.width, axis.y + 10);
    await page.mouse.down();
    await page.mouse.move(axis.x + to * axis.width, axis.y + 10, { steps: 4 });
    await end?.();
    await page.mouse.up();
    await settled(page);
  };
  const view = async () => {
    const { from = 0, to = 4210 * S } = await hash(page);
    return [Number(from) / S, Number(to) / S];
  };
  await dragAxis(0.2, 0.4, async () => {
    assert.match(await page.locator(".range").textContent(), /^14 m \d+ s$/u);
    await page.keyboard.press("Escape");
    assert.ok(await page.locator(".range").isHidden());
  });
  assert.deepEqual(await view(), [0, 4210]);
  await dragAxis(0.2, 0.4);
  const [from, to] = await view();
  assert.ok(Math.abs(from - 842) < 30 && Math.abs(to - 1684) < 30, from + " to " + to);
  await page.keyboard.down("Shift");
  await dragAxis(0.5, 0.25);
  await page.keyboard.up("Shift");
  const [moved, end] = await view();
  assert.ok(Math.abs(moved - from - (to - from) / 4) < 8 && Math.abs(end - moved - (to - from)) < 1, moved + " to " + end);
  await page.mouse.move(axis.x + axis.width / 2, axis.y + 100);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await settled(page);
  const [left, right] = await view();
  assert.ok(Math.abs((right - left) / (end - moved) - Math.exp(-1)) < 0.02, "the wheel zooms in");
  assert.ok(Math.abs((left + right) / 2 - (moved + end) / 2) < 8, "about the pointer");
  for (const [key, check] of [["_", ([a, b]) => b - a > 1.9 * (right - left)], ["+", ([a, b]) => Math.abs(b - a - (right - left)) < 2], [">", ([a]) => a > left + 10], ["<", ([a]) => Math.abs(a - left) < 2], ["0", ([a, b]) => a === 0 && b === 4210]]) {
    await page.keyboard.press(key);
    await settled(page);
    assert.ok(check(await view()), key + " gives " + (await view()));
  }
}

// The strip: a click moves the window, its edges change it, its inside moves it, the wheel and the keys do too.
async function strip({ page }) {
  const box = await page.locator(".minimap").boundingBox();
  const at = (share) => [box.x + 1 + share * (box.width - 2), box.y + 30];
  const view = async () => {
    const { from = 0, to = 4210 * S } = await hash(page);
    return [Number(from) / S / 4210, Number(to) / S / 4210];
  };
  const near = async (from, to, what) => {
    await settled(page);
    const found = await view();
    assert.ok(Math.abs(found[0] - from) < 0.01 && Math.abs(found[1] - to) < 0.01, what + ": " + found);
  };
  const drag = async (from, to) => {
    await page.mouse.move(...at(from));
    await page.mouse.down();
    await page.mouse.move(...at(to), { steps: 3 });
    await page.mouse.up();
  };
  await drag(0.3, 0.5);
  await near(0.3, 0.5, "a drag chooses");
  await drag(0.5, 0.7);
  await near(0.3, 0.7, "the right edge moves");
  await drag(0.3, 0.6);
  await near(0.6, 0.7, "the left edge moves");
  await drag(0.65, 0.45);
  await near(0.4, 0.5, "the window moves");
  await page.mouse.click(...at(0.9));
  await near(0.85, 0.95, "a click moves the window there");
  await page.mouse.click(...at(0.999));
  await near(0.9, 1, "but not over the end");
  await page.mouse.move(...at(0.95));
  await page.mouse.wheel(0, 300);
  await settled(page);
  assert.ok((await view())[0] < 0.87, "the wheel zooms");
  await page.locator(".minimap").focus();
  await page.keyboard.press("0");
  await page.keyboard.press("ArrowUp");
  await near(0.25, 0.75, "the up key zooms in");
  await page.keyboard.press("ArrowRight");
  await near(0.35, 0.85, "the right key moves");
  assert.match(await page.locator(".minimap").getAttribute("aria-valuetext"), /^from \+24 m \d+ s to \+59 m \d+ s of 1 h 10 m$/u);
}

// An address brings back the stretch of time, the squeezing, the path and the moment.
async function addresses({ page }) {
  const wanted = { from: "1000000", to: "605000000", squeeze: "1", critical: "1", at: "7000000" };
  await page.evaluate((text) => { location.hash = text; }, new URLSearchParams(wanted).toString());
  await settled(page);
  assert.deepEqual(await hash(page), wanted);
  assert.equal(await page.locator(".axis .moment").textContent(), "+7.00 s");
  assert.equal(await page.locator('.names [aria-pressed="true"]').count(), 2);
  await page.evaluate(() => { location.hash = ""; });
  await settled(page);
  assert.deepEqual(await hash(page), {});
  await page.evaluate(() => { location.hash = "from=99999999999999&to=5&at=x&squeeze=7"; });
  await settled(page);
  assert.equal(await page.locator(".axis .moment").count(), 0);
}

// The moment goes from event to event of the rows on display, through folds as they are, and Esc drops it.
async function moments({ page }) {
  const moment = () => page.locator(".axis .moment").allTextContents();
  const go = async (key) => {
    await page.keyboard.press(key);
    await settled(page);
    return (await moment())[0];
  };
  assert.deepEqual([await go("."), await go("."), await go("."), await go(".")], ["+0", "+6.00 s", "+7.00 s", "+9.50 s"]);
  assert.equal(await go(","), "+7.00 s");
  assert.equal((await hash(page)).at, "7000000");
  const { width } = await canvas(page);
  const x = 6 + (7 / 4210) * (width - 12);
  const [line] = await pixels(page, ".bars canvas", [[x, 600]]);
  assert.ok(line[3] > 100, "a line through the rows: " + line);
  await page.keyboard.press("Escape");
  await settled(page);
  assert.deepEqual(await moment(), []);
}

// Every failure has at least two red pixels in the strip, however many rows lie over it and wherever the window is.
async function failures({ page }, { index, meta }) {
  const ends = [...index.status.keys()].filter((row) => index.status[row] === 3).map((row) => index.start[row] + index.duration[row]);
  assert.equal(ends.length, 7);
  const width = await page.evaluate(() => document.querySelector(".minimap").clientWidth);
  for (const key of ["0", "+", "+"]) {
    await page.keyboard.press(key);
    await settled(page);
    const view = await page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
    for (const end of ends) {
      if (end < Number(view.from ?? 0) || end > Number(view.to ?? meta.span)) continue;
      const x = Math.round((end / meta.span) * width);
      const found = (await pixels(page, ".minimap", [-3, -2, -1, 0, 1, 2].map((by) => [Math.max(0, Math.min(width - 1, x + by)), 2]))).filter(isRed);
      assert.ok(found.length >= 2, "a failure at " + end / S + " s with the view " + JSON.stringify(view) + ": " + found.length);
    }
  }
}

export const day = { squeezes, streams, criticalPath, unfinished, choosing, strip, addresses, moments };
export const crowd = { failures };
