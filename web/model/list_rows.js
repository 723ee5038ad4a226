/** Rows of lists, whatever question they answer: traces and runs as v2 gives them, threads. */

import { timeOf } from "./format.js";

/** @typedef {{key: string, n: number, average: number | null, values: Record<string, number>, said: string}} Feedback */

/**
 * @typedef {object} Row
 * @property {"trace" | "run" | "thread"} kind
 * @property {string} id of the run; of a trace its root's; of a thread its own
 * @property {string} traceId of a thread the newest turn's
 * @property {string} name
 * @property {string} type
 * @property {"success" | "error" | "pending"} status
 * @property {string | null} input
 * @property {string | null} output
 * @property {string | null} error
 * @property {number | null} start_ms
 * @property {number | null} latency_ms
 * @property {number | null} firstToken_ms since the start
 * @property {number} tokens
 * @property {number | null} cost_usd
 * @property {Feedback[]} feedback
 * @property {string[]} tags
 * @property {Record<string, unknown>} metadata
 * @property {string | null} tier
 * @property {number | null} expires_ms
 * @property {string | null} keptBecause
 * @property {string | null} threadId
 * @property {number | null} runs of the trace
 * @property {number} failed of the trace's runs, or of the thread's turns
 * @property {number} [turns]
 * @property {number | null} [p99_ms]
 */

/** What is asked of each run for a row; metadata, which may be large, only where a column shows it. */
export const SELECTS = [
  "ID",
  "TRACE_ID",
  "NAME",
  "RUN_TYPE",
  "STATUS",
  "START_TIME",
  "END_TIME",
  "FIRST_TOKEN_TIME",
  "INPUTS_PREVIEW",
  "OUTPUTS_PREVIEW",
  "ERROR_PREVIEW",
  "TOTAL_TOKENS",
  "TOTAL_COST",
  "TAGS",
  "THREAD_ID",
  "TRACE_TIER",
  "TRACE_EXPIRES_AT",
  "TRACE_KEPT_BECAUSE",
  "FEEDBACK_STATS",
];

/** @param {any} run as v2 gives it @returns {Row} */
export function rowOfRun(run) {
  const start_ms = timeOf(run.start_time);
  const end_ms = timeOf(run.end_time);
  const token_ms = timeOf(run.first_token_time);
  return {
    kind: "run",
    id: run.id,
    traceId: run.trace_id ?? run.id,
    name: run.name ?? "",
    type: (run.run_type ?? "").toLowerCase(),
    status: statusOf(run.status),
    input: run.inputs_preview ?? null,
    output: run.outputs_preview ?? null,
    error: run.error_preview ?? null,
    start_ms,
    latency_ms: since(end_ms, start_ms),
    firstToken_ms: since(token_ms, start_ms),
    tokens: run.total_tokens ?? 0,
    cost_usd: numberOf(run.total_cost),
    feedback: feedbackOf(run.feedback_stats),
    tags: run.tags ?? [],
    metadata: run.metadata ?? {},
    tier: run.trace_tier ?? null,
    expires_ms: timeOf(run.trace_expires_at),
    keptBecause: whyOf(run.trace_kept_because),
    threadId: run.thread_id ?? null,
    runs: null,
    failed: 0,
  };
}

/** @param {any} item of v2's traces @returns {Row} */
export function rowOfTrace(item) {
  const row = rowOfRun(item.root_run);
  const sums = item.trace_aggregates;
  return {
    ...row,
    kind: "trace",
    tokens: sums?.total_tokens ?? row.tokens,
    cost_usd: numberOf(sums?.total_cost) ?? row.cost_usd,
    firstToken_ms: since(timeOf(sums?.first_token_time), row.start_ms),
    runs: item.run_count ?? null,
    failed: item.failed_run_count ?? 0,
  };
}

/** @param {any} thread @returns {Row} */
export function rowOfThread(thread) {
  return {
    ...rowOfRun({}),
    kind: "thread",
    id: thread.thread_id,
    threadId: thread.thread_id,
    traceId: thread.last_trace_id,
    name: thread.thread_id,
    status: thread.num_errored_turns ? "error" : "success",
    input: thread.first_inputs ?? null,
    output: thread.last_outputs ?? null,
    error: thread.last_error ?? null,
    start_ms: timeOf(thread.max_start_time),
    latency_ms: milliseconds(thread.latency_p50),
    p99_ms: milliseconds(thread.latency_p99),
    tokens: thread.total_tokens ?? 0,
    cost_usd: numberOf(thread.total_cost),
    feedback: feedbackOf(thread.feedback_stats),
    turns: thread.count,
    failed: thread.num_errored_turns ?? 0,
  };
}

/** @param {string | undefined} said */
function statusOf(said) {
  const status = (said ?? "pending").toLowerCase();
  return status === "success" || status === "error" ? status : "pending";
}

/** @param {number | null} end_ms @param {number | null} start_ms */
const since = (end_ms, start_ms) => (end_ms === null || start_ms === null ? null : Math.max(0, end_ms - start_ms));

/** @param {unknown} value */
const numberOf = (value) => (value === null || value === undefined ? null : Number(value));

/** @param {number | null | undefined} seconds */
const milliseconds = (seconds) => (seconds === null || seconds === undefined ? null : seconds * 1000);

/** @param {unknown} because */
const whyOf = (because) => (because === null || because === undefined ? null : typeof because === "string" ? because : JSON.stringify(because)); // prettier-ignore

/** What was said, a chip a key: an average where there are scores, else the most frequent value. @param {any} stats @returns {Feedback[]} */
export function feedbackOf(stats) {
  return Object.entries(stats ?? {}).map(([key, one]) => {
    const values = one.values ?? {};
    const [most] = Object.entries(values).sort(([, a], [, b]) => Number(b) - Number(a));
    const average = numberOf(one.avg);
    return {
      key,
      n: one.n ?? 0,
      average,
      values,
      said: most?.[0] ?? (average === null ? `${one.n}` : scoreWords(average)),
    };
  });
}

/** @param {number} score */
const scoreWords = (score) => (Number.isInteger(score) ? String(score) : score.toFixed(2));

/**
 * Newer rows before those that are there; those that are asked again are as they are now.
 * @param {Row[]} rows
 * @param {Row[]} asked the newest, newest first
 * @returns {{rows: Row[], came: Row[]}} `came` are not yet among the rows
 */
export function renewed(rows, asked) {
  const now = new Map(asked.map((row) => [row.id, row]));
  const known = new Set(rows.map((row) => row.id));
  return { rows: rows.map((row) => now.get(row.id) ?? row), came: asked.filter((row) => !known.has(row.id)) };
}
