// What may follow in a query that is being typed: fields, then values of this trace.

import { KIND_OF } from "./filter.mjs";
import { FIELDS, isNumber, isWords } from "./query.mjs";

const OFFERED = 20;
// The word before the caret: its field and comparison, where it has them, and what there is of its last value.
const WORD = /(?:^|[\s(|])-?(?:([A-Za-z_]+)(:|!=|[<>]=?|=)(?:(?:"[^"]*"|[^\s()|",]+),)*)?("[^"]*|[^\s()|",]*)$/u;

// { from, to, options }: texts that can stand in place of text[from..to], the likeliest first.
export function completions(text, caret, context) {
  const head = text.slice(0, caret);
  const [, field, , typed = ""] = WORD.exec(head) ?? [];
  const quoted = (head.split('"').length - 1) % 2 === 1;
  const from = caret - typed.length;
  if (quoted && !(field && typed)) return { from, to: caret, options: [] };
  const known = field ? valuesOf(field.toLowerCase(), context) : Object.keys(FIELDS).map((name) => name + (isNumber(FIELDS[name]) ? ">" : ":"));
  const wanted = typed.replace('"', "").toLowerCase();
  const starts = (option) => (option.toLowerCase().startsWith(wanted) ? 0 : 1);
  const near = known.filter((option) => option.toLowerCase().includes(wanted)).sort((left, right) => starts(left) - starts(right));
  return { from, to: caret, options: near.slice(0, OFFERED).map((option) => (field ? spelled(option) : option)) };
}

// A value as it has to be written.
export const spelled = (value) => (/[\s()|",*]/u.test(value) ? '"' + value.replace(/["\\]/gu, "\\$&").replaceAll("\n", "\\n") + '"' : value);

function valuesOf(field, context) {
  const sort = FIELDS[field];
  if (!sort || isNumber(sort) || field === "id") return [];
  if (!isWords(sort)) return context.once("values " + field, () => namesOf(field, context));
  const there = context.once("kinds", () => new Set(context.index.kind));
  return field === "kind" ? sort.usual.filter((word) => sort.get(word).some((kind) => there.has(kind))) : sort.usual;
}

function namesOf(field, { index, meta }) {
  const kind = KIND_OF[field];
  const column = field === "type" ? index.type : index.name;
  const there = new Uint8Array(meta.names.length);
  for (let at = 0; at < column.length; at += 1) if (kind === undefined || index.kind[at] === kind) there[column[at]] = 1;
  return meta.names.filter((name, at) => there[at] && name);
}
