/** How well traces come in: what it says, how grave it is, and the way out of each refusal. */

import { count, duration } from "./format.js";

/**
 * @typedef {object} Refusal
 * @property {string} receipt
 * @property {string} received_at
 * @property {string} where as "run.<id>" or "feedback.<id>"
 * @property {string} reason
 * @property {string | null} run_id
 * @property {string | null} project
 */

/** @typedef {"ok" | "warn" | "error"} Level */
/** @typedef {{level: Level, word: string, value: string, hint: string}} Sign */

const SLOW_S = 5;
const MANY_WAIT = 1_000;

/**
 * What the health of ingest comes to, by signs that each have their own level.
 * @param {any} health as GET /workspaces/current/ingest-health says it
 * @returns {{level: Level, signs: Sign[]}}
 */
export function healthOf(health) {
  const signs = [
    lagSign(health.lag),
    waitingSign(health.queues),
    refusedSign(health.rejected),
    deadSign(health.dead_letters),
  ];
  const level = signs.some((one) => one.level === "error")
    ? "error"
    : signs.some((one) => one.level === "warn")
      ? "warn"
      : "ok";
  return { level, signs };
}

/** @param {any} lag @returns {Sign} */
const lagSign = (lag) => ({
  word: "Lag",
  level: (lag.max_s ?? 0) > SLOW_S ? "warn" : "ok",
  value: lag.requests
    ? `${duration(lag.median_s * 1000)}, at most ${duration(lag.max_s * 1000)}`
    : "nothing came in an hour",
  hint: "From the receipt of a request until it could be read: the newest 100 requests of the last two hours",
});

/** @param {any} queues @returns {Sign} */
function waitingSign({ operations }) {
  const waiting = operations.waiting + operations.in_flight;
  return {
    word: "Waiting",
    level: waiting > MANY_WAIT ? "warn" : "ok",
    value: operations.delayed ? `${count(waiting)}, ${count(operations.delayed)} for their run` : count(waiting),
    hint: "Messages that were accepted and are not recorded yet, of the whole deployment",
  };
}

/** @param {any} rejected @returns {Sign} */
const refusedSign = (rejected) => ({
  word: "Refused",
  level: rejected.last_day ? "warn" : "ok",
  value: rejected.last_day
    ? `${rejected.is_complete ? "" : "over "}${count(rejected.last_day)} in a day, ${count(rejected.last_hour)} in the last hour`
    : "none in a day",
  hint: "Operations of this workspace that could not be taken; each has its reason",
});

/** @param {any} dead @returns {Sign} */
const deadSign = (dead) => ({
  word: "Dead letters",
  level: dead.count ? "error" : "ok",
  value: count(dead.count),
  hint: "Messages that failed again and again and wait for somebody: docs/runbook.md says how to send them again",
});

/**
 * Refusals by their reason, without what differs from one to the next; the most frequent first.
 * @param {Refusal[]} refusals the newest first
 * @returns {{kind: string, ones: Refusal[], wayOut: string}[]}
 */
export function byReason(refusals) {
  /** @type {Map<string, Refusal[]>} */
  const groups = new Map();
  for (const one of refusals) {
    const kind = kindOf(one.reason);
    groups.set(kind, [...(groups.get(kind) ?? []), one]);
  }
  return [...groups]
    .map(([kind, ones]) => ({ kind, ones, wayOut: wayOut(kind) }))
    .sort((one, other) => other.ones.length - one.ones.length);
}

const VARIABLE = /([0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{24,})|('[^']*'|"[^"]*")|(\d+)/g;

/** The reason without ids, quoted texts and numbers. @param {string} reason */
export const kindOf = (reason) =>
  reason.replaceAll(VARIABLE, (_, id, text) => (id ? "<id>" : text ? "<text>" : "<number>"));

/** What to do about a refusal, by what its reason speaks of; the first that fits. @type {[RegExp, string][]} */
const WAYS_OUT = [
  [/already holds/, "Split the work: start a new trace for each part, and join them by a thread_id in the metadata."],
  [/nothing can be added/, "The trace is over here: deleted, or older than it is kept. Send with a new trace id."],
  [
    /names <number> projects/,
    "A project's name that holds an id or a date makes a project each time. Name them by what they are.",
  ],
  [
    /more operations of it were refused/,
    "One request had more refusals than are listed; those that are listed show why.",
  ],
  [
    /is not a UUID|expected a UUID|is no id/,
    "Ids of runs and traces are UUIDs. Let the SDK make them, or send one such as uuid7() gives.",
  ],
  [
    /dotted_order|parent_run_id|parent_span_id|trace_id|which the name of the part/,
    "The ids of the run, its trace and its place do not agree. Let the SDK make them, or send all three together.",
  ],
  [/^run_type/, "Send one of the kinds that the reason lists; chain is the one for everything else."],
  [
    /attachment|mime type/,
    "The attachment's name, type or content has another form than it must have; the reason says which.",
  ],
  [
    /<number> are taken|bytes|more than/,
    "Send less at once: a lower LANGSMITH_BATCH_INGEST_SIZE_LIMIT, large contents as attachments.",
  ],
  [
    /<number>$|the year|_time/,
    "Send times as ISO 8601 in UTC. Where all are wrong, look at the clock of the machine that sends.",
  ],
  [
    /JSON|UTF-8|protobuf|base64|hexadecimal|xpected|nests/,
    "The field has another form than the API takes. The reason names the field: update the SDK, or correct what sends it.",
  ],
];

/** @param {string} kind */
export const wayOut = (kind) =>
  WAYS_OUT.find(([pattern]) => pattern.test(kind))?.[1] ??
  "The reason names the field and the limit; whatever sends it must change.";
