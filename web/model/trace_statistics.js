/** Where the time and the money of a trace went: by name, by kind, by model. */

import { endOf } from "./critical_path.js";

/** @typedef {import("./trace.js").Trace} Trace */

/**
 * @typedef {object} Line what the runs of one name, kind or model add up to
 * @property {string} key
 * @property {string} kind of its runs; of several kinds the most frequent
 * @property {number} count
 * @property {number} failed
 * @property {number} self_us time in which such a run was at work itself, and nothing below it
 * @property {number} total_us latencies added up; more than the trace's length where runs overlap
 * @property {number | null} p50_us
 * @property {number | null} p99_us
 * @property {number} tokens
 * @property {number | null} cost_usd
 * @property {number} first the first such run
 */

/** @typedef {"name" | "kind" | "model"} By */

/**
 * A line a group, the one with most time of its own first.
 * @param {Trace} trace
 * @param {By} by
 * @returns {Line[]}
 */
export function statisticsOf(trace, by) {
  const own = ownOf(trace);
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  for (let run = 0; run < trace.size; run++) {
    const key = keyOf(trace, run, by);
    if (key === null) continue;
    const runs = groups.get(key);
    if (runs) runs.push(run);
    else groups.set(key, [run]);
  }
  return [...groups]
    .map(([key, runs]) => lineOf(trace, key, runs, own))
    .sort((one, other) => other.self_us - one.self_us);
}

/** @param {Trace} trace @param {number} run @param {By} by */
function keyOf(trace, run, by) {
  if (by === "name") return trace.nameOf(run);
  return by === "kind" ? trace.kindOf(run) : trace.modelOf(run);
}

/** @param {Trace} trace @param {string} key @param {number[]} runs @param {ReturnType<typeof ownOf>} own @returns {Line} */
function lineOf(trace, key, runs, own) {
  const latencies = runs.map((run) => trace.durations_us[run]).filter((us) => !Number.isNaN(us));
  latencies.sort((one, other) => one - other);
  const costs = runs.map((run) => own.cost_usd[run]).filter((usd) => !Number.isNaN(usd));
  return {
    key,
    kind: trace.kindOf(runs[0]),
    count: runs.length,
    failed: runs.filter((run) => trace.statusOf(run) === "error").length,
    self_us: sum(runs.map((run) => own.self_us[run])),
    total_us: sum(latencies),
    p50_us: quantile(latencies, 0.5),
    p99_us: quantile(latencies, 0.99),
    tokens: sum(runs.map((run) => own.tokens[run])),
    cost_usd: costs.length ? sum(costs) : null,
    first: runs[0],
  };
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

/** The nearest rank. @param {number[]} sorted @param {number} share @returns {number | null} */
export const quantile = (sorted, share) =>
  sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] : null;

/**
 * What each run took itself: the skeleton says what it took with all below it.
 * @param {Trace} trace
 * @returns {{self_us: Float64Array, tokens: Float64Array, cost_usd: Float64Array}} a cost is NaN where none is known
 */
export function ownOf(trace) {
  const self_us = new Float64Array(trace.size);
  const tokens = new Float64Array(trace.size);
  const cost_usd = new Float64Array(trace.size);
  for (let run = 0; run < trace.size; run++) {
    const below = trace.childrenOf(run);
    self_us[run] = endOf(trace, run) - trace.starts_us[run] - covered(trace, run, below);
    tokens[run] = Math.max(0, trace.tokensOf(run) - sum(below.map((one) => trace.tokensOf(one))));
    const cost = trace.costOf(run);
    const rest = (cost ?? Number.NaN) - sum(below.map((one) => trace.costOf(one) ?? 0));
    cost_usd[run] = Math.abs(rest) < 1e-12 && below.length ? Number.NaN : rest;
  }
  return { self_us, tokens, cost_usd };
}

/** How much of a run's time something below it ran. @param {Trace} trace @param {number} run @param {number[]} below */
function covered(trace, run, below) {
  const [start, end] = [trace.starts_us[run], endOf(trace, run)];
  const spans = below.map((one) => [Math.max(start, trace.starts_us[one]), Math.min(end, endOf(trace, one))]);
  spans.sort((one, other) => one[0] - other[0]);
  let total = 0;
  let until = start;
  for (const [from, to] of spans) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}
