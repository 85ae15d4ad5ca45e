// Makes the script and the style that the page carries from their source: node build.mjs [--check]
//
// The results are committed, so that a build of the program needs no Node. With --check nothing is written, and a
// difference between what is committed and what the source gives is an error.

import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { domprops } from "./node_modules/terser/tools/domprops.js";

const ASSETS = fileURLToPath(new URL("../../assets/", import.meta.url));
const SHARED = { bundle: true, minify: true, charset: "utf8", write: false, logLevel: "warning" };
const SOURCES = join(ASSETS, "js");
const PARTS = [
  { name: "page.js", options: { entryPoints: [join(SOURCES, "start.mjs")], format: "iife", mangleProps: only(ownMethods()), target: ["chrome110", "firefox113", "safari16.4"] } },
  { name: "page.css", options: { entryPoints: [join(ASSETS, "css/page.css")], target: ["chrome123", "firefox120", "safari17.5"] } },
];

// The methods of our classes, which get short names: what the source does nothing with but define and call, and no browser
// has. Data has no functions, so that no name in a record or in the page's index can be one of them. Handlers that are called
// by what they are named after stay.
export function ownMethods() {
  const source = readdirSync(SOURCES).map((name) => readFileSync(join(SOURCES, name), "utf8").replace(/^\s*\/\/.*$/gmu, "")).join("\n");
  const known = new Set([...domprops, "constructor"]);
  const defined = new Set(Array.from(source.matchAll(/^ {2}(?:async )?(\w+)\(.*\) \{$/gmu), ([, name]) => name));
  const isOurs = (name) => {
    const all = source.match(new RegExp("(?<![\\w$])" + name + "(?![\\w$])", "gu")).length;
    const used = source.match(new RegExp("(?:(?<!\\.)\\.|^ {2}(?:async )?)" + name + "\\(", "gmu")).length;
    return all === used && !known.has(name) && !/^on[A-Z]/u.test(name);
  };
  return [...defined].filter(isOurs);
}

function only(names) {
  return new RegExp("^(?:" + names.join("|") + ")$");
}

export async function built() {
  const texts = await Promise.all(PARTS.map(async ({ name, options }) => {
    const { outputFiles } = await build({ ...SHARED, ...options });
    return [name, outputFiles[0].text];
  }));
  return new Map(texts);
}

async function main() {
  const check = process.argv.includes("--check");
  for (const [name, text] of await built()) {
    const path = join(ASSETS, "built", name);
    if (!check) {
      writeFileSync(path, text);
      console.log(name + ": " + Buffer.byteLength(text) + " bytes");
    } else if (readFileSync(path, "utf8") !== text) {
      console.error("assets/built/" + name + " is not what its source gives: run `cargo xtask assets`");
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
