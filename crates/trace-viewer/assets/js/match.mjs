// Finding text in records by their raw lines.

const SPECIAL = /[$()*+.?[\\\]^{|}]/gu;
const UNICODE_ESCAPE = /\\u([0-9a-f]{4})/giu;

function literal(text) {
  return text.replace(SPECIAL, "\\$&");
}

// A text as it is, and as JSON may spell it.
export function spellings(query) {
  return [...new Set([query, JSON.stringify(query).slice(1, -1)])];
}

// A pattern for a text in any case.
export function patternFor(query) {
  return new RegExp(spellings(query).map(literal).join("|"), "gi");
}

// For each pattern the numbers of the lines of a block that match it, ascending.
export function matchingLines(text, patterns) {
  const spelled = text.includes("\\u") ? text.replace(UNICODE_ESCAPE, spell) : null;
  return patterns.map((pattern) => {
    const lines = linesWith(text, pattern);
    if (!spelled) return lines;
    return [...new Set(lines.concat(linesWith(spelled, pattern)))].sort((left, right) => left - right);
  });
}

function spell(_, digits) {
  const code = Number.parseInt(digits, 16);
  return code < 0x20 ? " " : String.fromCharCode(code);
}

function linesWith(text, pattern) {
  const lines = [];
  let line = 0;
  let counted = 0;
  pattern.lastIndex = 0;
  for (let hit = pattern.exec(text); hit; hit = pattern.exec(text)) {
    for (let feed = text.indexOf("\n", counted); feed >= 0 && feed < hit.index; feed = text.indexOf("\n", counted)) {
      line += 1;
      counted = feed + 1;
    }
    lines.push(line);
    const next = text.indexOf("\n", hit.index);
    if (next < 0) break;
    pattern.lastIndex = next;
  }
  return lines;
}
