// Makes the script and the style that the page carries from their source: node build.mjs [--check]
//
// The results are committed, so that a build of the program needs no Node. With --check nothing is written, and a
// difference between what is committed and what the source gives is an error.

import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const ASSETS = fileURLToPath(new URL("../../assets/", import.meta.url));
const SHARED = { bundle: true, minify: true, charset: "utf8", write: false, logLevel: "warning" };
const PARTS = [
  { name: "page.js", options: { entryPoints: [join(ASSETS, "js/start.mjs")], format: "iife", target: ["chrome110", "firefox113", "safari16.4"] } },
  { name: "page.css", options: { entryPoints: [join(ASSETS, "css/page.css")], target: ["chrome123", "firefox120", "safari17.5"] } },
];

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
