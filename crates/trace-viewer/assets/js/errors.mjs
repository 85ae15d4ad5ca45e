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
  try {
    return errorAt(readJson(text));
  } catch {
    return null;
  }
}

export function errorAt(found) {
  const status = textAt(found, 0, "output", "outcome", "status");
  const places = status && status !== "success" ? [["output", "outcome", "payload"]] : PLACES;
  const node = places.map((path) => lookUp(found, 0, ...path)).find((place) => place >= 0 && textAt(found, place) !== "");
  if (node === undefined) return null;
  const text = (...path) => textAt(found, node, ...path);
  const list = (key) => {
    const place = lookUp(found, node, key);
    return place >= 0 && found.kind[place] === ARRAY ? membersOf(found, place, 0, MOST) : [];
  };
  return {
    what: [...new Set(KINDS.map((key) => text(key))), text("retryable") === "true" && "can be retried"].filter(Boolean).join(" · "),
    message: text("message") || text(),
    chain: list("chain").map((cause) => textAt(found, cause, "message") || textAt(found, cause)),
    frames: list("frames").map((frame) => frameLine(found, frame)),
    raw: text("raw", "stderr") || text("raw"),
  };
}

function frameLine(found, frame) {
  if (found.kind[frame] !== OBJECT) return ["", textAt(found, frame)];
  const line = textAt(found, frame, "line");
  return [textAt(found, frame, "function") || textAt(found, frame, "name"), textAt(found, frame, "file") + (line && ":" + line) || sourceOf(found, frame)];
}

export function errorCard({ what, message, chain, frames, raw }) {
  const list = (look, items) => items.length > 0 && h("ol", { class: look }, ...items);
  return h("section.essence.failed", h("h3", shown(what ? "Error: " + what : "Error")), longText(message, "essence-text", CHARACTERS),
    list("chain", chain.map((cause) => h("li", longText(cause, "data")))),
    list("frames", frames.map(([name, place]) => h("li", h("span.data", shown(place)), name && h("span.where.data", shown(name))))),
    raw && raw !== message && h("pre.error-raw", longText(raw, "raw", 600)));
}
