// From a file that is still being read to rows on screen.

import { DO } from "./actions.mjs";
import { App } from "./app.mjs";
import { fromBase64, inflate } from "./bytes.mjs";
import { decodeIndex } from "./columns.mjs";
import { dividerMoves } from "./divider.mjs";
import { byId } from "./dom.mjs";
import { actionOf } from "./keys.mjs";
import { rowOf } from "./route.mjs";
import { savedTheme, setTheme } from "./theme.mjs";

async function unpacked(id) {
  return inflate(fromBase64(byId(id).textContent));
}

async function readIndex() {
  const elements = [...document.querySelectorAll('script[id^="c-"]')];
  const columns = new Map(await Promise.all(elements.map(async ({ id, dataset }) => [id, { bytes: await unpacked(id), width: Number(dataset.width) }])));
  return decodeIndex((id) => columns.get(id));
}

// The trailer says how many blocks there should be; without it the file was cut while being written or copied.
function checkWhole(app) {
  const end = byId("end");
  if (end?.dataset.blocks === String(app.blocks.count) && end.dataset.sha256 === app.meta.sha256) return;
  let whole = 0;
  while (whole < app.blocks.count && byId("b" + whole)?.textContent.length === app.meta.blocks[whole][2]) whole += 1;
  alarm("This page is cut off after block " + whole + " of " + app.blocks.count + ": " + (app.meta.records - app.blocks.firsts[whole]) + " of " + app.meta.records + " records cannot be opened. The list of rows is complete.");
}

function alarm(text) {
  const notice = byId("notice");
  notice.textContent = text;
  notice.hidden = false;
}

function listen(app) {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    DO[action](app);
  });
  for (const name of ["totals", "away"]) byId(name).addEventListener("click", () => app.showSide());
  dividerMoves(byId("divider"));
  byId("theme").addEventListener("click", () => app.nextTheme());
  byId("keys").addEventListener("click", () => app.sheet.toggle());
  // A link of the overview selects its row and leaves search and filters alone.
  byId("overview").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    app.select(rowOf(link.hash), { focus: true, open: true });
  });
  addEventListener("hashchange", () => app.follow(location.hash));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.recolour());
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => checkWhole(app));
  else checkWhole(app);
}

// After the frame with the first rows.
function painted() {
  performance.mark("rows");
  document.documentElement.dataset.ready = "rows";
}

async function start() {
  setTheme(savedTheme());
  if (!globalThis.DecompressionStream) throw new Error("it needs a browser of 2023 or later");
  const [meta, index] = await Promise.all([unpacked("meta").then((bytes) => JSON.parse(new TextDecoder().decode(bytes))), readIndex()]);
  const app = new App(meta, index);
  app.mount();
  listen(app);
  requestAnimationFrame(() => setTimeout(painted));
}

if (globalThis.document) start().catch((error) => alarm("This page could not be opened: " + error.message));
