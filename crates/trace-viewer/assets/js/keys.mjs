// Keys and what they do.

const ACTIONS = new Map([
  ["j", "down"], ["ArrowDown", "down"], ["k", "up"], ["ArrowUp", "up"], ["J", "nextTurn"], ["K", "previousTurn"],
  ["h", "out"], ["ArrowLeft", "out"], ["l", "in"], ["ArrowRight", "in"], ["g", "first"], ["Home", "first"], ["G", "last"], ["End", "last"],
  ["PageDown", "screenDown"], ["PageUp", "screenUp"], ["Enter", "inspect"], ["/", "search"], ["n", "nextHit"], ["N", "previousHit"],
  ["e", "nextFailure"], ["E", "previousFailure"], ["w", "why"], ["f", "focus"], ["F", "hide"], ["L", "hits"], ["*", "unfoldAll"], ["-", "foldAll"], ["z", "zoom"], ["0", "wholeTime"],
  ["+", "zoomIn"], ["=", "zoomIn"], ["_", "zoomOut"], ["<", "earlier"], [">", "later"], [",", "stepBack"], [".", "stepForward"], ["x", "squeeze"], ["p", "critical"],
  ["c", "copy"], ["C", "copyText"], ["y", "link"], ["1", "timeline"], ["2", "reading"], ["3", "graph"], ["4", "numbers"], ["t", "readOrTimeline"], ["Escape", "back"], ["?", "help"],
]);

const WRITING = "input, textarea, select, [contenteditable]";
const PRESSING = "button, a, summary";

// The action of a key press, or nothing where the key belongs to what has the focus.
export function actionOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  const within = (selector) => event.target.closest?.(selector);
  if (within(WRITING)) return undefined;
  if (within("dialog")) return event.key === "?" ? "help" : undefined;
  if (event.key === "Enter" && within(PRESSING)) return undefined;
  if (within("#side, .read") && /^(Arrow|Page|Home|End)/u.test(event.key)) return undefined;
  return ACTIONS.get(event.key);
}
