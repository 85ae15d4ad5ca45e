// Marks texts in what is shown of the trace, without touching its elements.

// What holds words of the trace; everything else is the page's own.
const DATA = "h2 > span, .data, .key, .string:not(.empty-string), .number, .word, .raw, .essence-text, .piece, .prose, .plain, .fenced";
const MOST = 500;

export function highlight(elements, needles) {
  if (!globalThis.Highlight || !CSS.highlights) return;
  const ranges = [];
  const wanted = needles.map((needle) => needle.toLowerCase());
  for (const element of wanted.length ? elements : []) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && ranges.length < MOST; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      if (text.length !== node.data.length || !node.parentElement.matches(DATA)) continue;
      for (const needle of wanted) mark(node, text, needle, ranges);
    }
  }
  CSS.highlights.set("hit", new Highlight(...ranges));
}

function mark(node, text, needle, ranges) {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + needle.length);
    ranges.push(range);
  }
}
