// The list of what may follow in the find box: a listbox that the box steers.

import { byId, h } from "./dom.mjs";
import { visible } from "./text.mjs";

export class Suggest {
  // `ask(text, caret)` gives { from, to, options }, `count(field, option)` how many rows have a value, if that is known.
  constructor(input, ask, count) {
    Object.assign(this, { input, ask, count, options: [], active: -1, element: byId("suggestions") });
    this.element.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.take([...this.element.children].indexOf(event.target.closest("li")));
    });
  }

  update() {
    Object.assign(this, this.ask(this.input.value, this.input.selectionStart));
    const [, field] = /(\w+)[:=]\S*$/u.exec(this.input.value.slice(0, this.from)) ?? [];
    this.element.replaceChildren(...this.options.map((text, place) => h("li", { id: "suggestion-" + place, role: "option" }, h("span", visible(text)), h("span.number", this.count(field, text)))));
    const typed = this.input.value.slice(this.from, this.to);
    this.show(this.options.some((option) => option !== typed));
  }

  show(open) {
    this.element.hidden = !open;
    this.input.setAttribute("aria-expanded", open);
    this.activate(-1);
  }

  close() {
    this.show(false);
  }

  activate(place) {
    this.active = place;
    [...this.element.children].forEach((option, at) => option.setAttribute("aria-selected", at === place));
    const option = this.element.children[place];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  // Whether the list has a use for the key. Enter is the box's own unless an option was gone to.
  key({ key, shiftKey }) {
    const { active, element, options } = this;
    if (element.hidden && key === "ArrowDown") this.update();
    else if (element.hidden) return false;
    else if (key === "ArrowDown") this.activate((active + 1) % options.length);
    else if (key === "ArrowUp") this.activate((active > 0 ? active : options.length) - 1);
    else if (key === "Escape") this.close();
    else if ((key === "Tab" && !shiftKey) || (key === "Enter" && active >= 0)) this.take(Math.max(0, active));
    else return false;
    return true;
  }

  // After a field its values are offered, after a value nothing.
  take(place) {
    const { input, from, to } = this;
    const text = this.options[place];
    if (text === undefined) return;
    const ends = !/[:>]$/u.test(text);
    input.setRangeText(text + (ends && to === input.value.length ? " " : ""), from, to, "end");
    input.dispatchEvent(new Event("input"));
    if (ends) this.close();
  }
}
