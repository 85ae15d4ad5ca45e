// The view as the address's last part, so that a link opens it again. Each part of the page writes and reads its own.

export function routeParts(hash) {
  return new URLSearchParams(hash.replace(/^#/u, ""));
}

export function routeText(parts) {
  return parts.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

// A number of a part, or nothing where it cannot be read.
export function whole(text) {
  return text != null && /^\d{1,16}$/u.test(text) ? Number(text) : null;
}

export function wholes(text) {
  return (text ?? "").split(",").map(whole).filter((number) => number != null);
}

export function rowOf(hash) {
  return whole(routeParts(hash).get("row")) ?? -1;
}

let place = null;

// Puts the view into the address. Where one of `steps` changed, the browser's back button leads to what was before.
export function saveAddress(parts, text, steps) {
  const before = place ?? parts;
  place = parts;
  const method = steps.some((name) => before.get(name) !== parts.get(name)) ? "pushState" : "replaceState";
  try {
    history[method](null, "", "#" + text);
  } catch {
    // Some browsers refuse this for local files; the view is then not in the address.
  }
}
