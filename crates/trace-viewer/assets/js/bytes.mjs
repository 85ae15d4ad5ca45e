// Bytes out of the page's text elements.

import { expand } from "./expand.mjs";

export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

// The writer and reader form is twice as fast as piping a Blob.
export async function inflate(bytes) {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // Damage is reported by the reader; here it would only be reported twice.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    size += part.value.length;
  }
  return joined(parts, size);
}

function joined(parts, size) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function unpack(text) {
  return inflate(fromBase64(text));
}

// The records of a block, from its element's text and what the page knows of it.
export async function openBlock(text, [, raw, , digest]) {
  const packed = fromBase64(text);
  const [steps, start] = await Promise.all([inflate(packed), digestStart(packed, digest.length / 2)]);
  if (start && start !== digest) throw new Error("it does not hold what was written");
  return expand(steps, raw);
}

// The beginning of a SHA-256 in hexadecimal, or empty where the browser offers none.
export async function digestStart(bytes, length) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, length), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
