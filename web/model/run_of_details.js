/**
 * A run to be shown whole, in the words of the v1 API: what was sent of it, and what its trace knows of it. Tokens and
 * cost are those of the run and all below it, as everywhere.
 */

import { NO_RUN } from "./trace.js";

/** @typedef {import("./trace.js").Trace} Trace */

const US_PER_S = 1_000_000;

/**
 * @param {any} details of POST /traces/{id}/runs/details
 * @param {Trace} trace
 * @param {number} run
 * @returns {any} the run as GET /runs/{id} has it, as far as it is shown; with `feedback`
 */
export function runOfDetails(details, trace, run) {
  const { usage } = details;
  const above = trace.parents[run];
  return {
    ...details,
    trace_id: trace.id,
    parent_run_id: above === NO_RUN ? null : trace.idOf(above),
    start_time: timeText(details.start_us),
    end_time: timeText(details.end_us),
    first_token_time: timeText(details.first_token_us),
    thread_id: trace.thread,
    prompt_tokens: trace.columns.prompt_tokens[run],
    completion_tokens: trace.columns.completion_tokens[run],
    total_tokens: trace.tokensOf(run),
    prompt_token_details: usage?.input_details ?? null,
    completion_token_details: usage?.output_details ?? null,
    total_cost: trace.costOf(run),
    trace_tier: trace.tier,
    trace_kept_because: trace.keptBecause,
    trace_first_received_at: timeText(trace.firstReceived_ms * 1000),
    trace_expires_at: trace.expires_ms === null ? null : timeText(trace.expires_ms * 1000),
  };
}

/**
 * A time as the wire writes it, with its microseconds.
 * @param {number | null | undefined} us since 1970
 * @returns {string | null}
 */
export function timeText(us) {
  if (us === null || us === undefined) return null;
  const whole = new Date(Math.floor(us / US_PER_S) * 1000).toISOString();
  const micros = String(Math.round(us % US_PER_S)).padStart(6, "0");
  return whole.replace(".000Z", `.${micros}Z`);
}
