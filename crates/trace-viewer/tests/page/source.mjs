// What a page file holds, read without a browser: the same index and records that its script sees.

import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { decodeIndex } from "../../assets/js/columns.mjs";
import { expand } from "../../assets/js/expand.mjs";
import { learn } from "../../assets/js/kinds.mjs";
import { Tree } from "../../assets/js/tree.mjs";

const ELEMENT = /<script type="text\/plain" id="([^"]+)"(?: data-width="(\d)")?[^>]*>([^<]*)<\/script>/gu;

export function readPage(path) {
  const html = readFileSync(path, "utf8");
  const bytes = new Map();
  const widths = new Map();
  for (const [, id, width, text] of html.matchAll(ELEMENT)) {
    if (id !== "end") bytes.set(id, new Uint8Array(inflateRawSync(Buffer.from(text, "base64"))));
    widths.set(id, Number(width));
  }
  const meta = JSON.parse(Buffer.from(bytes.get("meta")).toString());
  learn(meta.words);
  const index = decodeIndex((id) => ({ bytes: bytes.get(id), width: widths.get(id) }));
  return { html, meta, index, tree: new Tree(index), records: recordsOf(meta, bytes) };
}

function recordsOf(meta, bytes) {
  return meta.blocks.flatMap(([, raw], block) => {
    const lines = Buffer.from(expand(bytes.get("b" + block), raw)).toString().split("\n");
    lines.pop();
    return lines;
  });
}
