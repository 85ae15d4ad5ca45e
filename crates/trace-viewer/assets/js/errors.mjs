// An error as it was recorded: what happened, what lay beneath it, and where.

import { h, shown } from "./dom.mjs";
import { ARRAY, OBJECT, lookUp, membersOf, readJson, sourceOf, textAt } from "./json.mjs";
import { longText } from "./value.mjs";

const PLACES = [["error"], ["event", "error"], ["payload", "diagnostic", "payload", "error"]];
const KINDS = ["type", "class", "code", "terminal_reason"];
const CHARACTERS = 1200;
const MOST = 500;

// The error in a record's text, or null: { what, message, chain, frames, raw }.
export function errorOf(text) {
  let found;
  try {
    found = readJson(text);
  } catch {
    return null;
  }
  const places = textAt(found, 0, "output", "outcome", "status") === "failure" ? [["output", "outcome", "payload"]] : PLACES;
  const node = places.map((path) => lookUp(found, 0, ...path)).find((place) => place >= 0 && textAt(found, place) !== "");
  return node === undefined ? null : errorAt(found, node);
}

function errorAt(found, node) {
  const error = { what: "", message: textAt(found, node), chain: [], frames: [], raw: "" };
  if (found.kind[node] !== OBJECT) return error;
  const list = (key) => {
    const place = lookUp(found, node, key);
    return place >= 0 && found.kind[place] === ARRAY ? membersOf(found, place, 0, MOST) : [];
  };
  error.message = textAt(found, node, "message") || error.message;
  error.what = [...new Set(KINDS.map((key) => textAt(found, node, key)))].filter(Boolean).join(" · ");
  if (textAt(found, node, "retryable") === "true") error.what += " · can be retried";
  error.chain = list("chain").map((cause) => textAt(found, cause, "message") || textAt(found, cause));
  error.frames = list("frames").map((frame) => frameLine(found, frame));
  error.raw = textAt(found, node, "raw", "stderr") || textAt(found, node, "raw");
  return error;
}

function frameLine(found, frame) {
  if (found.kind[frame] !== OBJECT) return ["", textAt(found, frame)];
  const line = textAt(found, frame, "line");
  return [textAt(found, frame, "function") || textAt(found, frame, "name"), textAt(found, frame, "file") + (line && ":" + line) || sourceOf(found, frame)];
}

export function errorCard({ what, message, chain, frames, raw }, failed = true) {
  const list = (look, items) => items.length > 0 && h("ol", { class: look }, ...items);
  return h("section", { class: failed ? "essence failed" : "essence" }, h("h3", shown((failed && what ? "Error: " : "") + (what || "Error"))), longText(message, "essence-text", CHARACTERS),
    list("chain", chain.map((cause) => h("li", longText(cause, "data")))),
    list("frames", frames.map(([name, place]) => h("li", h("span.data", shown(place)), name && h("span.where.data", shown(name))))),
    raw && raw !== message && h("pre.error-raw", longText(raw, "raw", 600)));
}
