// The sheet of keys.

import { button, h } from "./dom.mjs";

const SECTIONS = [
  ["Move", [
    ["j k ↓ ↑", "next and previous row"], ["J K", "next and previous turn"], ["h l ← →", "fold and unfold, out and in"],
    ["g G Home End", "first and last row"], ["PgUp PgDn", "a screen up and down"], ["Enter", "inspect the row"],
  ]],
  ["Find", [
    ["/", "search; Enter goes to a hit, Esc to the rows"], ["n N", "next and previous hit"], ["e E", "next and previous failure"], ["w", "why: from a failure back to its cause"], ["f", "only failures, or everything"],
  ]],
  ["Look", [
    ["1 2 3 4", "timeline, reading, graph, numbers"], ["t", "timeline or reading"],
    ["*", "unfold all inside the row"], ["-", "fold all inside the row"], ["z", "zoom the time axis to the row"], ["0", "the whole time axis"],
    ["Ctrl wheel", "zoom about the pointer"], ["Shift wheel", "move along the axis"], ["+ _ < >", "zoom in and out, move"],
    [", .", "the moment: to the previous or next start or end"], ["x", "squeeze idle gaps"], ["p", "critical path"],
  ]],
  ["Take", [
    ["c", "copy the row's records as JSON"], ["y", "copy a link to this view"], ["Esc", "back: search, row, filters, time"], ["?", "this sheet"],
  ]],
];

export class Sheet {
  constructor() {
    const parts = SECTIONS.map(([title, keys]) => h("section", {}, h("h3", {}, title), h("dl", {}, ...keys.flatMap(line))));
    this.element = h("dialog", { class: "sheet", "aria-label": "Keys" },
      h("header", {}, h("h2", {}, "Keys"), button("×", "Close (Esc)", () => this.element.close(), { class: "quiet close", "aria-label": "Close" })), h("div", { class: "sections" }, ...parts));
  }

  toggle() {
    if (this.element.open) this.element.close();
    else this.element.showModal();
  }
}

function line([keys, what]) {
  return [h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what)];
}
