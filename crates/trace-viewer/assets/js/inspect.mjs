// The inspector: everything about the selected row, down to its exact bytes.

import { bodyOf } from "./cards.mjs";
import { button, byId, copyText, h, icon, shown } from "./dom.mjs";
import { fold } from "./fold.mjs";
import { NO_TIME, TOOL, flagsOf, kindHue, kindIcon, kindWord, statusWord } from "./kinds.mjs";
import { byteSize, clip, counted, duration, grouped, moment, offset } from "./text.mjs";
import { longText, valueTree } from "./value.mjs";

const MOST_RECORDS = 20;
const RAW_CHARACTERS = 20000;
const CRUMBS = 6;

export class Inspector {
  constructor(app, element) {
    Object.assign(this, { app, element, turn: 0 });
  }

  onSelect() {
    this.show(this.app.selected);
  }

  // Shows a row, or nothing for -1; records arrive as their blocks are opened.
  async show(row) {
    const { app, element } = this;
    const turn = (this.turn += 1);
    if (row < 0) return element.replaceChildren();
    const records = h("div.records");
    const card = h("div.card-body");
    element.replaceChildren(...[this.head(row), this.path(row), this.facts(row), this.flags(row), card, this.tokens(row), records].filter(Boolean));
    element.scrollTop = 0;
    const bad = (error) => [h("p.note.bad", "This record cannot be shown: " + error.message)];
    const body = await this.body(row).catch(bad);
    if (turn !== this.turn) return;
    card.append(...body);
    const numbers = recordsOf(app.index, row);
    for (const number of numbers.slice(0, MOST_RECORDS)) {
      const section = await this.record(row, number).catch((error) => h("section.record", { "data-record": number }, ...bad(error)));
      if (turn !== this.turn) return;
      records.append(section);
    }
    if (!numbers.length) records.append(h("p.note", "No record stands for this row: it holds the rows inside it together."));
    if (numbers.length > MOST_RECORDS) records.append(h("p.note", "and " + counted(numbers.length - MOST_RECORDS, "more record", "more records")));
    app.highlight();
  }

  // What the transcript shows of it, opened.
  async body(row) {
    const { app } = this;
    const { said, inner, parts } = await bodyOf(app, row);
    const failed = parts.filter(({ className }) => className === "essence failed");
    const rest = [...said, ...parts.filter((part) => !failed.includes(part)), ...(app.index.kind[row] === TOOL && inner ? inner() : [])].filter(Boolean);
    return rest.length ? [...failed, h("section.essence", ...rest)] : failed;
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
    return h("nav", { "aria-label": "Path" }, h("ol.path", path.length > CRUMBS && h("li", "…"),
      ...path.slice(-CRUMBS).map((above) => h("li", h("a.crumb", { href: "#row=" + above }, icon(kindIcon(app.index.kind[above])), h("span.data", shown(clip(app.nameOf(above), 80) || kindWord(app.index.kind[above]))))))));
  }

  facts(row) {
    const { app } = this;
    const { index, meta } = app;
    const timed = !(index.flags[row] & NO_TIME);
    const inside = app.tree.end[row] - row - 1;
    const failures = app.failuresIn(row);
    const facts = [
      ["Started", timed ? offset(index.start[row]) : "not known"],
      ["Took", index.duration[row] > 0 && duration(index.duration[row])],
      ["At", timed && meta.start != null && moment(meta.start, index.start[row])],
      ...app.streams.facts(row),
      ["Inside", inside > 0 && counted(inside, "row", "rows") + (failures ? ", " + counted(failures, "failure", "failures") : "")],
    ];
    return h("dl.facts", ...facts.filter(([, value]) => value).flatMap(([what, value]) => [h("dt", what), h("dd", value)]));
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
    if (!counts?.some(Boolean)) return null;
    const [input, read, write, output] = counts;
    const table = byId("t-tokens").content.firstElementChild.cloneNode(true);
    [...counts, input + read + write + output].forEach((count, place) => (table.rows[place].cells[1].textContent = grouped(count)));
    return table;
  }

  async record(row, number) {
    const { app } = this;
    const { index, meta } = app;
    const text = await app.blocks.record(number);
    const part = index.last[row] < 0 ? "" : number === index.first[row] ? "start · " : number === index.last[row] ? "end · " : "again · ";
    const copy = button("Copy JSON", "Copy the exact line", async () => app.say((await copyText(text)) ? "Copied" : "Copying is not allowed here"), { class: "copy" });
    return h("section.record", { "data-record": number },
      h("div.record-head", h("h3", shown(meta.names[index.type[number]] || "JSON"), h("span.where", part + place(meta, number) + " · " + byteSize(index.length[number]))), copy),
      h("div.record-body", valueTree(text), fold("exact", ["The exact line"], () => [h("pre.raw-line", longText(text, "raw", RAW_CHARACTERS))])));
  }
}

// All records that a row stands for: start, end, then any others.
export function recordsOf(index, row) {
  const numbers = [index.first[row], index.last[row]].filter((number) => number >= 0);
  for (let at = index.row.indexOf(row); at >= 0; at = index.row.indexOf(row, at + 1)) if (!numbers.includes(at)) numbers.push(at);
  return numbers;
}

// `record 12`, or `b.jsonl, record 12` when there are several inputs.
function place({ inputs }, number) {
  let left = number;
  let at = 0;
  while (at < inputs.length - 1 && left >= inputs[at].entries) left -= inputs[at++].entries;
  return (inputs.length > 1 ? inputs[at].name + ", " : "") + "record " + grouped(left + 1);
}
