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
    // No steps, only literals.
    const packed = deflateRawSync(Buffer.concat([Buffer.from([0, 0, 0]), raw]));
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

function searching(made = page(), complete = undefined) {
  const index = { kind: new Uint8Array(3), row: Uint32Array.from([0, 1, 2]) };
  let news = 0;
  const search = new Search(index, made.meta, opened(made, complete), () => (news += 1));
  return { search, news: () => news };
}

test("search finds several texts at once, and tells of them", async () => {
  const { search, news } = searching();
  await search.start(["needle", "é", "nowhere"]);
  assert.deepEqual(search.found.map((found) => [...found]), [[0, 0, 1], [1, 0, 0], [0, 0, 0]]);
  assert.equal(search.done, 1);
  assert.ok(news() > 0);
});

test("a newer search ends an older one", async () => {
  const { search } = searching();
  await Promise.all([search.start(["needle"]), search.start(["é"])]);
  assert.deepEqual(search.found.map((found) => [...found]), [[1, 0, 0]]);
});

test("a cancelled search stops at once and keeps what it found", async () => {
  const made = page();
  made.elements.delete("b1");
  const { search, news } = searching(made, () => false);
  search.start(["é"]);
  while (!news()) await new Promise((resolve) => setTimeout(resolve, 1));
  search.cancel();
  assert.equal(search.done, 1);
  assert.deepEqual([...search.found[0]], [1, 0, 0]);
  const told = news();
  made.elements.set("b1", page().elements.get("b1"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(news(), told);
});

test("a damaged block does not end the search", async () => {
  const made = page();
  made.meta.blocks[0][3] = "0".repeat(16);
  const { search } = searching(made);
  await search.start(["needle"]);
  assert.deepEqual([...search.found[0]], [0, 0, 1]);
  assert.match(search.failed, /block 0 of this page is damaged/u);
});
