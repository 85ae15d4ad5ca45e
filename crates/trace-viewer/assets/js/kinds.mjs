// Words, icons and colours of the model's closed sets. The numbers are the model's discriminants.

export const SESSION = 0;
export const TURN = 1;
export const LLM = 2;
export const TOOL = 3;
export const REQUEST = 10;
export const PROVIDER_CHUNK = 11;
export const RUNTIME_CHUNK = 12;
export const USAGE = 14;
const RUN = 19;

export const CODE = 4;
export const BATCH = 5;
export const GRAPH = 7;
export const NODE = 8;
export const PROMPT = 9;
export const PROTOCOL = 13;
export const DIFF = 15;
export const CUSTOM = 16;
export const LOG = 17;
export const EVENT = 18;
export const DROPPED = 21;
export const UNKNOWN = 22;
export const FOREIGN = 23;

export const UNFINISHED = 1;
export const COMPLETED = 2;
export const FAILED = 3;
export const CANCELLED = 4;

export const NO_TIME = 16;
export const CRITICAL = 128;
export const DRIFT = 32;
export const TELLS_ERROR = 256;

// The severity of a log line or a runtime event stands in the flags' highest bits: 0 for none, then trace to critical.
export const WARN = 4;

export function levelOf(flags) {
  return flags >> 13;
}

export function levelWord(level) {
  return WORDS.levels[level];
}

export const KIND_COUNT = 24;

// What the page's writer calls all this (page/words.rs); once it is known, `fields` are those of the query language, their
// words in maps.
export const WORDS = { fields: {} };

export function learn(words) {
  const fields = Object.entries(words.fields).map(([name, sort]) => [name, typeof sort === "string" ? sort : new Map(sort)]);
  Object.assign(WORDS, words, { fields: Object.assign(Object.create(null), Object.fromEntries(fields)) });
}

function entry(kind) {
  return WORDS.kinds[kind] ?? WORDS.kinds[UNKNOWN];
}

export function kindWord(kind) {
  return entry(kind).word;
}

export function kindIcon(kind) {
  return entry(kind).icon;
}

export function kindHue(kind) {
  return entry(kind).hue;
}

export function isChunk(kind) {
  return kind === PROVIDER_CHUNK || kind === RUNTIME_CHUNK;
}

// What belongs to a stream and is folded away under its call.
export function isStreamPart(kind) {
  return isChunk(kind) || kind === REQUEST || kind === USAGE;
}

// Groups whose bar only spans what is inside them.
export function isGroup(kind) {
  return kind === SESSION || kind === TURN || kind === RUN;
}

export function statusWord(status) {
  return WORDS.statuses[status] ?? "";
}

// Short mark and explanation of each flag that is set.
export function flagsOf(bits) {
  return WORDS.flags.filter((_, bit) => bits & (1 << bit));
}
