// Puts the script and the style as they are now into pages that are already rendered: node reskin.mjs PAGE.html …
//
// For trying a change of either without building the program. Markup and data of the page stay as they are.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { built } from "./build.mjs";

function hash(text) {
  return "'sha256-" + createHash("sha256").update(text).digest("base64") + "'";
}

function between(html, open, close, text) {
  const from = html.indexOf(open) + open.length;
  return html.slice(0, from) + text + html.slice(html.indexOf(close, from));
}

const texts = await built();
const [script, style] = [texts.get("page.js"), texts.get("page.css")];
for (const path of process.argv.slice(2)) {
  let html = readFileSync(path, "utf8");
  html = between(html, "script-src ", ";", hash(script));
  html = between(html, "style-src ", ";", hash(style));
  html = between(html, "<style>", "</style>", style);
  html = between(html, "<script>", "</script>", script);
  writeFileSync(path, html);
  console.log(path);
}
