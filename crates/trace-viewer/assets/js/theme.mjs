// Light, dark, or as the system; remembered where the browser lets a local file remember.

const THEMES = ["", "light", "dark"];
const STORED = "trace-viewer-theme";

export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function savedTheme() {
  try {
    return localStorage.getItem(STORED) ?? "";
  } catch {
    return "";
  }
}

// The next theme, set; returns it.
export function stepTheme() {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? "") + 1) % THEMES.length];
  setTheme(next);
  return next;
}
