import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { Blocks } from "../../../assets/js/blocks.mjs";
import { Search } from "../../../assets/js/search.mjs";

const RECORDS = [['{"a":"é"}', '{"b":2}'], ['{"c":"needle"}']];

function page(records = RECORDS) {
  const elements = new Map();
  const blocks = records.map((lines, block) => {
    const raw = Buffer.from(lines.map((line) => line + "\n").join(""));
    const packed = deflateRawSync(raw);
    const text = packed.toString("base64");
    elements.set("b" + block, text);
    return [lines.length, raw.length, text.length, createHash("sha256").update(packed).digest("hex").slice(0, 16)];
  });
  const lengths = Uint32Array.from(records.flat(), (line) => Buffer.byteLength(line));
  return { elements, meta: { blocks, names: ["row"] }, lengths };
}

function opened({ elements, meta, lengths }, complete = () => true) {
  return new Blocks(meta, lengths, (id) => elements.get(id) ?? null, complete);
}

test("every record comes back as its exact text", async () => {
  const blocks = opened(page());
  for (const [number, line] of RECORDS.flat().entries()) assert.equal(await blocks.record(number), line);
});

test("a block that is not there yet is waited for", async () => {
  const made = page();
  const late = made.elements.get("b1");
  made.elements.set("b1", late.slice(0, 5));
  let complete = false;
  const blocks = opened(made, () => complete);
  const wanted = blocks.record(2);
  setTimeout(() => {
    made.elements.set("b1", late);
    complete = true;
  }, 50);
  assert.equal(await wanted, RECORDS[1][0]);
});

test("a block that never comes, or comes damaged, is an error that names it", async () => {
  const made = page();
  made.elements.delete("b1");
  await assert.rejects(opened(made).record(2), /cut off: block 1/u);
  const damaged = page();
  damaged.meta.blocks[0][3] = "0".repeat(16);
  await assert.rejects(opened(damaged).record(0), /block 0 of this page is damaged/u);
});

test("search finds bodies and names, and a newer search ends an older one", async () => {
  const made = page();
  const index = { kind: new Uint8Array(3), name: new Uint32Array(3), row: Uint32Array.from([0, 1, 2]) };
  const search = new Search(index, made.meta, opened(made), () => {});
  await search.start("needle");
  assert.deepEqual([...search.hits], [2]);
  assert.equal(search.done, 1);
  await Promise.all([search.start("row"), search.start("é")]);
  assert.deepEqual([...search.hits], [0]);
});
