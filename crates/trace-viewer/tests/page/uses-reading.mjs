// What a reader does with the transcript.

import assert from "node:assert/strict";
import { FAILED, LLM, RUNTIME_CHUNK, SESSION, TOOL, TURN, UNFINISHED } from "../../assets/js/kinds.mjs";
import { promptChanges, promptOf } from "../../assets/js/prompt.mjs";
import { OUTSIDE, itemsOf, previousCalls, roots } from "../../assets/js/transcript.mjs";

const card = (page, row) => page.locator('#reading .item[data-row="' + row + '"]');
const selectedRow = (page) => page.evaluate(() => Number(new URLSearchParams(location.hash.slice(1)).get("row") ?? -1));
const current = (page) => page.evaluate(() => Number(document.querySelector('#reading [aria-current="true"]')?.dataset.row ?? -1));

// Goes to a row of the transcript and waits until its records are shown.
async function readAt(page, row) {
  await page.evaluate((wanted) => { location.hash = "view=reading&row=" + wanted; }, row);
  await page.locator('#reading .item.filled[data-row="' + row + '"]').waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("#reading .item")].filter((item) => item.getBoundingClientRect().top < innerHeight && item.getBoundingClientRect().bottom > 0).every((item) => item.classList.contains("filled")));
}

// Each prompt says how many messages stayed, and shows one line or diff for every other one.
export async function prompts({ page }, { index, tree, records }) {
  const previous = [...previousCalls(tree)].filter(([row, before]) => index.first[row] >= 0 && index.first[before] >= 0);
  for (const [row, before] of new Set([...previous.slice(0, 6), ...previous.slice(-6)])) {
    const { same, changes, tools } = promptChanges(promptOf(records[index.first[before]]), promptOf(records[index.first[row]]));
    await readAt(page, row);
    assert.match(await card(page, row).locator(".prompt > summary").textContent(), new RegExp("^Prompt " + same + " messages? unchanged", "u"));
    const told = await card(page, row).evaluate((item) => item.querySelectorAll(":scope > .said, :scope > .message, :scope > .changed").length);
    if (changes.length <= 12) assert.equal(told, changes.length + tools.length, "row " + row);
    const { messages } = promptOf(records[index.first[row]]);
    await card(page, row).locator(".prompt > summary").click();
    await card(page, row).locator(".prompt > .message").first().waitFor();
    assert.equal(await card(page, row).locator(".prompt > .message").count(), messages.length, "the whole prompt can be opened");
  }
}

// The answer is the recorded text, and the line above it has the model.
export async function answers({ page }, { index, records }) {
  const calls = [...index.kind.keys()].filter((row) => index.kind[row] === LLM && index.last[row] >= 0 && JSON.parse(records[index.last[row]]).response?.text);
  for (const row of calls.slice(0, 5)) {
    const { text } = JSON.parse(records[index.last[row]]).response;
    await readAt(page, row);
    const shown = await card(page, row).locator(".answer").evaluate((answer) => {
      for (let more = answer.querySelector(".more"); more; more = answer.querySelector(".more")) more.click();
      return [...answer.querySelectorAll(".mark")].reduce((left, mark) => left.replace(mark.textContent, String.fromCodePoint(mark.dataset.code)), answer.textContent);
    });
    assert.equal(shown.replace(/\s+/gu, ""), text.replace(/\s+/gu, ""));
  }
}

export async function tools({ page }, { index, records }) {
  const row = [...index.kind.keys()].find((candidate) => index.kind[candidate] === TOOL && index.last[candidate] >= 0);
  if (row === undefined) return;
  await readAt(page, row);
  const details = card(page, row).locator(":scope > details");
  assert.equal(await details.locator(".block").count(), 0, "nothing is made before it is opened");
  await details.locator("summary").click();
  assert.equal(await details.locator(".block .where").first().textContent(), "Arguments");
  const key = Object.keys(JSON.parse(records[index.last[row]]).args ?? {})[0];
  if (key) assert.ok((await details.locator(".key").allTextContents()).includes(key));
  assert.equal(await selectedRow(page), row, "a click selects");
  await page.evaluate(() => document.activeElement.blur());
  const open = await details.evaluate((element) => element.open);
  await page.keyboard.press("Enter");
  assert.equal(await details.evaluate((element) => element.open), !open, "Enter opens and closes");
}

// A sub-agent opens in place, and closes again; its card stays where it is.
export async function nested({ page }, { index, tree }) {
  const row = [...index.kind.keys()].find((candidate) => index.kind[candidate] === SESSION && tree.parent[candidate] >= 0);
  if (row === undefined) return;
  await readAt(page, row);
  const opener = card(page, row).locator(".opener");
  const place = async () => Math.round((await opener.boundingBox()).y);
  const before = await place();
  const cards = () => page.locator("#reading .read-bar .where").textContent();
  const closed = await cards();
  await opener.click();
  assert.equal(await opener.getAttribute("aria-expanded"), "true");
  assert.ok(Math.abs((await place()) - before) <= 1, "it stays where it was clicked: " + before + " " + (await place()));
  const turn = [...index.kind.keys()].find((inner) => inner > row && inner < tree.end[row] && index.kind[inner] === TURN);
  if (turn !== undefined) await card(page, turn).waitFor();
  await opener.click();
  assert.equal(await cards(), closed);
}

// To any depth: a row inside several sessions is reached by opening all of them.
export async function deepest({ page }, { index, tree }) {
  const depth = (row) => tree.path(row).filter((above) => index.kind[above] === SESSION).length;
  const row = [...index.kind.keys()].filter((candidate) => index.kind[candidate] === TURN).reduce((most, candidate) => (depth(candidate) > depth(most) ? candidate : most), index.kind.indexOf(TURN));
  if (row < 0) return;
  await readAt(page, row);
  assert.ok(await card(page, row).isVisible());
  assert.equal(await current(page), row);
}

// The selection is one and the same in both views, and is on screen after each change.
export async function carries({ page }, { index, tree }) {
  for (const row of [...index.kind.keys()].filter((candidate) => index.kind[candidate] === LLM).slice(0, 3)) {
    await page.evaluate((wanted) => { location.hash = "row=" + wanted; }, row);
    await page.locator('[role="row"][aria-selected="true"]').waitFor();
    await page.keyboard.press("t");
    assert.equal(await current(page), row);
    await card(page, row).waitFor();
    await page.keyboard.press("j");
    const next = await selectedRow(page);
    assert.ok(next !== row && next === (await current(page)), "j goes to the next card");
    await page.keyboard.press("t");
    assert.equal(await page.locator('[role="row"][aria-selected="true"] .label').count(), 1, "its row is on screen");
    assert.equal(await selectedRow(page), next);
  }
  // A row without a card of its own is found in the card that it belongs to.
  const chunk = index.kind.indexOf(RUNTIME_CHUNK);
  if (chunk < 0) return;
  await page.evaluate((wanted) => { location.hash = "view=reading&row=" + wanted; }, chunk);
  await page.waitForFunction((wanted) => document.querySelector('#reading [aria-current="true"]')?.dataset.row === String(wanted), tree.parent[chunk]);
}

// j and k go from card to card, J and K from turn to turn, e and E from failure to failure.
export async function moves({ page }, { index, tree }) {
  const [root] = roots(index);
  if (root === undefined || root === OUTSIDE) return;
  const items = [...itemsOf(tree, root, new Set())];
  await page.keyboard.press("2");
  await page.keyboard.press("g");
  assert.equal(await selectedRow(page), items[0]);
  for (const item of items.slice(1, 6)) {
    await page.keyboard.press("j");
    assert.equal(await selectedRow(page), item);
  }
  await page.keyboard.press("k");
  assert.equal(await selectedRow(page), items[Math.min(5, items.length - 1) - 1]);
  await page.keyboard.press("g");
  for (const turn of items.filter((item) => index.kind[item] === TURN).slice(0, 3)) {
    await page.keyboard.press("J");
    assert.equal(await selectedRow(page), turn);
  }
  await page.keyboard.press("G");
  assert.equal(await current(page), items.at(-1));
  const failures = [...index.status.keys()].filter((row) => index.status[row] === FAILED);
  await page.keyboard.press("Escape");
  for (const row of failures.slice(0, 8)) {
    await page.keyboard.press("e");
    assert.equal(await selectedRow(page), row);
    assert.equal(await current(page), row);
    assert.ok(await card(page, row).evaluate((item) => item.getBoundingClientRect().top < innerHeight && item.getBoundingClientRect().bottom > 0), "on screen");
  }
}

// A failure is a red card with its message, in the transcript as in the details.
export async function failureCards({ page }, { index, records }) {
  const failed = [...index.status.keys()].filter((row) => index.status[row] === FAILED && index.first[row] >= 0);
  for (const row of failed.slice(0, 10)) {
    const record = JSON.parse(records[Math.max(index.last[row], index.first[row])]);
    const error = record.error ?? record.event?.error;
    if (!error) continue;
    await readAt(page, row);
    const message = (error.message ?? error).slice(0, 60);
    for (const place of ["#reading .item[data-row='" + row + "'] > .essence.failed", "#inspector .essence.failed"]) {
      await page.locator(place).waitFor();
      assert.ok((await page.locator(place).textContent()).includes(message), "row " + row + " in " + place);
      const frames = error.frames ?? [];
      assert.equal(await page.locator(place + " .frames li").count(), frames.length);
      for (const { file, line } of frames) assert.ok((await page.locator(place).textContent()).includes(file + ":" + line));
      assert.equal(await page.locator(place + " .chain li").count(), (error.chain ?? []).length);
    }
  }
}

// An attachment is described in the message that carries it, and nothing is loaded.
export async function attachments({ page }, { index, records }) {
  const row = [...index.kind.keys()].find((candidate) => index.kind[candidate] === LLM && index.first[candidate] >= 0 && JSON.parse(records[index.first[candidate]]).request?.attachments?.length);
  if (row === undefined) return;
  const [{ mime, bytes_sha256: sha }] = JSON.parse(records[index.first[row]]).request.attachments;
  await readAt(page, row);
  await card(page, row).locator(".prompt > summary").click();
  const described = await card(page, row).locator(".prompt > .attachment").first().textContent();
  assert.ok(described.includes(mime) && described.includes(sha), described);
  assert.equal(await page.locator("#reading :is(img, picture, source, canvas)").count(), 0);
}

// What ended otherwise than well says so in words.
export async function outcomes({ page }, { index }) {
  for (const [status, word] of [[UNFINISHED, "unfinished|running"], [4, "cancelled"], [FAILED, "failed"]]) {
    const row = [...index.kind.keys()].find((candidate) => index.status[candidate] === status && [TURN, LLM, TOOL].includes(index.kind[candidate]));
    if (row === undefined) continue;
    await readAt(page, row);
    assert.match(await card(page, row).locator(".badge").first().textContent(), new RegExp(word, "u"));
  }
}

// While records arrive and cards come and go, the card that is being read stays where it is.
export async function stays({ page }, { index, tree }) {
  const root = roots(index).filter((candidate) => candidate !== OUTSIDE).reduce((most, candidate) => (itemsOf(tree, candidate, new Set()).length > itemsOf(tree, most, new Set()).length ? candidate : most));
  const items = itemsOf(tree, root, new Set());
  for (const part of [0.5, 0.95, 0.2]) {
    const row = items[Math.floor(items.length * part)];
    await page.evaluate((wanted) => { location.hash = "view=reading&row=" + wanted; }, row);
    const drift = await page.evaluate(async (wanted) => {
      const item = () => document.querySelector('#reading .item[data-row="' + wanted + '"]');
      while (!item()) await new Promise(requestAnimationFrame);
      const places = [];
      for (let frame = 0; frame < 40; frame += 1) {
        await new Promise(requestAnimationFrame);
        places.push(item().getBoundingClientRect().top);
      }
      return Math.max(...places) - Math.min(...places);
    }, row);
    assert.ok(drift <= 2, "moved by " + drift + " while its neighbours were read");
  }
  for (const by of [...Array(12).fill(-700), ...Array(12).fill(900), ...Array(20).fill(-1500)]) {
    const drift = await page.evaluate(async (step) => {
      const scroller = document.querySelector("#reading .read");
      scroller.dispatchEvent(new WheelEvent("wheel"));
      scroller.scrollBy(0, step);
      const { top } = scroller.getBoundingClientRect();
      const item = [...scroller.querySelectorAll(".item")].find((other) => other.getBoundingClientRect().bottom > top + 1);
      const before = item.getBoundingClientRect().top;
      for (let frame = 0; frame < 8; frame += 1) await new Promise(requestAnimationFrame);
      return item.isConnected ? Math.abs(item.getBoundingClientRect().top - before) : Infinity;
    }, by);
    assert.ok(drift <= 2, "moved by " + drift + " after scrolling by " + by);
  }
  assert.ok((await page.locator("#reading .item").count()) <= 160, "never all cards at once");
}

// Every session can be picked; what is outside of all of them too.
export async function sessions({ page }, { index, meta }) {
  await page.keyboard.press("2");
  const all = roots(index);
  const values = await page.locator("#r-session option").evaluateAll((options) => options.map((option) => Number(option.value)));
  assert.deepEqual(values, all.slice(0, 1000));
  for (const root of all.slice(-3)) {
    if (all.length < 2) break;
    await page.locator("#r-session").selectOption(String(root));
    if (root === OUTSIDE) continue;
    assert.equal(await selectedRow(page), root);
    assert.ok((await card(page, root).locator(".name").last().textContent()).startsWith(meta.names[index.name[root]].slice(0, 10)));
  }
}

// Looking into a row leaves its inside alone, as in the timeline; hiding leaves what matches.
export async function subtree({ page }, { index, tree }) {
  const row = [...index.kind.keys()].find((candidate) => index.kind[candidate] === TURN && tree.end[candidate] - candidate > 3);
  if (row === undefined) return;
  await readAt(page, row);
  await page.keyboard.press("f");
  const rows = () => page.locator("#reading .item").evaluateAll((items) => items.map(({ dataset }) => Number(dataset.row)));
  const inside = await rows();
  assert.ok(inside[0] === row && inside.every((one) => one >= row && one < tree.end[row]), inside.join());
  await page.keyboard.press("f");
  assert.ok((await rows()).length >= inside.length);
}

// What was opened by hand is open when its card is made again.
export async function reopens({ page }, { index }) {
  const row = [...index.kind.keys()].find((candidate) => index.kind[candidate] === TOOL && index.last[candidate] >= 0);
  if (row === undefined) return;
  await readAt(page, row);
  const details = card(page, row).locator(":scope > details");
  await details.locator("summary").first().click();
  await page.locator("#reading .item.tool > details[open] .block").first().waitFor();
  await page.keyboard.press("1");
  await page.evaluate((wanted) => { location.hash = "row=" + wanted + "&q=kind:tool&hide=1&view=reading"; }, row);
  await page.locator("#reading .item.tool > details[open] .block").first().waitFor();
}
