// The cards of a transcript: a line from the index at once, the rest from the records when it comes near the screen.

import { h, icon, shown } from "./dom.mjs";
import { errorCard, errorOf } from "./errors.mjs";
import { fold } from "./fold.mjs";
import { lookUp, membersOf, readJson, textAt } from "./json.mjs";
import { BATCH, CANCELLED, CODE, FAILED, LLM, NODE, RUNTIME_CHUNK, TOOL, TURN, kindHue, kindIcon, kindWord, kindWords, statusWord } from "./kinds.mjs";
import { outcomes } from "./list.mjs";
import { promptView, prose, viewOf } from "./message.mjs";
import { previewOf } from "./preview.mjs";
import { promptOf } from "./prompt.mjs";
import { clip, counted, duration, offset } from "./text.mjs";
import { attemptOf, isClosable, isNote, levelOf } from "./transcript.mjs";
import { longText, valueTree } from "./value.mjs";

const REASONING = /reason|think/iu;
const CUT_SHORT = /length|max|filter|refus|incomplete/iu;
const DEEPEST = 8;
const MOST_CHUNKS = 2000;
const PAYLOAD = ["payload", "diagnostic", "payload"];
const COUNTED = [TURN, LLM, TOOL, NODE];

// An element with what the index says.
export function makeCard(app, row, open, root) {
  const { index, tree } = app;
  const kind = index.kind[row];
  const look = { [TURN]: "turn", [LLM]: "llm", [TOOL]: "tool" }[kind] ?? (isNote(kind) ? "small" : "");
  const element = h("article", { class: "item " + look + (root ? " root" : ""), "data-row": row, "data-hue": kindHue(kind), "data-status": statusWord(index.status[row]) });
  element.style.setProperty("--level", Math.min(levelOf(tree, row), DEEPEST));
  element.append(isClosable(kind) && !root ? h("button", { type: "button", class: "line opener", "aria-expanded": String(open) }, ...head(app, row)) : line(app, row, "", root));
  return element;
}

function line(app, row, words, root) {
  return h(root || app.index.kind[row] === TURN ? "h2" : "div", { class: "line" }, ...head(app, row, words));
}

// Kind, name, outcome, a few words, numbers.
function head(app, row, words = "") {
  const kind = app.index.kind[row];
  const name = kind === CODE ? "" : app.nameOf(row);
  return [icon(kindIcon(kind)), h("span", { class: name ? "away" : "name" }, kindWord(kind) + " "), name && h("span.name.data", shown(clip(name, 160))),
    ...outcomes(app, row), h("span.words.data", shown(words)), h("span.measures", numbers(app, row).filter(Boolean).join(" · "))];
}

function numbers(app, row) {
  const { index } = app;
  const kind = index.kind[row];
  const took = index.duration[row] > 0 && duration(index.duration[row]);
  if (isNote(kind) && kind !== NODE) return [offset(index.start[row])];
  if (isClosable(kind)) return [...inside(app, row), took];
  if (kind !== LLM) return [took];
  const attempt = attemptOf(index, app.reading.previous, row);
  const { times } = app.streams.of(row);
  return [attempt > 1 && "attempt " + attempt, times.length > 0 && "first chunk " + duration(times[0] - index.start[row]), took];
}

// How much of which is in a row that is closed.
function inside(app, row) {
  const { index, tree } = app;
  const kinds = index.kind.subarray(row + 1, tree.end[row]);
  const counts = COUNTED.map((wanted) => kinds.reduce((sum, kind) => sum + (kind === wanted), 0));
  const failures = app.failuresIn(row);
  return [...COUNTED.map((kind, at) => counts[at] > 0 && counted(counts[at], kindWord(kind), kindWords(kind))), failures > 0 && counted(failures, "failure", "failures")];
}

function textOf(app, record) {
  return record < 0 ? "" : app.blocks.record(record);
}

// Everything about a row, from its records; null for the line that is there already, nothing where that says it all.
export async function fillCard(app, row) {
  const { index } = app;
  const kind = index.kind[row];
  const [first, last] = await Promise.all([textOf(app, index.first[row]), textOf(app, index.last[row])]);
  const end = last || first;
  const error = index.status[row] === FAILED ? errorOf(end) : null;
  const after = error ? [errorCard(error)] : [];
  if (kind === LLM) return [...(await call(app, row, first, end)), ...after];
  if (kind === TOOL) return [tool(app, row, end), ...after];
  if (kind === CODE) return [null, ...code(first, last), ...after];
  if (kind === TURN) return [line(app, row, endReason(app, row, end)), ...after];
  if (kind === BATCH || isClosable(kind) || !first) return [null, ...after];
  const told = previewOf(app.meta.names[index.type[index.first[row]]] ?? "", first);
  return [fold("card", head(app, row, told === app.nameOf(row) ? "" : told), () => [valueTree(first), last && valueTree(last)]), ...after];
}

// Why a turn or call ended otherwise than well.
function endReason({ index }, row, end) {
  if (!end) return "";
  const found = readJson(end);
  const reason = textAt(found, 0, "done_reason") || textAt(found, 0, "response", "terminal_reason");
  if (index.status[row] === CANCELLED) return textAt(found, 0, "error", "message") || reason;
  return index.status[row] === FAILED || CUT_SHORT.test(reason) ? reason : "";
}

async function call(app, row, first, end) {
  const prompt = await promptCards(app, row, first);
  const said = prompt.filter(({ className }) => className === "said");
  const rest = [...prompt.slice(said.length), ...(await answer(app, row, readJson(end)))];
  return [...said, line(app, row, endReason(app, row, end)), ...(rest.length ? rest : [fold("card", ["Record"], () => [valueTree(end)])])];
}

// What the user said, then the rest of the prompt as the difference to the call before.
export async function promptCards(app, row, first) {
  const { index, reading } = app;
  const now = promptOf(first);
  const before = reading.previous.get(row);
  const old = before === undefined ? null : promptOf(await textOf(app, index.first[before]));
  const [input, read, write] = index.usage[row] < 0 ? [0, 0, 0] : index.tokens.subarray(index.usage[row] * 5);
  const all = input + read + write;
  return now.messages.length || old?.messages.length ? promptView(now, old, all > 0 && Math.round((read / all) * 100) + " % read from cache") : [];
}

// Reasoning, folded, and what the model said; of a call without an answer, what had arrived of it.
async function answer(app, row, found) {
  const { index, tree } = app;
  const parts = lookUp(found, 0, "response", "parts");
  const thoughts = parts < 0 ? "" : membersOf(found, parts).filter((part) => REASONING.test(textAt(found, part, "type") || textAt(found, part, "kind"))).map((part) => textAt(found, part, "text")).join("\n\n");
  const [thinking, speaking] = [[], []];
  for (let inner = row + 1; inner < tree.end[row]; inner = tree.end[inner]) if (index.kind[inner] === RUNTIME_CHUNK) (REASONING.test(app.nameOf(inner)) ? thinking : speaking).push(inner);
  const shows = [];
  if (thoughts || thinking.length) {
    shows.push(fold("reasoning", ["Reasoning"], () => {
      const body = h("div", ...prose(thoughts));
      if (!thoughts) streamed(app, thinking).then((text) => body.append(...prose(text)));
      return [body];
    }));
  }
  const text = textAt(found, 0, "response", "text");
  const partly = text || (await streamed(app, speaking));
  if (partly && !text) shows.push(h("p.where", "What arrived of the answer:"));
  if (partly) shows.push(h("div.answer", ...prose(partly)));
  return shows;
}

async function streamed(app, rows) {
  const texts = await Promise.all(rows.slice(0, MOST_CHUNKS).map(async (row) => {
    const found = readJson(await textOf(app, app.index.first[row]));
    return textAt(found, 0, "event", "visible_text") || textAt(found, 0, "event", "raw_text");
  }));
  return texts.join("");
}

function tool(app, row, end) {
  const found = readJson(end || "null");
  const payload = lookUp(found, 0, "output", "outcome", "payload");
  const part = (name, elements) => elements.length > 0 && h("div.block", h("p.where", name), ...elements);
  const stopped = app.index.status[row] === CANCELLED && payload >= 0 && textAt(found, payload, "message");
  return fold("card", head(app, row, [stopped, previewOf("tool_call_started", end)].filter(Boolean).join(" · ")), () => [part("Arguments", viewOf(found, lookUp(found, 0, "args"))), part("Output", viewOf(found, payload))]);
}

function code(first, last) {
  const text = first && textAt(readJson(first), 0, ...PAYLOAD, "code");
  const done = readJson(last || "null");
  const output = lookUp(done, 0, ...PAYLOAD, "output");
  return [text && h("pre.fenced", { tabindex: "0" }, longText(text, "raw", 1500)), output >= 0 && textAt(done, output) && fold("card", ["Output of the code"], () => viewOf(done, output))].filter(Boolean);
}
