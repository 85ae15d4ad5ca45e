// The cards of a transcript: a line from the index at once, the rest from the records when it comes near the screen.

import { h, icon, shown } from "./dom.mjs";
import { errorCard, errorOf } from "./errors.mjs";
import { fold } from "./fold.mjs";
import { lookUp, membersOf, readJson, textAt } from "./json.mjs";
import { BATCH, CANCELLED, CODE, FAILED, LLM, NODE, RUNTIME_CHUNK, SESSION, TOOL, TURN, UNFINISHED, isChunk, kindHue, kindIcon, kindWord, kindWords, statusWord } from "./kinds.mjs";
import { promptView, prose, viewOf } from "./message.mjs";
import { previewOf } from "./preview.mjs";
import { promptOf } from "./prompt.mjs";
import { clip, compact, counted, duration, grouped, offset } from "./text.mjs";
import { attemptOf, isClosable, isNote, levelOf, previousCalls } from "./transcript.mjs";
import { longText, valueTree } from "./value.mjs";

const REASONING = /reason|think/iu;
const CUT_SHORT = /length|max|filter|refus|incomplete/iu;
const DEEPEST = 8;
const MOST_CHUNKS = 2000;

export class Cards {
  constructor(app) {
    this.app = app;
  }

  get previous() {
    return (this.calls ??= previousCalls(this.app.tree));
  }

  // An element with what the index says.
  make(row, open, root) {
    const { index, tree } = this.app;
    const kind = index.kind[row];
    const level = levelOf(tree, row);
    const look = kind === TURN ? "turn" : kind === LLM ? "llm" : kind === TOOL ? "tool" : isNote(kind) ? "small" : "frame";
    const element = h("article", { class: "item " + look + (root ? " root" : ""), "data-row": row, "data-hue": kindHue(kind), "data-status": statusWord(index.status[row]) });
    element.style.setProperty("--level", Math.min(level, DEEPEST));
    const head = this.head(row, "", level > DEEPEST ? "depth " + grouped(level) : "");
    element.append(isClosable(kind) && !root ? h("button", { type: "button", class: "line opener", "aria-expanded": String(open) }, ...head) : h(kind === TURN || root ? "h2" : "div", { class: "line" }, ...head));
    return element;
  }

  // Kind, name, outcome, a few words, numbers.
  head(row, words = "", note = "") {
    const { app } = this;
    const { index } = app;
    const kind = index.kind[row];
    const status = index.status[row];
    const name = kind === CODE || (kind === SESSION && !app.nameOf(row)) ? "" : app.nameOf(row);
    const numbers = [note, ...this.numbers(row)].filter(Boolean).join(" · ");
    return [icon(kindIcon(kind)), h("span", { class: name ? "away" : "name" }, kindWord(kind) + " "), name && h("span", { class: "name data" }, shown(clip(name, 160))),
      status === FAILED && h("span", { class: "badge failed" }, "✕ failed"), status === CANCELLED && h("span", { class: "badge" }, "⊘ cancelled"), status === UNFINISHED && h("span", { class: "badge" }, "… unfinished"),
      h("span", { class: "words data" }, shown(words)), h("span", { class: "numbers" }, numbers)];
  }

  numbers(row) {
    const { app } = this;
    const { index } = app;
    const kind = index.kind[row];
    const took = index.duration[row] > 0 ? duration(index.duration[row]) : "";
    if (isNote(kind) && kind !== NODE) return [offset(index.start[row])];
    if (isClosable(kind)) return [...this.inside(row), took];
    if (kind !== LLM) return [took];
    const attempt = attemptOf(index, this.previous, row);
    const chunk = this.chunks(row)[0];
    const tokens = this.tokens(row);
    return [attempt > 1 && "attempt " + attempt, tokens && compact(tokens.read) + " → " + compact(tokens.output) + " tokens", chunk !== undefined && "first chunk " + duration(index.start[chunk] - index.start[row]), took];
  }

  // How much of which is in a row that is closed.
  inside(row) {
    const { index, tree, failuresIn } = this.app;
    const counts = new Map([TURN, LLM, TOOL, NODE].map((kind) => [kind, 0]));
    for (let inner = row + 1; inner < tree.end[row]; inner += 1) if (counts.has(index.kind[inner])) counts.set(index.kind[inner], counts.get(index.kind[inner]) + 1);
    const failures = failuresIn.call(this.app, row);
    return [...[...counts].map(([kind, count]) => count > 0 && counted(count, kindWord(kind), kindWords(kind))), failures > 0 && counted(failures, "failure", "failures")];
  }

  tokens(row) {
    const { index } = this.app;
    if (index.usage[row] < 0) return null;
    const [input, read, write, output] = index.tokens.subarray(index.usage[row] * 5);
    const all = input + read + write;
    return { read: all, output, cached: all > 0 ? Math.round((read / all) * 100) + " % read from cache" : "" };
  }

  chunks(row) {
    const { index, tree } = this.app;
    const rows = [];
    for (let inner = row + 1; inner < tree.end[row]; inner += 1) if (isChunk(index.kind[inner])) rows.push(inner);
    return rows;
  }

  text(record) {
    return record < 0 ? "" : this.app.blocks.record(record);
  }

  // Everything about a row, from its records; or nothing where the line says it all.
  async fill(row) {
    const { index } = this.app;
    const kind = index.kind[row];
    const [first, last] = await Promise.all([this.text(index.first[row]), this.text(index.last[row])]);
    const end = last || first;
    const error = index.status[row] === FAILED && end ? errorOf(end) : null;
    const after = error ? [errorCard(error)] : [];
    if (kind === LLM) return [...(await this.call(row, first, end)), ...after];
    if (kind === TOOL) return [this.tool(row, end), ...after];
    const line = h(kind === TURN ? "h2" : "div", { class: "line" }, ...this.head(row, this.reason(row, end)));
    if (kind === CODE) return [line, ...this.code(first, last), ...after];
    if (kind === TURN || kind === BATCH) return [line, ...after];
    if (isClosable(kind) || !first) return after.length ? [null, ...after] : [];
    const type = this.app.meta.names[index.type[index.first[row]]] ?? "";
    const told = previewOf(type, first);
    return [fold("card", this.head(row, told === this.app.nameOf(row) ? "" : told), () => [valueTree(first), ...(last ? [valueTree(last)] : [])]), ...after];
  }

  // Why a turn ended otherwise than well.
  reason(row, end) {
    const { status } = this.app.index;
    return end && (status[row] === FAILED || status[row] === CANCELLED) ? textAt(readJson(end), 0, "done_reason") : "";
  }

  async call(row, first, end) {
    const prompt = await this.prompt(row, first);
    const said = prompt.filter(({ className }) => className === "said");
    const found = readJson(end);
    const reason = textAt(found, 0, "response", "terminal_reason") || textAt(found, 0, "error", "terminal_reason");
    const line = h("div", { class: "line" }, ...this.head(row, CUT_SHORT.test(reason) ? "cut short: " + reason : this.app.index.status[row] === CANCELLED ? textAt(found, 0, "error", "message") : ""));
    const rest = [...prompt.slice(said.length), ...(await this.answer(row, found))];
    return [...said, line, ...(rest.length ? rest : [fold("card", ["Record"], () => [valueTree(end)])])];
  }

  // What the user said, then the rest of the prompt as the difference to the call before.
  async prompt(row, first) {
    const now = promptOf(first);
    const before = this.previous.get(row);
    const old = before === undefined ? null : promptOf(await this.text(this.app.index.first[before]));
    return now.messages.length || old?.messages.length ? promptView(now, old, this.tokens(row)?.cached) : [];
  }

  // Reasoning, folded, and what the model said; of a call without an answer, what had arrived of it.
  async answer(row, found) {
    const { index, nameOf } = this.app;
    const parts = lookUp(found, 0, "response", "parts");
    const thoughts = parts < 0 ? "" : membersOf(found, parts).filter((part) => REASONING.test(textAt(found, part, "type") || textAt(found, part, "kind"))).map((part) => textAt(found, part, "text")).join("\n\n");
    const pieces = this.chunks(row).filter((chunk) => index.kind[chunk] === RUNTIME_CHUNK);
    const thinks = (chunk) => REASONING.test(nameOf.call(this.app, chunk));
    const reasoning = pieces.filter(thinks);
    const shows = [];
    if (thoughts || reasoning.length) {
      shows.push(fold("reasoning", ["Reasoning"], () => {
        const body = h("div", {}, ...prose(thoughts));
        if (!thoughts) this.streamed(reasoning).then((text) => body.append(...prose(text)));
        return [body];
      }));
    }
    const text = textAt(found, 0, "response", "text");
    const partly = text ? "" : await this.streamed(pieces.filter((chunk) => !thinks(chunk)));
    if (partly) shows.push(h("p", { class: "where" }, "What arrived of the answer:"));
    if (text || partly) shows.push(h("div", { class: "answer" }, ...prose(text || partly)));
    return shows;
  }

  async streamed(rows) {
    const texts = await Promise.all(rows.slice(0, MOST_CHUNKS).map(async (row) => {
      const found = readJson(await this.text(this.app.index.first[row]));
      return textAt(found, 0, "event", "visible_text") || textAt(found, 0, "event", "raw_text");
    }));
    return texts.join("");
  }

  tool(row, end) {
    const found = readJson(end || "null");
    const payload = lookUp(found, 0, "output", "outcome", "payload");
    const part = (name, elements) => elements.length > 0 && h("div", { class: "block" }, h("p", { class: "where" }, name), ...elements);
    const stopped = this.app.index.status[row] === CANCELLED && payload >= 0 ? textAt(found, payload, "message") : "";
    const words = [stopped, previewOf("tool_call_started", end || "null")].filter(Boolean).join(" · ");
    return fold("card", this.head(row, words), () => [part("Arguments", viewOf(found, lookUp(found, 0, "args"))), part("Output", viewOf(found, payload))].filter(Boolean));
  }

  code(first, last) {
    const path = ["payload", "diagnostic", "payload"];
    const code = first && textAt(readJson(first), 0, ...path, "code");
    const done = readJson(last || "null");
    const output = lookUp(done, 0, ...path, "output");
    const shows = code ? [h("pre", { class: "fenced" }, longText(code, "raw", 1500))] : [];
    if (output >= 0 && textAt(done, output)) shows.push(fold("card", ["Output of the code"], () => viewOf(done, output)));
    return shows;
  }
}
