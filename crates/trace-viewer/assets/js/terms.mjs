// A query as the terms that all have to hold, so that a click can add one and take it away again.

import { isWords, sortOf } from "./query.mjs";

const PIECE = /"(?:[^"\\]|\\.)*"?|[()|]|[^\s()|"]+|\s+/gsu;
const TERM = /^(-|not\s+)?([a-z_]+)(:|!?=)(?![<>])(.+)$/isu;
const VALUE = /"(?:[^"\\]|\\.)*"|[^,"]+/gsu;

// The terms as they are written; a query with alternatives is one term in brackets.
export function termsOf(text) {
  const terms = [];
  let depth = 0;
  let term = "";
  for (const [piece] of (text + " ").matchAll(PIECE)) {
    depth += { "(": 1, ")": -1 }[piece] ?? 0;
    if (depth === 0 && (piece === "|" || (!term && /^or$/iu.test(piece)))) return ["(" + text.trim() + ")"];
    if (depth || piece.trim()) term += piece;
    else if (/^not$/iu.test(term)) term += " ";
    else {
      if (term && !/^and$/iu.test(term)) terms.push(term);
      term = "";
    }
  }
  return terms;
}

function read(term) {
  const [, not, field, cmp, values] = TERM.exec(term) ?? [];
  return field ? { sign: Boolean(not) === (cmp === "!=") ? 1 : -1, field: field.toLowerCase(), cmp: cmp === ":" ? ":" : "=", values: values.match(VALUE) ?? [] } : null;
}

function written({ sign, field, cmp, values }) {
  return (sign < 0 ? "-" : "") + field + cmp + values.join(",");
}

// A value as it has to be written.
export const spelled = (value) => (/[\s()|",*]/u.test(value) ? '"' + value.replace(/["\\]/gu, "\\$&").replaceAll("\n", "\\n") + '"' : value);

// Whether two ways to write a value of a field mean the same.
function same(field, left, right) {
  const meant = (value) => (isWords(field) && String(sortOf(field).get(value.toLowerCase()) ?? "")) || value.toLowerCase();
  return meant(left) === meant(right);
}

// 1 where the query asks for a field's value, -1 where it rules it out, 0 where it says nothing of it.
export function stateOf(text, field, value) {
  const wanted = spelled(value);
  for (const term of termsOf(text).map(read)) if (term?.field === field && term.values.some((own) => same(field, own, wanted))) return term.sign;
  return 0;
}

// The query with a field's value asked for (or ruled out, where `sign` is -1); without it where it was so already.
export function toggled(text, { field, cmp }, value, sign = 1) {
  const wanted = spelled(value);
  const was = stateOf(text, field, value);
  const terms = termsOf(text).map((term) => {
    const parts = read(term);
    if (parts?.field !== field) return term;
    const values = parts.values.filter((own) => !same(field, own, wanted));
    if (was !== sign && parts.sign === sign && parts.cmp === cmp) values.push(wanted);
    return values.length === 0 ? "" : values.join() === parts.values.join() ? term : written({ ...parts, values });
  }).filter(Boolean);
  const rest = terms.join(" ");
  return was === sign || stateOf(rest, field, value) === sign ? rest : [...terms, written({ sign, field, cmp, values: [wanted] })].join(" ");
}

// The query without what it says of a field.
export function without(text, field) {
  return termsOf(text).filter((term) => read(term)?.field !== field).join(" ");
}
