import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { digestStart, fromBase64, inflate } from "../../../assets/js/bytes.mjs";
import { longs, minusOne, summed, uints } from "../../../assets/js/columns.mjs";

function planes(values, width) {
  const bytes = new Uint8Array(values.length * width);
  values.forEach((value, at) => {
    for (let plane = 0; plane < width; plane += 1) bytes[plane * values.length + at] = Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * plane)) & 255n);
  });
  return bytes;
}

test("planes become numbers again", () => {
  const small = [0, 1, 255, 256, 65_536, 4_294_967_295];
  assert.deepEqual([...uints(planes(small, 4))], small);
  const large = [0, -1, 1, -4_294_967_296, 4_294_967_295, 2 ** 52, -(2 ** 52)];
  assert.deepEqual([...longs(planes(large, 8))], large);
  assert.deepEqual([...uints(new Uint8Array(0))], []);
});

test("differences wrap as the writer's do", () => {
  assert.deepEqual([...summed(Uint32Array.from([5, 4_294_967_295, 1]))], [5, 4, 5]);
  assert.deepEqual([...minusOne(Uint32Array.from([0, 1, 8]))], [-1, 0, 7]);
});

test("bytes survive base64 and deflate", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) % 251);
  const packed = deflateRawSync(bytes);
  assert.deepEqual(await inflate(fromBase64(packed.toString("base64"))), bytes);
  await assert.rejects(inflate(packed.subarray(0, 40)));
  assert.equal(await digestStart(new Uint8Array(0), 4), "e3b0c442");
});
