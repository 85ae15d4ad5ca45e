import assert from "node:assert/strict";
import { test } from "node:test";
import { built, ownMethods } from "../build.mjs";

test("only methods that nobody else can name get short names", async () => {
  const names = ownMethods();
  assert.ok(names.length > 20);
  for (const kept of ["constructor", "select", "focus", "onFind", "onLooks", "writeRoute", "move", "kind", "text", "message"]) assert.ok(!names.includes(kept), kept);
  const script = (await built()).get("page.js");
  for (const name of names) assert.doesNotMatch(script, new RegExp("[.\"'`]" + name + "\\b", "u"), name);
  assert.match(script, /\.onReady|"on"\+/u);
});
