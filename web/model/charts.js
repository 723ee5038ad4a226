/** What the charts of a dashboard show: their lines, what is behind each point, and the words of the table. */

import { count, duration, money, percent, plural } from "./format.js";
import { allOf, textOf } from "./filter_chips.js";

/** @typedef {import("./scales.js").Unit} Unit */
/** @typedef {import("./series.js").Group} Group */
/** @typedef {import("./series.js").Line} Line */
/** @typedef {import("./series.js").Series} Series */

/**
 * @typedef {object} ChartLine
 * @property {string} name
 * @property {string} colour "1" to "6" of the plots, "rest", "error" or "kind-<run type>"
 * @property {number} dash 0 is drawn through, 1 and 2 are broken, so that colour is not alone
 * @property {(number | null)[]} values one a step; null is not known: a gap
 * @property {number | null} whole of all the window
 * @property {boolean[]} [weak] values that stand on few traces
 * @property {(at: number) => string} behind the filter of what a point was counted from
 */

/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {"bars" | "lines"} look bars stand upon each other
 * @property {Unit} unit
 * @property {number[]} starts_ms
 * @property {number} step_ms
 * @property {ChartLine[]} lines
 * @property {(number | null)[] | null} before what the first line, or the whole stack, was in the window before
 * @property {boolean} hasSum whether its lines are parts of a whole
 * @property {"traces" | "runs"} tab where a point leads to
 */

/** @typedef {{by: "none" | "name" | "tag" | "metadata", key: string | null}} Grouping */

const COLOURS = 6;
const MOST_KEYS = 10;
/** A rate of fewer traces says little. */
const FEW = 3;
/** Kinds of runs that have a colour of their own, everywhere on the page. */
const KINDS = new Set(["llm", "tool", "retriever", "chain", "prompt", "embedding", "parser"]);

const ANY = () => "";
/** Runs that failed. */
export const FAILED_ONLY = 'eq(status, "error")';
const FAILED = () => FAILED_ONLY;

/** @param {string | null} said "name", "tag" or "metadata.<key>" @returns {Grouping} */
export function groupingOf(said) {
  if (said === "name" || said === "tag") return { by: said, key: null };
  const key = said?.startsWith("metadata.") ? said.slice("metadata.".length) : "";
  return key ? { by: "metadata", key } : { by: "none", key: null };
}

/**
 * The filter that a group's runs match; empty for those that are joined.
 * @param {Grouping} grouping
 * @param {string | null} name
 * @param {unknown[]} [values] of the metadata key, as they are: the group's name is their text
 */
export function groupFilter({ by, key }, name, values = []) {
  if (name === null || by === "none") return "";
  if (by === "name") return textOf([{ field: "name", op: "eq", value: name }]);
  if (by === "tag") return textOf([{ field: "tags", op: "has", value: name }]);
  const value = values.find((one) => typeof one !== "string" && JSON.stringify(one) === name) ?? name;
  return textOf([{ field: "metadata", op: "eq", key: key ?? "", value }]);
}

/** What a group is called. @param {{name: string | null, joined: number}} group */
export const groupName = ({ name, joined }) =>
  name ?? (joined ? `${count(joined)} ${joined === 1 ? "other" : "others"}` : "All");

/**
 * A value in its unit, as tooltips and tables have it.
 * @param {number | null | undefined} value
 * @param {Unit} unit
 */
export function valueWord(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "ms") return duration(value);
  if (unit === "share") return percent(value);
  if (unit === "usd") return money(value);
  return unit === "score" ? value.toFixed(2) : count(value);
}

/**
 * Traces slower than nearly all, to the percent that percentiles are good to.
 * @param {(number | null)[]} values
 */
const slowerThan = (values) => (/** @type {number} */ at) => {
  const ms = values[at];
  return ms ? `gte(latency, "${Math.max(1, Math.floor(ms * 0.98))}ms")` : "";
};

/** @typedef {[colour: string, dash: number]} Look */
/** @type {Record<string, Look>} */
const LOOKS = { failed: ["error", 0], first: ["1", 0], second: ["2", 0], tail: ["3", 1], prompt: ["4", 0] };

/**
 * The colour and the dashes of the nth of many: bars stand apart, but lines that cross differ by their dashes too.
 * @param {number} at
 * @param {string | null} name null is what is joined
 * @param {Chart["look"]} look
 * @returns {Look}
 */
export function lookOf(at, name, look) {
  if (name === null) return ["rest", 2];
  const round = Math.floor(at / COLOURS);
  return [String((at % COLOURS) + 1), (look === "lines" ? at + round : round) % 3];
}

/**
 * @param {string} name
 * @param {Look} look
 * @param {(number | null)[]} values
 * @param {number | null} whole
 * @param {(at: number) => string} [behind]
 * @returns {ChartLine}
 */
const line = (name, [colour, dash], values, whole, behind = ANY) => ({ name, colour, dash, values, whole, behind });

/**
 * @param {Series} series
 * @param {[id: string, title: string]} words
 * @param {Chart["look"]} look
 * @param {Unit} unit
 * @param {ChartLine[]} lines
 * @param {{before?: (number | null)[], tab?: Chart["tab"], isRepeated?: boolean}} [more] isRepeated: what is in several lines is counted in each
 * @returns {Chart}
 */
const chart = ({ starts_ms, step_ms }, [id, title], look, unit, lines, more = {}) => ({
  ...{ id, title, look, unit, starts_ms, step_ms, lines, before: more.before ?? null, tab: more.tab ?? "traces" },
  hasSum: look === "bars" && lines.length > 1 && !more.isRepeated,
});

/**
 * The charts of a whole project; `before` may be missing.
 * @param {Series} now
 * @param {Series | null} before
 * @returns {Chart[]}
 */
export function chartsOf(now, before) {
  const all = now.groups[0]?.traces;
  const was = before?.groups[0]?.traces.points ?? {};
  return all ? [...ofTraces(now, all, was), ...ofTokens(now, all, was), ofTypes(now), ofFeedback(now)] : [];
}

/** @param {(number | null)[]} counts */
const ofFew = (counts) => counts.map((number) => (number ?? 0) < FEW);

/** @param {Series} now @param {Line} all @param {Record<string, (number | null)[]>} was */
function ofTraces(now, { points, whole }, was) {
  const fine = points.count.map((number, at) => (number === null ? null : number - (points.errors[at] ?? 0)));
  return [
    chart(
      now,
      ["traces", "Traces"],
      "bars",
      "count",
      [
        line("Failed", LOOKS.failed, points.errors, whole.errors, FAILED),
        line("Succeeded", LOOKS.first, fine, whole.count - whole.errors, () => 'neq(status, "error")'),
      ],
      { before: was.count },
    ),
    chart(
      now,
      ["errors", "Error rate"],
      "lines",
      "share",
      [{ ...line("Failed", LOOKS.failed, points.errorRate, whole.errorRate, FAILED), weak: ofFew(points.count) }],
      { before: was.errorRate?.map((rate, at) => ((was.count[at] ?? 0) < FEW ? null : rate)) },
    ),
    percentiles(now, ["latency", "Latency"], [points.p50, points.p99], [whole.p50, whole.p99], was.p50),
    percentiles(
      now,
      ["first-token", "First token"],
      [points.token_p50, points.token_p99],
      [whole.token_p50, whole.token_p99],
      was.token_p50,
    ),
  ];
}

/**
 * @param {Series} now
 * @param {[string, string]} words
 * @param {(number | null)[][]} values
 * @param {(number | null)[]} whole
 * @param {(number | null)[]} before
 */
function percentiles(now, words, [p50, p99], [whole50, whole99], before) {
  const slow = words[0] === "latency" ? slowerThan(p99) : ANY;
  const lines = [line("p50", LOOKS.first, p50, whole50), line("p99", LOOKS.tail, p99, whole99, slow)];
  return chart(now, words, "lines", "ms", lines, { before });
}

/** @param {Series} now @param {Line} all @param {Record<string, (number | null)[]>} was */
const ofTokens = (now, { points, whole }, was) => [
  chart(
    now,
    ["tokens", "Tokens"],
    "bars",
    "count",
    [
      line("Prompt", LOOKS.prompt, points.prompt, whole.prompt),
      line("Completion", LOOKS.second, points.completion, whole.completion),
    ],
    { before: was.tokens },
  ),
  chart(now, ["cost", "Cost"], "bars", "usd", [line("Cost", LOOKS.second, points.cost, whole.cost)], {
    before: was.cost,
  }),
];

/** @param {Series} now */
function ofTypes(now) {
  const lines = now.runTypes.map((one, at) => {
    const filter = one.name === null ? "" : textOf([{ field: "run_type", op: "eq", value: one.name }]);
    const look = /** @type {Look} */ (
      KINDS.has(one.name ?? "") ? [`kind-${one.name}`, 0] : lookOf(at, one.name, "bars")
    );
    return line(groupName(one), look, one.points.count, one.whole.count, () => filter);
  });
  return chart(now, ["types", "Runs by type"], "bars", "count", lines, { tab: "runs" });
}

/** Keys whose values are no numbers have no average. @param {Series} now */
function ofFeedback(now) {
  const scored = now.feedback.filter((one) => one.whole.average !== null).slice(0, MOST_KEYS);
  const lines = scored.map(({ key, average, whole }, at) => {
    const filter = textOf([{ field: "feedback", op: "exists", key }]);
    return line(key, lookOf(at, key, "lines"), average, whole.average, () => filter);
  });
  return chart(now, ["feedback", "Feedback, average"], "lines", "score", lines, { tab: "runs" });
}

/** @type {[string, string, Chart["look"], Unit, "traces" | "runs", keyof import("./series.js").Whole][]} */
const OF_GROUPS = [
  ["traces", "Traces", "bars", "count", "traces", "count"],
  ["errors", "Error rate", "lines", "share", "traces", "errorRate"],
  ["latency", "Latency p50", "lines", "ms", "traces", "p50"],
  ["latency-p99", "Latency p99", "lines", "ms", "traces", "p99"],
  ["first-token", "First token p50", "lines", "ms", "traces", "token_p50"],
  ["tokens", "Tokens", "bars", "count", "traces", "tokens"],
  ["cost", "Cost", "bars", "usd", "traces", "cost"],
  ["runs", "Runs", "bars", "count", "runs", "count"],
];

/**
 * The charts of groups, traces by what their roots say. A group has its look in every chart.
 * @param {Series} now
 * @param {Grouping} grouping
 * @param {unknown[]} [values] of the metadata key
 * @returns {Chart[]}
 */
export function chartsOfGroups(now, grouping, values) {
  return OF_GROUPS.map(([id, title, look, unit, what, column]) => {
    const failed = column === "errorRate" ? FAILED_ONLY : "";
    const lines = now.groups.flatMap((group, at) => {
      const { points, whole } = group[what];
      const filter = allOf([groupFilter(grouping, group.name, values), failed]);
      const one = line(groupName(group), lookOf(at, group.name, look), points[column], whole[column], () => filter);
      return whole.count ? [failed ? { ...one, weak: ofFew(points.count) } : one] : [];
    });
    return chart(now, [id, title], look, unit, lines, { tab: what, isRepeated: grouping.by === "tag" });
  });
}

/** What all lines of a chart come to at a step; null where none is known. @param {Chart} chart @param {number} at */
export function totalAt(chart, at) {
  const known = /** @type {number[]} */ (chart.lines.map((one) => one.values[at]).filter((value) => value !== null));
  return known.length ? known.reduce((sum, value) => sum + value, 0) : null;
}

/**
 * What a grouping leaves out or counts twice, in words; empty where groups are parts of the whole.
 * @param {Series | null} now ungrouped
 * @param {Series} groups
 * @param {Grouping} grouping
 */
export function groupNote(now, groups, { by, key }) {
  if (by === "tag") return "A trace with several tags is counted with each of them; one without tags is in no group.";
  const all = now?.groups[0]?.traces.whole.count ?? 0;
  const missing = all - groups.groups.reduce((sum, one) => sum + one.traces.whole.count, 0);
  return by === "metadata" && missing > 0
    ? `${plural(missing, "trace")} of ${count(all)} without ${key}: in no group.`
    : "";
}
