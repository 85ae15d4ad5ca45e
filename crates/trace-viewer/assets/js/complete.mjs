// What may follow in a query that is being typed: fields, then values of this trace.

import { KIND_OF } from "./filter.mjs";
import { WORDS } from "./kinds.mjs";
import { isNumber, isWords, sortOf } from "./query.mjs";
import { spelled } from "./terms.mjs";
import { visible } from "./text.mjs";

const OFFERED = 30;
// The word before the caret: its field and comparison, where it has them, and what there is of its last value.
const WORD = /(?:^|[\s(|])-?(?:([A-Za-z_]+)(?::|!=|[<>]=?|=)(?:(?:"[^"]*"|[^\s()|",]+),)*)?("[^"]*|[^\s()|",]*)$/u;

// { from, field, options }: texts that can stand in place of text[from..caret] as values of the field, if there is one.
export function completions(text, caret, context) {
  const head = text.slice(0, caret);
  const [, name, typed = ""] = WORD.exec(head) ?? [];
  const field = name?.toLowerCase();
  const known = (head.split('"').length - 1) % 2 && !(field && typed) ? [] : field ? valuesOf(field, context).map(spelled) : Object.keys(WORDS.fields).map((own) => own + (isNumber(own) ? ">" : ":"));
  const options = known.filter((option) => option.toLowerCase().startsWith(typed.toLowerCase())).slice(0, OFFERED);
  return { from: caret - typed.length, field, options };
}

// Names that hide characters are left to be typed.
function valuesOf(field, context) {
  const sort = sortOf(field);
  // Of several words for the same the first is the usual one.
  if (isWords(field)) return [...sort].filter(([, numbers], at, all) => all.findIndex((other) => String(other[1]) === String(numbers)) === at).map(([word]) => word);
  return !sort || isNumber(field) || field === "id" ? [] : context.once("values " + field, () => namesOf(field, context).filter((name) => visible(name) === name));
}

function namesOf(field, { index, meta }) {
  const kind = KIND_OF[field];
  const column = field === "type" ? index.type : index.name;
  const there = new Uint8Array(meta.names.length);
  for (let at = 0; at < column.length; at += 1) if (kind === undefined || index.kind[at] === kind) there[column[at]] = 1;
  return meta.names.filter((name, at) => there[at] && name);
}
