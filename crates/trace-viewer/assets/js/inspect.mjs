// The inspector: everything about the selected row, down to its exact bytes.

import { button, copyText, h, icon, shown } from "./dom.mjs";
import { promptCards } from "./cards.mjs";
import { errorCard, errorOf } from "./errors.mjs";
import { FAILED, NO_TIME, flagsOf, kindHue, kindIcon, kindWord, statusWord } from "./kinds.mjs";
import { byteSize, counted, duration, grouped, moment, offset } from "./text.mjs";
import { essenceOf } from "./preview.mjs";
import { longText, valueTree } from "./value.mjs";

const MOST_RECORDS = 20;
const RAW_CHARACTERS = 20000;
const ESSENCE_CHARACTERS = 1200;

export class Inspector {
  constructor(app, element) {
    Object.assign(this, { app, element, turn: 0 });
  }

  onSelect() {
    this.show(this.app.selected);
  }

  // Shows a row, or nothing for -1; records arrive as their blocks are opened.
  async show(row) {
    this.turn += 1;
    const { turn } = this;
    if (row < 0) return this.element.replaceChildren();
    const records = h("div.records");
    const essence = h("div");
    this.element.replaceChildren(...[this.head(row), this.path(row), this.facts(row), this.flags(row), essence, this.tokens(row), records].filter(Boolean));
    this.element.scrollTop = 0;
    const numbers = recordsOf(this.app.index, row);
    for (const number of numbers.slice(0, MOST_RECORDS)) {
      const section = await this.record(row, number);
      if (turn !== this.turn) return;
      records.append(section);
      essence.append(...section.essence);
    }
    if (!numbers.length) records.append(h("p.note", "No record stands for this row: it holds the rows inside it together."));
    if (numbers.length > MOST_RECORDS) records.append(h("p.note", "and " + counted(numbers.length - MOST_RECORDS, "more record", "more records")));
    this.app.highlight();
  }

  head(row) {
    const { app } = this;
    const { index } = app;
    const kind = index.kind[row];
    const status = statusWord(index.status[row]);
    const name = app.nameOf(row);
    return h("header.inspect-head", { "data-hue": kindHue(kind) },
      icon(kindIcon(kind)),
      h("div.grow",
        h("p.kind", kindWord(kind), status && h("span", { class: "badge " + status }, status)),
        h("h2", name ? longText(name, "", 160) : kindWord(kind))),
      button("×", "Back to the overview (Esc)", () => app.select(-1), { class: "quiet close", "aria-label": "Close" }));
  }

  path(row) {
    const { app } = this;
    const path = app.tree.path(row).slice(0, -1);
    if (!path.length) return null;
    const steps = path.length > 8 ? [...path.slice(0, 2), -1, ...path.slice(-5)] : path;
    const crumbs = steps.map((above) => {
      if (above < 0) return h("li", "… " + grouped(path.length - 7) + " …");
      const name = app.nameOf(above);
      return h("li", h("button", { type: "button", class: "crumb", onclick: () => app.select(above, { focus: true }) },
        icon(kindIcon(app.index.kind[above])), h("span", { class: name && "data" }, shown((name || kindWord(app.index.kind[above])).slice(0, 80)))));
    });
    return h("nav", { "aria-label": "Path" }, h("ol.path", ...crumbs));
  }

  facts(row) {
    const { app } = this;
    const { index, meta } = app;
    const timed = !(index.flags[row] & NO_TIME);
    const facts = [["Started", timed ? offset(index.start[row]) : "not known"]];
    if (index.duration[row] > 0) facts.push(["Took", duration(index.duration[row])]);
    if (timed && meta.start != null) facts.push(["At", moment(meta.start, index.start[row])]);
    facts.push(...app.streams.facts(row));
    const inside = app.tree.end[row] - row - 1;
    if (inside) facts.push(["Inside", counted(inside, "row", "rows")]);
    const failures = app.failuresIn(row);
    if (failures) facts.push(["Failures inside", grouped(failures)]);
    return h("dl.facts", ...facts.flatMap(([what, value]) => [h("dt", what), h("dd", value)]));
  }

  flags(row) {
    const flags = flagsOf(this.app.index.flags[row]);
    return flags.length > 0 && h("ul.flags", ...flags.map(([word, why]) => h("li", h("strong", "⚑ " + word), " " + why)));
  }

  // A call's own tokens, or a session's total.
  tokens(row) {
    const { index, meta } = this.app;
    const usage = index.usage[row];
    const counts = usage < 0 ? meta.sessions.find((session) => session.row === row)?.tokens : index.tokens.subarray(usage * 5, usage * 5 + 5);
    if (!counts?.some((count) => count !== 0)) return null;
    const [input, read, write, output, reasoning] = counts;
    const sum = input + read + write + output;
    const line = (what, count, look = "") => h("tr", { class: look }, h("th", { scope: "row" }, what), h("td", grouped(count)));
    return h("table.tokens", h("caption", "Tokens"),
      line("Input, not cached", input), line("Input, read from cache", read), line("Input, written to cache", write), line("Output", output),
      line("of which reasoning", reasoning, "part"), line("Sum", sum, "sum"));
  }

  // What a reader came for: the text that matters, an error with where it came from, a call's prompt.
  async essence(row, number, text) {
    const { index, meta } = this.app;
    const type = meta.names[index.type[number]];
    const error = errorOf(text);
    const cards = [essenceCard(essenceOf(type, text)), error && errorCard(error, index.status[row] === FAILED)];
    if (type === "llm_call_started") cards.push(h("section.essence", h("h3", "Asked"), ...(await promptCards(this.app, row, text))));
    return cards.filter(Boolean);
  }

  async record(row, number) {
    const { app } = this;
    const head = h("h3", recordTitle(app, row, number));
    const section = h("section.record", { "data-record": number }, h("div.record-head", head));
    section.essence = [];
    try {
      const text = await app.blocks.record(number);
      fillRecord(section, text, app.index.length[number]);
      section.essence = await this.essence(row, number, text);
    } catch (error) {
      section.append(h("p.note.bad", "This record cannot be shown: " + error.message));
    }
    return section;
  }
}

function essenceCard(essence) {
  if (!essence) return null;
  const [what, text] = essence;
  return h("section.essence", h("h3", what), longText(text, "essence-text", ESSENCE_CHARACTERS));
}

// All records that a row stands for: start, end, then any others.
export function recordsOf(index, row) {
  const numbers = [index.first[row], index.last[row]].filter((number) => number >= 0);
  for (let at = index.row.indexOf(row); at >= 0; at = index.row.indexOf(row, at + 1)) if (!numbers.includes(at)) numbers.push(at);
  return numbers;
}

function recordTitle(app, row, number) {
  const { index, meta } = app;
  const type = meta.names[index.type[number]] || "JSON";
  const part = index.last[row] < 0 ? "" : number === index.first[row] ? "start" : number === index.last[row] ? "end" : "again";
  return h("span", shown(type), h("span.where", (part && part + " · ") + place(meta, number) + " · " + byteSize(index.length[number])));
}

// `record 12`, or `b.jsonl, record 12` when there are several inputs.
function place(meta, number) {
  let left = number;
  for (const { name, entries } of meta.inputs) {
    if (left < entries) return (meta.inputs.length > 1 ? name + ", " : "") + "record " + grouped(left + 1);
    left -= entries;
  }
  return "record " + grouped(number + 1);
}

function fillRecord(section, text, bytes) {
  const body = h("div.record-body");
  const views = new Map([["Tree", () => valueTree(text)], ["Raw", () => h("pre.raw-line", longText(text, "raw", RAW_CHARACTERS))]]);
  const made = new Map();
  const tabs = [...views.keys()].map((name) => button(name, name === "Raw" ? "The exact line of the input" : "The record, member by member", () => show(name), { class: "tab" }));
  const show = (name) => {
    if (!made.has(name)) made.set(name, views.get(name)());
    body.replaceChildren(made.get(name));
    for (const tab of tabs) tab.setAttribute("aria-pressed", tab.textContent === name);
  };
  const copy = button("Copy JSON", "Copy the exact line, all " + byteSize(bytes) + " of it", async () => {
    copy.textContent = (await copyText(text)) ? "Copied" : "Not allowed";
    setTimeout(() => (copy.textContent = "Copy JSON"), 1500);
  }, { class: "copy" });
  section.querySelector(".record-head").append(h("div.tabs", ...tabs, copy));
  section.append(body);
  show("Tree");
}
