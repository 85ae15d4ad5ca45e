// A page opened from its file, with everything watched that must not happen.

import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: SWITCHES });
}

// Opens the file; `events` collects violations as sentences.
export async function open(browser, path, { width = 1440, height = 900, scheme = "light", hash = "", ready = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const address = pathToFileURL(path).href;
  const events = [];
  page.on("dialog", async (dialog) => {
    events.push("dialog: " + dialog.message());
    await dialog.dismiss();
  });
  page.on("pageerror", (error) => events.push("error: " + error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") events.push("console: " + message.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (url.split("#")[0] !== address && !/^(data:image\/png;base64,|blob:null\/)/u.test(url)) events.push("request: " + url);
  });
  page.on("popup", () => events.push("a second window"));
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(event.violatedDirective + " " + event.blockedURI));
  });
  await page.addInitScript(watchRows);
  await page.goto(address + hash, { waitUntil: "commit" });
  if (ready) await page.waitForFunction(() => document.documentElement.dataset.ready === "rows", null, { timeout: 30_000 });
  return { page, context, events };
}

// Lets a check ask whether rows cover the list from top to bottom, with their names in them.
function watchRows() {
  globalThis.isCovered = () => {
    const { top, bottom } = document.querySelector(".scroller").getBoundingClientRect();
    const rows = [...document.querySelectorAll(".scroller .row:not([hidden])")].filter((row) => row.querySelector(".label").textContent);
    const boxes = rows.map((row) => row.getBoundingClientRect()).sort((left, right) => left.top - right.top);
    let reached = top;
    for (const box of boxes) if (box.top <= reached + 1) reached = Math.max(reached, box.bottom);
    return reached >= bottom - 1;
  };
}

// Violations of the policy and strangers' doings, as sentences.
export async function offences({ page, events }) {
  const found = await page.evaluate(() => [
    ...globalThis.violations.map((violation) => "policy: " + violation),
    ...({}.polluted === undefined ? [] : ["the prototype is polluted"]),
    ...(document.title.includes("PWNED") ? ["the title is " + document.title] : []),
    ...(document.querySelector("iframe, object, embed, img, base, form, video, audio, math") ? ["an element that the page never makes"] : []),
    ...[...document.querySelectorAll("body *")].flatMap((element) => [...element.attributes].filter((attribute) => attribute.name.startsWith("on")).map((attribute) => "attribute " + attribute.name)),
    ...[...document.querySelectorAll("a[href]")].filter((link) => !link.getAttribute("href").startsWith("#")).map((link) => "a link to " + link.getAttribute("href")),
  ]);
  return [...events, ...found];
}

// Selects a row by the page's address and returns the raw view of the given records, hidden characters put back.
export function rawLines(page, row, numbers) {
  return page.evaluate(async ({ row, numbers }) => {
    location.hash = "row=" + row;
    const until = performance.now() + 10_000;
    const found = (number) => document.querySelector('[data-record="' + number + '"] .record-body');
    while (!numbers.every(found) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    const lines = numbers.map(async (number) => {
      const section = found(number)?.closest("section");
      if (!section) return "record " + number + " was not shown";
      section.querySelector(".exact > summary").click();
      while (!section.querySelector(".raw-line")) await new Promise((resolve) => setTimeout(resolve, 5));
      for (let more; (more = section.querySelector(".exact .more")); ) more.click();
      let text = "";
      const walker = document.createTreeWalker(section.querySelector(".raw-line"), NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const mark = node.parentElement.closest(".mark");
        text += mark ? String.fromCodePoint(Number(mark.dataset.code)) : node.data;
      }
      return text;
    });
    return Promise.all(lines);
  }, { row, numbers });
}
