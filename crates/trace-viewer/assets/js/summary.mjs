// A row as a few lines of plain text, to paste into a message.

import { errorOf } from "./errors.mjs";
import { recordsOf } from "./inspect.mjs";
import { NO_TIME, flagsOf, kindWord, statusWord } from "./kinds.mjs";
import { essenceOf } from "./preview.mjs";
import { clip, duration, grouped, moment, offset, visible } from "./text.mjs";

const RECORDS = 4;
const ESSENCE = 4000;

export async function summaryOf(app, row) {
  const { index, blocks } = app;
  const essences = [];
  for (const number of recordsOf(index, row).slice(0, RECORDS)) {
    const text = await blocks.record(number).catch(() => "");
    const error = errorOf(text)?.message;
    const essence = error ? ["Error", error] : essenceOf(text);
    if (essence) essences.push(essence[0] + ": " + clip(essence[1], ESSENCE));
  }
  return [head(app, row), path(app, row), times(app, row), tokens(index, row), ...essences].filter(Boolean).map(visible).join("\n");
}

function title(app, row) {
  const name = app.nameOf(row);
  return kindWord(app.index.kind[row]) + (name && " " + name);
}

function head(app, row) {
  const { index } = app;
  const words = [statusWord(index.status[row]), ...flagsOf(index.flags[row]).map(([word]) => word)].filter(Boolean);
  return title(app, row) + (words.length ? ": " + words.join(", ") : "");
}

function path(app, row) {
  const above = app.tree.path(row).slice(0, -1);
  return above.length ? "in " + above.map((step) => title(app, step)).join(" › ") : "";
}

function times({ index, meta }, row) {
  if (index.flags[row] & NO_TIME) return "";
  const took = index.duration[row] > 0 ? ", took " + duration(index.duration[row]) : "";
  const at = meta.start == null ? "" : " (" + moment(meta.start, index.start[row]) + ")";
  return "started at " + offset(index.start[row]) + at + took;
}

function tokens(index, row) {
  const usage = index.usage[row];
  if (usage < 0) return "";
  const [input, read, write, output, reasoning] = Array.from(index.tokens.subarray(usage * 5, usage * 5 + 5), grouped);
  return "tokens: " + input + " input, " + read + " cache read, " + write + " cache write, " + output + " output (" + reasoning + " reasoning)";
}
