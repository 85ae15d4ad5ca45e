import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "./words.mjs";
import { ACTS } from "../../../assets/js/actions.mjs";

const read = (path) => readFileSync(new URL("../../../" + path, import.meta.url), "utf8");
const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const NAMES = { "↓": "ArrowDown", "↑": "ArrowUp", "←": "ArrowLeft", "→": "ArrowRight", PgUp: "PageUp", PgDn: "PageDown", Esc: "Escape" };
// What the wheel acts with.
const OTHERS = ["Ctrl", "Shift", "wheel"];
// Another way to type +, and what only buttons do.
const UNSAID = ["=", "inside", "theme", "side"];

// The graph has a table of its own.
const sections = read("templates/page.html").split("<section>").filter((section) => !/^<h3>.*graph.*<\/h3>/iu.test(section)).join("");
const sheet = [...sections.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gu)].map(([, keys, text]) => [[...keys.matchAll(/<kbd>(.*?)<\/kbd>/gu)].map(([, key]) => plain(key)), plain(text)]);

test("the sheet names every key that acts, and no other", () => {
  const said = sheet.flatMap(([keys]) => keys).filter((key) => !OTHERS.includes(key)).map((key) => NAMES[key] ?? key);
  assert.deepEqual(said.sort(), [...ACTS.keys()].filter((key) => !UNSAID.includes(key)).sort());
});

test("the manual has the same table", () => {
  const [, table] = read("../../docs/viewer.md").split("### Keys\n");
  const rows = [...table.split("\n#")[0].matchAll(/^\| (`.*`) \| (.*) \|$/gmu)].map(([, keys, text]) => [keys.split(" ").map((key) => key.slice(1, -1)), text]);
  assert.deepEqual(rows, sheet);
});

test("buttons of the page stand for keys that act", () => {
  for (const [, key] of read("templates/page.html").matchAll(/data-key="([^"]*)"/gu)) assert.ok(ACTS.has(key), key);
});
