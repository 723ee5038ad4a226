/** Facts of one run, out of the answer of the API: times, tokens, cost, events. */

import { isObject } from "./json_text.js";
import { timeOf } from "./format.js";

/**
 * When the run's trace began, as its dotted order says; null where it does not.
 * @param {any} run
 * @returns {number | null} ms since the epoch
 */
export function traceStart_ms(run) {
  const found = word(run?.dotted_order).match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})(\d{3})Z/);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, milli, micro] = found;
  const whole = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  return Number.isNaN(whole) ? null : whole + Number(micro) / 1000;
}

/** @param {unknown} value */
const word = (value) => (typeof value === "string" ? value : "");

/**
 * The wire's time with its microseconds. @param {unknown} text
 * @returns {number | null} ms since the epoch
 */
export function exactTime(text) {
  const whole = timeOf(word(text));
  const micros = word(text).match(/\.\d{3}(\d{1,3})/)?.[1];
  return whole === null ? null : whole + (micros ? Number(micros.padEnd(3, "0")) / 1000 : 0);
}

/**
 * @typedef {object} RunFacts all times in ms; null where they are not known
 * @property {number | null} start_ms since the epoch
 * @property {number | null} offset_ms since the trace began; null of its root
 * @property {number | null} latency_ms
 * @property {number | null} firstToken_ms since the run began
 * @property {string} status
 * @property {string} model
 */

/**
 * @param {any} run
 * @param {number | null} [began_ms] when its trace did, where that is known
 * @returns {RunFacts}
 */
export function factsOf(run, began_ms) {
  const start_ms = exactTime(run?.start_time);
  const [end, first, trace] = [
    exactTime(run?.end_time),
    exactTime(run?.first_token_time),
    began_ms ?? traceStart_ms(run),
  ];
  const since = (/** @type {number | null} */ one, /** @type {number | null} */ from) =>
    one === null || from === null ? null : Math.max(0, one - from);
  return {
    start_ms,
    offset_ms: run?.parent_run_id ? since(start_ms, trace) : null,
    latency_ms: since(end, start_ms),
    firstToken_ms: since(first, start_ms),
    status: word(run?.status) || (run?.error ? "error" : run?.end_time ? "success" : "pending"),
    model: modelOf(run),
  };
}

/** The model that was called, as LangSmith's metadata, the parameters, or the answer name it. @param {any} run */
export function modelOf(run) {
  const { metadata, invocation_params: asked } = run?.extra ?? {};
  const names = [run?.model, metadata?.ls_model_name, asked?.model, asked?.model_name, metadata?.model, run?.inputs?.model, run?.outputs?.model]; // prettier-ignore
  const isModel = ["llm", "embedding"].includes(run?.run_type) || metadata?.ls_model_name;
  return isModel ? word(names.find((one) => typeof one === "string" && one)) : "";
}

/** @typedef {{id: string, word: string, tokens: number}} TokenPart */

/**
 * Of what the tokens were, as parts that add up: read from a cache, asked anew, thought, answered.
 * @param {any} run
 * @returns {TokenPart[]} without those of none
 */
export function tokenParts(run) {
  const [prompt, completion, total] = [run?.prompt_tokens, run?.completion_tokens, run?.total_tokens].map(natural);
  const [cached, reasoning] = [among(run?.prompt_token_details, /cache_?read|cached/), among(run?.completion_token_details, /reasoning/)]; // prettier-ignore
  const fromCache = Math.min(cached, prompt);
  const thought = Math.min(reasoning, completion);
  return [
    { id: "cached", word: "from the cache", tokens: fromCache },
    { id: "prompt", word: "prompt", tokens: prompt - fromCache },
    { id: "reasoning", word: "reasoning", tokens: thought },
    { id: "completion", word: "completion", tokens: completion - thought },
    { id: "other", word: "other", tokens: Math.max(0, total - prompt - completion) },
  ].filter((one) => one.tokens > 0);
}

/** @param {unknown} value */
const natural = (value) => (typeof value === "number" && value > 0 ? value : 0);

/** @param {unknown} details @param {RegExp} name */
const among = (details, name) =>
  isObject(details) ? natural(Object.entries(details).find(([key]) => name.test(key))?.[1]) : 0;

/** @typedef {{name: string, at_ms: number | null, event: unknown}} RunEvent `at_ms` since the run began */
/** @typedef {{kind: "event", event: RunEvent} | {kind: "tokens", events: RunEvent[]}} EventRow */

/**
 * The events of a run, with successive new tokens as one row.
 * @param {any} run
 * @returns {EventRow[]}
 */
export function eventRows(run) {
  const start = exactTime(run?.start_time);
  /** @type {EventRow[]} */
  const rows = [];
  for (const raw of Array.isArray(run?.events) ? run.events : []) {
    const event = eventOf(raw, start);
    const last = rows.at(-1);
    if (event.name !== "new_token") rows.push({ kind: "event", event });
    else if (last?.kind === "tokens") last.events.push(event);
    else rows.push({ kind: "tokens", events: [event] });
  }
  return rows;
}

/** @param {any} raw @param {number | null} start @returns {RunEvent} */
function eventOf(raw, start) {
  const time = raw?.time ?? raw?.timestamp;
  const at = typeof time === "number" ? time : exactTime(time);
  return { name: word(raw?.name) || "event", at_ms: at === null || start === null ? null : at - start, event: raw };
}
