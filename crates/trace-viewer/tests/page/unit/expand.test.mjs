import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { expand } from "../../../assets/js/expand.mjs";

// Written by the other half, in Rust.
const VECTORS = JSON.parse(readFileSync(new URL("../../data/blocks.json", import.meta.url), "utf8")).map(({ raw, packed }) => ({
  raw: Buffer.from(raw),
  steps: new Uint8Array(inflateRawSync(Buffer.from(packed, "base64"))),
}));

test("what was packed comes back byte by byte", () => {
  assert.ok(VECTORS.length > 3);
  for (const { raw, steps } of VECTORS) assert.deepEqual(Buffer.from(expand(steps, raw.length)), raw);
});

test("copies may reach into themselves, and say a distance once", () => {
  // Two steps: "ab", 5 bytes from 2 back; "c", 3 bytes from as far back; then "d".
  const steps = Uint8Array.from([2, 2, 2, 2, 1, 5, 3, 2, 0, ...Buffer.from("abcd")]);
  assert.equal(Buffer.from(expand(steps, 12)).toString(), "abababacacad");
});

test("damage is an error", () => {
  const letters = [...Buffer.from("abc")];
  const damaged = {
    "no head": [[], 0],
    "lists beyond the end": [[9, 9, 9], 0],
    "another size": [[0, 0, 0, ...letters], 4],
    "a copy from before the beginning": [[1, 1, 1, 1, 1, 2, ...letters], 4],
    "a copy from nowhere": [[1, 1, 1, 1, 1, 0, ...letters], 4],
    "a copy beyond the end": [[1, 1, 1, 1, 9, 1, ...letters], 4],
    "more literals than there are": [[1, 1, 1, 9, 1, 1, ...letters], 11],
    "fewer lengths than counts": [[2, 1, 2, 1, 1, 1, 1, 1, ...letters], 5],
    "a number without end": [[6, 1, 1, 255, 255, 255, 255, 255, 255, 1, 1, ...letters], 5],
  };
  for (const [what, [bytes, size]] of Object.entries(damaged)) {
    assert.throws(() => expand(Uint8Array.from(bytes), size), what);
  }
});

test("any damage is an error or gives as many bytes as were wanted", () => {
  const { raw, steps } = VECTORS[3];
  let state = 1;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;
  for (let round = 0; round < 5_000; round += 1) {
    const damaged = steps.slice();
    damaged[random(round % 2 ? 40 : damaged.length)] = random(256);
    try {
      assert.equal(expand(damaged, raw.length).length, raw.length);
    } catch (error) {
      assert.match(error.message, /damaged|cut off|another size/u);
    }
  }
});
