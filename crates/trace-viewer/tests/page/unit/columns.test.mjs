import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { digestStart, fromBase64, inflate } from "../../../assets/js/bytes.mjs";
import { decodeIndex, indices, ints, sums, uints } from "../../../assets/js/columns.mjs";

function planes(values, width) {
  const bytes = new Uint8Array(values.length * width);
  values.forEach((value, at) => {
    for (let plane = 0; plane < width; plane += 1) bytes[plane * values.length + at] = Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * plane)) & 255n);
  });
  return bytes;
}

function folded(values) {
  return values.map((value) => (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
}

test("planes become numbers again, in arrays as narrow as they can be", () => {
  const ends = [255, 65_535, 2 ** 24 - 1, 2 ** 32 - 1];
  ends.forEach((end, at) => {
    const values = [0, 1, end - 1, end];
    assert.deepEqual([...uints({ bytes: planes(values, at + 1), width: at + 1 })], values);
  });
  const arrays = [1, 2, 3, 4].map((width) => uints({ bytes: planes([3], width), width }).constructor.name);
  assert.deepEqual(arrays, ["Uint8Array", "Uint16Array", "Uint32Array", "Uint32Array"]);
  assert.deepEqual([...uints({ bytes: new Uint8Array(0), width: 4 })], []);
});

test("folded numbers become signed again", () => {
  const ends = [127, 32_767, 2 ** 23 - 1, 2 ** 31 - 1, 2 ** 39 - 1, 2 ** 47 - 1, 2 ** 53 - 1, 2 ** 53 - 1];
  ends.forEach((end, at) => {
    const values = [0, -1, 1, -2, end, -end - (end < 2 ** 53 - 1)];
    assert.deepEqual([...ints({ bytes: planes(folded(values), at + 1), width: at + 1 })], values);
  });
  const arrays = [1, 2, 3, 4, 5].map((width) => ints({ bytes: planes([3], width), width }).constructor.name);
  assert.deepEqual(arrays, ["Int32Array", "Int32Array", "Int32Array", "Int32Array", "Float64Array"]);
});

test("differences add up, and none is one below zero", () => {
  const steps = [100, 100, -1, 0];
  assert.deepEqual([...sums({ bytes: planes(folded(steps), 1), width: 1 }, Uint32Array)], [100, 200, 199, 199]);
  assert.deepEqual([...indices(sums({ bytes: planes(folded(steps), 2), width: 2 }, Int32Array))], [99, 199, 198, 198]);
  assert.deepEqual([...indices(Uint16Array.from([0, 1, 65_535]))], [-1, 0, 65_534]);
});

test("long columns are whole", () => {
  const values = Array.from({ length: 10_000 }, (_, at) => (at * 7919) % 70_000);
  assert.deepEqual([...uints({ bytes: planes(values, 3), width: 3 })], values);
  const steps = values.map((value, at) => value - (values[at - 1] ?? 0));
  assert.deepEqual([...sums({ bytes: planes(folded(steps), 3), width: 3 }, Float64Array)], values);
});

test("closing records are counted from opening ones", () => {
  const empty = { bytes: new Uint8Array(0), width: 1 };
  const columns = { "c-first": { bytes: planes(folded([1, 4, -5]), 1), width: 1 }, "c-last": { bytes: planes(folded([3, 0, 0]), 1), width: 1 } };
  const index = decodeIndex((id) => columns[id] ?? empty);
  assert.deepEqual([...index.first], [0, 4, -1]);
  assert.deepEqual([...index.last], [3, -1, -1]);
  assert.equal(index.length.length, 0);
});

test("bytes survive base64 and deflate", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) % 251);
  const packed = deflateRawSync(bytes);
  assert.deepEqual(await inflate(fromBase64(packed.toString("base64"))), bytes);
  await assert.rejects(inflate(packed.subarray(0, 40)));
  assert.equal(await digestStart(new Uint8Array(0), 4), "e3b0c442");
});
