/** A month of usage: its meters with money, its days, who used it, and what limits it. All days are UTC's. */

import { exactCount, percent } from "./format.js";
import { lookOf } from "./charts.js";

/** @typedef {{low: number, middle: number, high: number}} Range */
/** @typedef {{low: string, middle: string, high: string}} UsdRange */
/** @typedef {{id: string, name: string, included_traces: number, base_usd_per_1000: string, upgrade_usd_per_1000: string, stops_without_billing: boolean, is_custom: boolean}} Plan */
/** @typedef {{metric: string, quantity: number, included: number, billable: number, usd_per_1000: string, amount_usd: string}} InvoiceLine */
/** @typedef {{month: string, is_final: boolean, is_whole: boolean, plan: Plan, lines: InvoiceLine[], total_usd: string}} Invoice */
/** @typedef {{id: string, name: string | null, traces: number, upgrades: number | null, list_price_usd: string}} UseRow */
/** @typedef {{traces: Range, upgrades: Range, invoice_usd: UsdRange, list_price_usd: UsdRange}} Forecast */
/** @typedef {{day: string, traces: number, upgrades: number}} DayUse */
/** @typedef {{cause: string, cause_id: string | null, name: string | null, upgrades: number, list_price_usd: string}} CauseUse */
/** @typedef {import("./limits.js").Limit} Limit */
/** @typedef {{plan: Plan, has_billing: boolean, plans: Plan[]}} Billing */
/** @typedef {{plan: string, has_billing: boolean, included_traces?: number, base_usd_per_1000?: string, upgrade_usd_per_1000?: string}} PlanSaid */
/** @typedef {{time_bucket: string, dimensions: Record<string, string | null>, traces: number}} Bucket */
/** @typedef {"project" | "api_key" | "workspace"} Grouping */

/**
 * @typedef {object} MonthUse as GET /orgs/current/usage/{month} shows it
 * @property {string} month
 * @property {boolean} is_final
 * @property {boolean} is_whole
 * @property {number} traces
 * @property {number} upgrades
 * @property {Invoice} invoice
 * @property {string} list_price_usd
 * @property {{usd: string, by: Record<string, string>, source: string}} aws
 * @property {Forecast | null} forecast
 * @property {DayUse[]} by_day
 * @property {UseRow[]} by_workspace
 * @property {UseRow[]} by_project
 * @property {UseRow[]} by_key
 * @property {CauseUse[]} by_cause
 */

/**
 * @typedef {object} Mark a bound on a meter
 * @property {number} at
 * @property {string} word
 * @property {boolean} isLimit or else what the plan includes
 */

/**
 * @typedef {object} Meter
 * @property {"traces" | "upgrades"} id
 * @property {string} word
 * @property {number} used
 * @property {InvoiceLine} line what it costs
 * @property {Range | null} forecast of the whole month
 * @property {Mark[]} marks
 * @property {number} end of its scale
 * @property {import("./limits.js").State} state of the nearest limit
 */

/** @typedef {import("./charts.js").Chart} Chart */

const MONTH = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });
const MOST_LINES = 6;

/** "2026-11" of a time. @param {number} ms */
export const monthOf = (ms) => new Date(ms).toISOString().slice(0, 7);

/** "November 2026". @param {string} month */
export const monthWord = (month) => MONTH.format(Date.parse(`${month}-01T00:00:00Z`));

/** The first moment of a month, and that of the next. @param {string} month @returns {[string, string]} */
export function endsOf(month) {
  const [year, number] = month.split("-").map(Number);
  return [new Date(Date.UTC(year, number - 1, 1)).toISOString(), new Date(Date.UTC(year, number, 1)).toISOString()];
}

/**
 * The two meters, each against what the plan includes and what owners allow.
 * @param {MonthUse} use
 * @param {Limit[]} limits
 * @returns {[Meter, Meter]}
 */
export function metersOf(use, limits) {
  const [traces, upgrades] = use.invoice.lines;
  const { included_traces, name } = use.invoice.plan;
  const marksOf = (/** @type {Limit["limit_type"]} */ type) =>
    limits.filter((one) => one.limit_type === type && isOfAll(one, use)).map(markOf);
  const marks = marksOf("monthly_traces");
  if (included_traces && use.is_whole) {
    const word = `the ${exactCount(included_traces)} that ${name} includes`;
    marks.push({ at: included_traces, word, isLimit: false });
  }
  return [
    meter("traces", "Traces", traces, use.forecast?.traces ?? null, marks),
    meter(
      "upgrades",
      "Extended upgrades",
      upgrades,
      use.forecast?.upgrades ?? null,
      marksOf("monthly_longlived_traces"),
    ),
  ];
}

/** Whether a limit is one of all that was counted: workspaces have limits of their own. @param {Limit} limit @param {MonthUse} use */
const isOfAll = ({ tenant_id }, { by_workspace, is_whole }) =>
  tenant_id === null ? is_whole : by_workspace.every((one) => one.id === tenant_id);

/** @param {Limit} limit @returns {Mark} */
const markOf = ({ tenant_id, limit_value }) => ({
  at: limit_value,
  word: `the ${tenant_id ? "workspace" : "organization"}'s limit of ${exactCount(limit_value)}`,
  isLimit: true,
});

/**
 * @param {Meter["id"]} id
 * @param {string} word
 * @param {InvoiceLine} line
 * @param {Range | null} forecast
 * @param {Mark[]} all
 * @returns {Meter}
 */
function meter(id, word, line, forecast, all) {
  const used = line.quantity;
  const marks = [...all].sort((one, other) => one.at - other.at);
  const end = Math.max(1, used, forecast?.high ?? 0, ...marks.map((one) => one.at));
  return { id, word, used, line, forecast, marks, end, state: nearest(used, marks) };
}

const WARN_SHARE = 0.8;

/** @param {number} used @param {Mark[]} marks @returns {Meter["state"]} */
function nearest(used, marks) {
  const bounds = marks.filter((one) => one.isLimit).map((one) => one.at);
  if (bounds.some((at) => used >= at)) return "reached";
  return bounds.some((at) => used >= WARN_SHARE * at) ? "near" : "fine";
}

/** "$0.50", never fewer figures than the rate has. @param {string} usd */
export function rateWord(usd) {
  const [dollars, part = ""] = usd.split(".");
  return `$${dollars}.${part.padEnd(2, "0")}`;
}

/** What of a meter has to be paid, in a sentence. @param {Meter} meter */
export function paidWords({ line }) {
  const rate = `${rateWord(line.usd_per_1000)} per 1,000`;
  if (!line.included) return `${exactCount(line.billable)} at ${rate}`;
  if (!line.billable) return `All included; beyond that ${rate}`;
  return `${exactCount(line.included)} included, ${exactCount(line.billable)} at ${rate}`;
}

/** "about 9,300 (8,000 to 10,900)". @param {Range | UsdRange} range @param {(value: any) => string} word */
export const rangeWords = ({ low, middle, high }, word) =>
  low === high ? word(middle) : `${word(middle)} (${word(low)} to ${word(high)})`;

/** The share of a limit that is used: "83 %". @param {number} used @param {number} limit */
export const shareWords = (used, limit) => (limit ? percent(used / limit) : "100 %");

/**
 * The days of a month as a chart has them: the browser's midnights, so that each is named as the day that it is.
 * @param {string} month
 */
export function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: days }, (_, at) => new Date(year, number - 1, at + 1).getTime());
}

const DAY_MS = 86_400_000;
const NO_FILTER = () => "";

/**
 * @param {string} id
 * @param {string} title
 * @param {string} month
 * @param {{name: string, values: number[], look: [string, number]}[]} all
 * @returns {Chart}
 */
function barsOf(id, title, month, all) {
  const lines = all.map(({ name, values, look: [colour, dash] }) => {
    const whole = values.reduce((sum, one) => sum + one, 0);
    return { name, colour, dash, values, whole, behind: NO_FILTER };
  });
  const starts_ms = daysOf(month);
  const hasSum = lines.length > 1;
  return {
    id,
    title,
    look: "bars",
    unit: "count",
    starts_ms,
    step_ms: DAY_MS,
    lines,
    before: null,
    hasSum,
    tab: "traces",
  };
}

/**
 * The traces of each day, by who sent them: the largest apart, all others as one.
 * @param {string} month
 * @param {Bucket[]} buckets
 * @param {Grouping} by
 * @param {UseRow[]} rows the same groups, the largest first
 */
export function tracesChart(month, buckets, by, rows) {
  const largest = [...rows].sort((one, other) => other.traces - one.traces);
  const apart = largest.length > MOST_LINES ? largest.slice(0, MOST_LINES - 1) : largest;
  const others = largest.length - apart.length;
  const all = apart.map((row, at) => ({ name: rowName(row, by), values: noDays(month), look: lookOf(at, "", "bars") }));
  if (others) all.push({ name: `${others} others`, values: noDays(month), look: lookOf(0, null, "bars") });
  for (const { time_bucket, dimensions, traces } of buckets) {
    const at = apart.findIndex((row) => row.id === (dimensions[`${by}_id`] ?? ""));
    const line = all[at < 0 ? all.length - 1 : at];
    if (line) line.values[Number(time_bucket.slice(8, 10)) - 1] += traces;
  }
  return barsOf("usage-traces", "Traces a day", month, all);
}

/** @param {string} month */
const noDays = (month) => daysOf(month).map(() => 0);

/** @param {MonthUse} use */
export function upgradesChart({ month, by_day }) {
  const values = noDays(month);
  for (const { day, upgrades } of by_day) values[Number(day.slice(8, 10)) - 1] += upgrades;
  return barsOf("usage-upgrades", "Extended upgrades a day", month, [{ name: "Upgrades", values, look: ["2", 0] }]);
}

/** The rows of a grouping. @param {MonthUse} use @param {Grouping} by */
export const rowsBy = (use, by) =>
  by === "project" ? use.by_project : by === "api_key" ? use.by_key : use.by_workspace;

const KINDS = { project: "project", api_key: "key", workspace: "workspace" };

/** Its name; else that it is gone, with the beginning of its id. @param {UseRow} row @param {Grouping} by */
export function rowName({ id, name }, by) {
  if (name) return name;
  return id ? `Deleted ${KINDS[by]} ${id.slice(0, 8)}` : `No ${KINDS[by]}`;
}

/** @type {Record<string, string>} */
const UNITS = {
  write_units: "Writes to the table",
  read_units: "Reads of the table",
  object_puts: "Objects written",
  queue_requests: "Queue",
  gateway_requests: "API gateway",
  lambda: "Functions",
  logs: "Logs",
  xray: "X-Ray",
  storage: "Storage until each trace's end",
};

/** What AWS is paid for, the dearest first. @param {MonthUse["aws"]} aws @returns {{word: string, usd: string}[]} */
export const awsParts = ({ by }) =>
  Object.entries(by)
    .map(([unit, usd]) => ({ word: UNITS[unit] ?? unit.replaceAll("_", " "), usd }))
    .sort((one, other) => Number(other.usd) - Number(one.usd));

/** How many times cheaper AWS is: "116 times"; null where there is nothing to compare. @param {MonthUse} use */
export function timesLess({ list_price_usd, aws }) {
  const times = Number(list_price_usd) / Number(aws.usd);
  if (!Number.isFinite(times) || times < 1.05) return null;
  return times < 9.5 ? `${times.toFixed(1)} times` : `${exactCount(Math.round(times))} times`;
}

const MOST_TRACES = 1e12;

/** The number that was filled in, with or without commas; null where it is none. @param {string} text */
export function wholeOf(text) {
  const said = text.trim().replaceAll(/[,_ ]/g, "");
  return /^\d+$/.test(said) && Number(said) <= MOST_TRACES ? Number(said) : null;
}

/**
 * The plan as a form has it, or what is wrong with it, by field.
 * @param {Record<string, string>} form
 * @returns {{said: PlanSaid | null, wrong: Record<string, string>}}
 */
export function planOf(form) {
  const chosen = { plan: form.plan, has_billing: form.has_billing === "on" };
  if (form.plan !== "enterprise") return { said: chosen, wrong: {} };
  /** @type {Record<string, string>} */
  const wrong = {};
  const included_traces = wholeOf(form.included_traces ?? "");
  if (included_traces === null) wrong.included_traces = "Say a whole number";
  const [base_usd_per_1000, upgrade_usd_per_1000] = ["base_usd_per_1000", "upgrade_usd_per_1000"].map((name) => {
    const usd = (form[name] ?? "").trim().replace(/^\$/, "");
    if (!/^\d{1,6}(\.\d{1,6})?$/.test(usd)) wrong[name] = "Say dollars, such as 0.50";
    return usd;
  });
  if (Object.keys(wrong).length || included_traces === null) return { said: null, wrong };
  return { said: { ...chosen, included_traces, base_usd_per_1000, upgrade_usd_per_1000 }, wrong };
}
