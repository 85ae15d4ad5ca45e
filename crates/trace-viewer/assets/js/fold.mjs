// What is closed until somebody opens it, and only then made.

import { h } from "./dom.mjs";

export function fold(look, line, make) {
  const details = h("details", { class: "fold " + look }, h("summary", ...line));
  details.addEventListener("toggle", () => details.append(...make().filter(Boolean)), { once: true });
  return details;
}
