// Finding text: in names by their dictionary, in records by their raw lines.

// The spellings under which a text may stand in raw JSON, all in lower case.
export function needlesFor(query) {
  const plain = query.toLowerCase();
  const escaped = JSON.stringify(query).slice(1, -1).toLowerCase();
  return escaped === plain ? [plain] : [plain, escaped];
}

// Which dictionary entries contain the query.
export function matchingNames(names, query) {
  const wanted = query.toLowerCase();
  return Uint8Array.from(names, (name) => (name.toLowerCase().includes(wanted) ? 1 : 0));
}

const UNICODE_ESCAPE = /\\u([0-9a-f]{4})/gu;

// Numbers of the lines of a block that contain one of the needles, ascending.
export function matchingLines(text, needles) {
  const lower = text.toLowerCase();
  const lines = new Set();
  collectLines(lower, needles, lines);
  if (lower.includes("\\u")) {
    const spelled = lower.replace(UNICODE_ESCAPE, (_, digits) => {
      const code = Number.parseInt(digits, 16);
      return code < 0x20 ? " " : String.fromCharCode(code).toLowerCase();
    });
    collectLines(spelled, needles, lines);
  }
  return [...lines].sort((left, right) => left - right);
}

function collectLines(text, needles, lines) {
  for (const needle of needles) {
    let line = 0;
    let counted = 0;
    for (let hit = text.indexOf(needle); hit >= 0; ) {
      for (let feed = text.indexOf("\n", counted); feed >= 0 && feed < hit; feed = text.indexOf("\n", counted)) {
        line += 1;
        counted = feed + 1;
      }
      lines.add(line);
      const next = text.indexOf("\n", hit);
      if (next < 0) break;
      hit = text.indexOf(needle, next);
    }
  }
}
