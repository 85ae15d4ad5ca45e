// Elements, made one way only: text goes in as text.

import { codePoint, splitHidden, visible } from "./text.mjs";

// h("button.quiet.close", { onclick: f, "aria-label": "…" }, "text", element, …); the attributes may be left out.
export function h(kind, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  const attributes = children[0]?.constructor === Object ? children.shift() : {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

// The document's own sheet of icons supplies the name space, so that no address stands in this script.
export function icon(name) {
  const space = byId("icons").namespaceURI;
  const drawing = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#i-" + name);
  drawing.append(use);
  return drawing;
}

// Foreign text with every hidden character as a mark that can be seen; the mark remembers which one it was.
export function shown(text) {
  const fragment = document.createDocumentFragment();
  splitHidden(text).forEach((part, place) => {
    if (place % 2) fragment.append(h("span.mark", { "data-code": part, title: "invisible character" }, codePoint(part)));
    else if (part) fragment.append(part);
  });
  return fragment;
}

// Short foreign text in an element that is there already: marks spelled, no elements made.
export function setText(element, text) {
  const line = visible(text);
  if (element.textContent !== line) element.textContent = line;
}

export function button(label, title, onclick, attributes = {}) {
  return h("button", { type: "button", title, onclick, ...attributes }, label);
}

// Calls `draw` once in the next frame, however often it is asked.
export function framed(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea.away", { "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
