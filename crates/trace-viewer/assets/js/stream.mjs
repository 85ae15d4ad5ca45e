// A call's stream: when its chunks arrived, and where it stood still.

import { LLM, PROVIDER_CHUNK, UNFINISHED, isChunk } from "./kinds.mjs";
import { counted, duration, grouped, offset } from "./text.mjs";

const SECOND = 1e6;
const NOTICED = 1e5;

// The chunks of a call: the provider's, else those that the runtime passed on.
export function chunkTimes({ kind, start }, { end }, row) {
  const times = [[], []];
  for (let inner = row + 1; inner < end[row]; inner = end[inner]) if (isChunk(kind[inner])) times[kind[inner] - PROVIDER_CHUNK].push(start[inner]);
  return Float64Array.from(times[0].length ? times[0] : times[1]).sort();
}

// What the arrivals say. A stall is a pause of a second, or of five times the median if that is a tenth of one; in a slow
// stream it is twice the median.
export function streamOf(times) {
  const pauses = times.slice(1).map((at, place) => at - times[place]);
  const longest = pauses.reduce((most, pause) => Math.max(most, pause), 0);
  const median = pauses.slice().sort()[pauses.length >> 1] ?? 0;
  const limit = Math.max(2 * median, Math.min(SECOND, Math.max(NOTICED, 5 * median)));
  const stalls = pauses.filter((pause) => pause > limit);
  const stalled = stalls.reduce((sum, pause) => sum + pause, 0);
  const length = times.length ? times.at(-1) - times[0] : 0;
  return { times, longest, limit, stalls: stalls.length, length, flowing: length - stalled };
}

// The stream of a row, remembered.
export class Streams {
  constructor(app) {
    Object.assign(this, { app, known: new Map() });
  }

  of(row) {
    const { index, tree } = this.app;
    let stream = this.known.get(row);
    if (!stream) {
      if (this.known.size > 500) this.known.clear();
      stream = streamOf(index.kind[row] === LLM ? chunkTimes(index, tree, row) : []);
      this.known.set(row, stream);
    }
    return stream;
  }

  // What there is to say: [what, value].
  facts(row) {
    const { index } = this.app;
    const { times, longest, stalls, length } = this.of(row);
    if (!times.length) return [];
    const facts = [["First chunk", "after " + duration(times[0] - index.start[row])], ["Chunks", grouped(times.length) + perSecond(times.length - 1, length)]];
    const output = index.usage[row] < 0 ? 0 : index.tokens[index.usage[row] * 5 + 3];
    if (output > 0 && length > 0) facts.push(["Output", grouped(output) + " tokens" + perSecond(output, length)]);
    if (longest > 0) facts.push(["Longest pause", duration(longest) + (stalls ? ", " + counted(stalls, "stall", "stalls") : "")]);
    return facts;
  }

  // A row's time in words.
  words(row) {
    const { index } = this.app;
    const took = index.duration[row] > 0 ? [(index.status[row] === UNFINISHED ? openWord(this.app, row) + " after " : "took ") + duration(index.duration[row])] : [];
    return ["starts at " + offset(index.start[row]), ...took, ...this.facts(row).map(([what, value]) => what.toLowerCase() + " " + value)].join(", ");
  }
}

function perSecond(count, us) {
  const rate = us > 0 ? (count * SECOND) / us : 0;
  return rate > 0 ? ", " + (rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))) + " a second" : "";
}

// How a row without an end stopped: with the file, or with what held it.
export function openWord({ index, meta }, row) {
  return index.start[row] + index.duration[row] >= meta.span ? "running at the end" : "interrupted";
}
