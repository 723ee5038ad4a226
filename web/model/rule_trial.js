/** What a dry run of a rule found, as a plot and in words. */

import { count, money, plural } from "./format.js";

/** @typedef {{low: number | string, middle: number | string, high: number | string}} Range */

/**
 * @typedef {object} Trial as `POST /runs/rules/dry-run` answers
 * @property {string} rule_id
 * @property {string} since
 * @property {string} until
 * @property {number} days
 * @property {boolean} is_complete
 * @property {string | null} cursor
 * @property {{looked_at: number, done: number, reached: string}} progress
 * @property {number} traces
 * @property {{traces: number, runs: number}} matched
 * @property {{traces: number, runs: number}} acted_on
 * @property {number} extended_already
 * @property {number} upgrades
 * @property {number} upgraded_by_this_rule
 * @property {Sample[]} sample
 * @property {{day: string, traces: number, matched: number, acted_on: number, upgrades: number, did: number | null}[]} by_day
 * @property {{langsmith_usd: string, langsmith_extra_usd: string, aws_extra_usd: string, source: string}} price
 * @property {{days: number, from_days: number, acted_on: Range, upgrades: Range, langsmith_extra_usd: Range, aws_extra_usd: Range} | null} month
 * @property {{monthly_cap_usd: string, upgrades: number, refused: Range, reached_on_day: number | null} | null} cap
 * @property {{days: number, upgrades: number, forecast_upgrades: number, langsmith_extra_usd: string, aws_extra_usd: string} | null} did
 */

/**
 * @typedef {object} Sample
 * @property {string} trace_id
 * @property {string} run_id
 * @property {string} session_id
 * @property {string | null} run_name
 * @property {string | null} run_type
 * @property {string | null} status
 * @property {string} start_time
 * @property {number} matched_runs
 * @property {boolean} is_drawn
 * @property {string} trace_tier
 */

const DAY_MS = 86_400_000;
const ANY = () => "";

/**
 * Matches by day; where sampling leaves some out, those that it acts on apart.
 * @param {Trial} trial
 * @returns {import("./charts.js").Chart}
 */
export function trialChart({ by_day, acted_on, matched }) {
  const drawn = { name: "acted on", colour: "1", dash: 0, values: by_day.map((one) => one.acted_on) };
  const rest = {
    name: "matched, not drawn",
    colour: "rest",
    dash: 0,
    values: by_day.map((one) => one.matched - one.acted_on),
  };
  const lines = acted_on.traces === matched.traces ? [drawn] : [drawn, rest];
  return {
    id: "trial",
    title: "Traces that match, by day",
    look: "bars",
    unit: "count",
    starts_ms: by_day.map(({ day }) => Date.parse(`${day}T00:00:00Z`)),
    step_ms: DAY_MS,
    lines: lines.map((line) => ({ ...line, whole: line.values.reduce((sum, one) => sum + one, 0), behind: ANY })),
    before: null,
    hasSum: lines.length > 1,
    tab: "traces",
  };
}

/** How many match, of how many. @param {Trial} trial */
export function matchWords({ matched, traces, days }) {
  const time = days === 1 ? "the last 24 hours" : `the last ${days} days`;
  return `${plural(matched.traces, "trace")} of ${count(traces)} in ${time} ${matched.traces === 1 ? "has" : "have"} ${plural(matched.runs, "run")} that match${matched.runs === 1 ? "es" : ""}`;
}

/** How many of them need no rule to be kept; empty where none is. @param {Trial} trial */
export function alreadyWords({ extended_already, acted_on }) {
  if (!extended_already) return "";
  if (extended_already >= acted_on.traces) return "All that it acts on are kept for longer already.";
  return `${count(extended_already)} of them ${extended_already === 1 ? "is" : "are"} kept for longer already.`;
}

/** A figure with its range, the same twice said once. @param {Range} range @param {(value: any) => string} word */
export function rangeText({ low, middle, high }, word) {
  const [from, mid, to] = [low, middle, high].map((one) => word(Number(one)));
  return from === to ? mid : `${mid} (${from} to ${to})`;
}

/**
 * What a month of it comes to: rows of word, LangSmith's price and ours.
 * @param {Trial} trial
 * @returns {{word: string, amount: string, hint: string}[]}
 */
export function monthRows({ month, cap }) {
  if (!month) return [];
  const rows = [
    { word: "Traces it acts on", amount: rangeText(month.acted_on, count), hint: "" },
    { word: "Kept for longer", amount: rangeText(month.upgrades, count), hint: "those that nothing else keeps" },
    {
      word: "At LangSmith's price",
      amount: rangeText(month.langsmith_extra_usd, money),
      hint: "what an upgrade costs there",
    },
    {
      word: "On your AWS bill",
      amount: rangeText(month.aws_extra_usd, money),
      hint: "by counted units and list prices",
    },
  ];
  return cap
    ? [...rows, { word: "Left out by the cap", amount: rangeText(cap.refused, count), hint: capWords(cap) }]
    : rows;
}

/** @param {NonNullable<Trial["cap"]>} cap */
const capWords = ({ reached_on_day }) =>
  reached_on_day === null ? "it is not reached" : `reached on about day ${reached_on_day}`;
