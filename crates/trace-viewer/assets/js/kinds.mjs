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

// The severity of a log line or a runtime event stands in the flags' highest bits: 0 for none, then trace to critical.
export const WARN = 4;
const LEVELS = ["", "trace", "debug", "info", "warn", "error", "critical"];

export function levelOf(flags) {
  return flags >> 13;
}

export function levelWord(level) {
  return LEVELS[level] ?? "";
}

// Name, plural, icon, hue.
const KINDS = [
  ["session", "sessions", "session", "plain"],
  ["turn", "turns", "turn", "plain"],
  ["LLM call", "LLM calls", "llm", "llm"],
  ["tool call", "tool calls", "tool", "tool"],
  ["code block", "code blocks", "code", "tool"],
  ["batch", "batches", "batch", "tool"],
  ["process", "processes", "process", "graph"],
  ["graph", "graphs", "graph", "graph"],
  ["graph node", "graph nodes", "node", "graph"],
  ["prompt", "prompts", "prompt", "protocol"],
  ["provider request", "provider requests", "request", "stream"],
  ["provider chunk", "provider chunks", "chunk", "stream"],
  ["runtime chunk", "runtime chunks", "piece", "stream"],
  ["protocol step", "protocol steps", "protocol", "protocol"],
  ["token usage", "token usages", "usage", "plain"],
  ["envelope diff", "envelope diffs", "diff", "protocol"],
  ["custom event", "custom events", "custom", "plain"],
  ["log line", "log lines", "log", "plain"],
  ["runtime event", "runtime events", "event", "plain"],
  ["run", "runs", "run", "plain"],
  ["uncaught error", "uncaught errors", "error", "plain"],
  ["dropped records", "dropped records", "dropped", "plain"],
  ["unknown record", "unknown records", "unknown", "plain"],
  ["foreign JSON", "foreign JSON", "foreign", "plain"],
];

export const KIND_COUNT = KINDS.length;

function entry(kind) {
  return KINDS[kind] ?? KINDS[22];
}

export function kindWord(kind) {
  return entry(kind)[0];
}

export function kindWords(kind) {
  return entry(kind)[1];
}

export function kindIcon(kind) {
  return entry(kind)[2];
}

export function kindHue(kind) {
  return entry(kind)[3];
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
  return ["", "unfinished", "completed", "failed", "cancelled"][status] ?? "";
}

// Short mark and explanation of each flag, by bit.
const FLAGS = [
  ["no start", "The end was recorded, the start was not."],
  ["orphan", "Its parent is not in the input; it stands under the nearest known ancestor."],
  ["cycle", "Its parents form a cycle; it was cut loose from it."],
  ["repeated", "The same record or end came more than once."],
  ["no time", "The timestamp could not be read; it stands where its line stood."],
  ["drift", "A prompt component changed since the session's previous prompt."],
  ["retry", "Calls a failed call again."],
];

export function flagsOf(bits) {
  return FLAGS.filter((_, bit) => bits & (1 << bit));
}
