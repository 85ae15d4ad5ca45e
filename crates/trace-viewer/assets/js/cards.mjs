// What rows show of their records, in the transcript's cards and in the details.

import { h, icon, shown } from "./dom.mjs";
import { errorCard, errorOf } from "./errors.mjs";
import { fold } from "./fold.mjs";
import { lookUp, membersOf, readJson, textAt } from "./json.mjs";
import { BATCH, CANCELLED, CODE, FAILED, LLM, NODE, TOOL, TURN, kindHue, kindIcon, kindWord, statusWord } from "./kinds.mjs";
import { outcomes } from "./list.mjs";
import { promptView, prose, viewOf } from "./message.mjs";
import { argumentsOf, previewOf } from "./preview.mjs";
import { promptOf } from "./prompt.mjs";
import { clip, counted, duration, offset } from "./text.mjs";
import { attemptOf, isClosable, isNote, levelOf } from "./transcript.mjs";
import { longText, valueTree } from "./value.mjs";

const REASONING = /reason|think/iu;
const CUT_SHORT = /length|max|filter|refus|incomplete/iu;
const DEEPEST = 8;
const PAYLOAD = ["payload", "diagnostic", "payload"];

// A card with what the index says.
export function makeCard(app, row, open, root) {
  const { index, tree } = app;
  const kind = index.kind[row];
  const look = { [TURN]: "turn", [LLM]: "llm", [TOOL]: "tool" }[kind] ?? (isNote(kind) ? "small" : "");
  const element = h("article", { class: "item " + look + (root ? " root" : ""), "data-row": row, "data-hue": kindHue(kind), "data-status": statusWord(index.status[row]) });
  element.style.setProperty("--level", Math.min(levelOf(tree, row), DEEPEST));
  element.append(isClosable(kind) && !root ? h("button", { type: "button", class: "line opener", "aria-expanded": String(open) }, ...head(app, row)) : h(root || kind === TURN ? "h2.line" : "div.line", ...head(app, row)));
  return element;
}

// The same card with what the records say; what is closed is made when it is opened.
export async function fillCard(app, row, card) {
  const kind = app.index.kind[row];
  const { words, said, inner, parts } = await bodyOf(app, row);
  return () => {
    const line = card.querySelector(".line");
    line.querySelector(".words").append(shown(words));
    card.replaceChildren(...said, inner && (kind === TOOL || isNote(kind)) ? fold("card", line.children, inner) : line, ...parts);
  };
}

// Kind, name, outcome, a few words, numbers.
function head(app, row) {
  const kind = app.index.kind[row];
  const name = kind === CODE ? "" : app.nameOf(row);
  return [icon(kindIcon(kind)), h("span", { class: name ? "away" : "name" }, kindWord(kind) + " "), name && h("span.name.data", shown(clip(name, 160))),
    ...outcomes(app, row), h("span.words.data"), h("span.measures", measures(app, row).filter(Boolean).join(" · "))];
}

function measures(app, row) {
  const { index, tree } = app;
  const kind = index.kind[row];
  const took = index.duration[row] > 0 && duration(index.duration[row]);
  if (isNote(kind) && kind !== NODE) return [offset(index.start[row])];
  if (isClosable(kind)) {
    const failures = app.failuresIn(row);
    return [counted(tree.end[row] - row - 1, "row", "rows") + " inside", failures > 0 && counted(failures, "failure", "failures"), took];
  }
  if (kind !== LLM) return [took];
  const attempt = attemptOf(index, app.reading.previous, row);
  const { times } = app.streams.of(row);
  return [attempt > 1 && "attempt " + attempt, times.length > 0 && "first chunk " + duration(times[0] - index.start[row]), took];
}

function textOf(app, record) {
  return record < 0 ? "" : app.blocks.record(record);
}

// What the records of a row say: words for its line, what was said to it, its inside when it is opened, and what always shows.
export async function bodyOf(app, row) {
  const { index } = app;
  const kind = index.kind[row];
  const [first, last] = await Promise.all([textOf(app, index.first[row]), textOf(app, index.last[row])]);
  const end = last || first;
  const body = { words: "", said: [], inner: null, parts: [] };
  if (!end) return body;
  const found = readJson([LLM, TURN, TOOL, CODE].includes(kind) ? end : "null");
  if (kind === LLM || kind === TURN) body.words = endReason(index.status[row], found);
  if (kind === LLM) {
    const prompt = await promptCards(app, row, first);
    body.said = prompt.filter(({ className }) => className === "said");
    body.parts = [...prompt.slice(body.said.length), ...answer(found)];
  } else if (kind === TOOL) {
    const payload = lookUp(found, 0, "output", "outcome", "payload");
    body.words = [index.status[row] === CANCELLED && payload >= 0 && textAt(found, payload, "message"), argumentsOf(found, "args")].filter(Boolean).join(" · ");
    body.inner = () => [["Arguments", lookUp(found, 0, "args")], ["Output", payload]].map(([name, node]) => node >= 0 && h("div.block", h("p.where", name), ...viewOf(found, node)));
  } else if (kind === CODE) body.parts = code(first, found);
  else if (kind !== TURN && kind !== BATCH && !isClosable(kind)) {
    const told = previewOf(first);
    body.words = told === app.nameOf(row) ? "" : told;
    body.inner = () => [valueTree(first), last && valueTree(last)];
  }
  const error = index.status[row] === FAILED && errorOf(end);
  if (error) body.parts.push(errorCard(error));
  return body;
}

// Why a turn or call ended otherwise than well.
function endReason(status, found) {
  const reason = textAt(found, 0, "done_reason") || textAt(found, 0, "response", "terminal_reason");
  if (status === CANCELLED) return textAt(found, 0, "error", "message") || reason;
  return status === FAILED || CUT_SHORT.test(reason) ? reason : "";
}

// What the user said, then the rest of the prompt as the difference to the call before.
async function promptCards(app, row, first) {
  const { index, reading } = app;
  const now = promptOf(first || "null");
  const before = reading.previous.get(row);
  const old = before === undefined ? null : promptOf(await textOf(app, index.first[before]));
  const [input, read, write] = index.usage[row] < 0 ? [0, 0, 0] : index.tokens.subarray(index.usage[row] * 5);
  const all = input + read + write;
  return now.messages.length || old?.messages.length ? promptView(now, old, all > 0 && Math.round((read / all) * 100) + " % read from cache") : [];
}

// Reasoning, folded, and what the model said.
function answer(found) {
  const parts = lookUp(found, 0, "response", "parts");
  const thoughts = (parts < 0 ? [] : membersOf(found, parts)).filter((part) => REASONING.test(textAt(found, part, "type") || textAt(found, part, "kind"))).map((part) => textAt(found, part, "text")).join("\n\n");
  const text = textAt(found, 0, "response", "text");
  return [thoughts && fold("reasoning", ["Reasoning"], () => prose(thoughts)), text && h("div.answer", ...prose(text))].filter(Boolean);
}

function code(first, done) {
  const text = first && textAt(readJson(first), 0, ...PAYLOAD, "code");
  const output = lookUp(done, 0, ...PAYLOAD, "output");
  return [text && h("pre.fenced", { tabindex: "0" }, longText(text, "raw", 1500)), output >= 0 && textAt(done, output) && fold("card", ["Output of the code"], () => viewOf(done, output))].filter(Boolean);
}
