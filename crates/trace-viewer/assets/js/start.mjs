// From a file that is still being read to rows on screen.

import { listen } from "./actions.mjs";
import { App } from "./app.mjs";
import { COLUMN_NAMES, GROUPS, indexOf } from "./columns.mjs";
import { Crew, serve } from "./crew.mjs";
import { dividerMoves } from "./divider.mjs";
import { byId } from "./dom.mjs";
import { learn } from "./kinds.mjs";
import { rowOf } from "./route.mjs";
import { savedTheme, setTheme } from "./theme.mjs";

// The script's own text, of which its workers are made; it can only be asked for while the script is being started.
const SOURCE = globalThis.document?.currentScript?.textContent;

// The text of an element, taken out of the document as soon as the parser is past it.
function arrived(id) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const element = byId(id);
      const whole = element?.nextSibling;
      if (!whole && document.readyState === "loading") return;
      watcher.disconnect();
      document.removeEventListener("readystatechange", look);
      if (!whole) return reject(new Error("it is cut off in its index"));
      resolve([element.textContent, Number(element.dataset.width)]);
      element.remove();
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document.body, { childList: true });
    document.addEventListener("readystatechange", look);
    look();
  });
}

// All of the index, unpacked by others while the parser is still at it.
async function readIndex(crew, meta) {
  // The elements come in this order, so that one at a time is looked for.
  let before = meta;
  const texts = new Map(COLUMN_NAMES.map((name) => [name, (before = before.then(() => arrived("c-" + name)))]));
  const group = async (names) => crew.run("columns", ...(await Promise.all(names.map(async (name) => [name, ...(await texts.get(name))]))));
  return indexOf(await Promise.all(GROUPS.map(group)));
}

async function readMeta(crew, meta) {
  const [text] = await meta;
  return JSON.parse(new TextDecoder().decode(await crew.run("unpack", text)));
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

function follow(app) {
  listen(app);
  dividerMoves(byId("divider"));
  // A link to a row selects it and leaves search and filters alone.
  document.body.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#row="]');
    if (!link) return;
    event.preventDefault();
    app.select(rowOf(link.hash), { focus: !link.closest("#why"), open: true });
  });
  addEventListener("hashchange", ({ newURL }) => app.follow(new URL(newURL).hash));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.recolour());
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => checkWhole(app));
  else checkWhole(app);
}

// After the frame with the first rows.
function painted(app) {
  performance.mark("rows");
  document.documentElement.dataset.ready = "rows";
  app.tell("Ready");
}

async function start() {
  setTheme(savedTheme());
  if (!globalThis.DecompressionStream) throw new Error("it needs a browser of 2023 or later");
  const crew = new Crew(SOURCE);
  const first = arrived("meta");
  const [meta, index] = await Promise.all([readMeta(crew, first), readIndex(crew, first)]);
  learn(meta.words);
  const app = new App(meta, index, crew);
  app.mount();
  follow(app);
  requestAnimationFrame(() => (globalThis.scheduler?.postTask ? scheduler.postTask(() => painted(app), { priority: "user-blocking" }) : setTimeout(() => painted(app))));
}

if (globalThis.document) start().catch((error) => alarm("This page could not be opened: " + error.message));
else serve(globalThis);
