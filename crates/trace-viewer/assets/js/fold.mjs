// What is closed until somebody opens it, and only then made.

import { button, h } from "./dom.mjs";

export function fold(look, line, make) {
  const details = h("details", { class: "fold " + look }, h("summary", ...line));
  details.addEventListener("toggle", () => details.append(...make().filter(Boolean)), { once: true });
  return details;
}

// A button that makes room for what it stands for.
export function more(words, show) {
  const made = button(words, null, () => {
    made.remove();
    show();
  }, { class: "more" });
  return made;
}
