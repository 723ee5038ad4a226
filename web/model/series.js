/** What a project did over time: which window is asked for, and what the answers come to. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** GET /series goes no further back. */
const MOST_MS = 400 * DAY_MS;
/** More points than that are noise on charts as wide as ours. */
const WANTED = 120;
/** The server draws no more. */
const MOST_STEPS = 400;
/** Whole hours come cheap: steps below one are counted run by run. @type {{ms: number, word: string}[]} */
export const STEPS = [
  { ms: MINUTE_MS, word: "1 minute" },
  { ms: 5 * MINUTE_MS, word: "5 minutes" },
  { ms: 15 * MINUTE_MS, word: "15 minutes" },
  { ms: HOUR_MS, word: "1 hour" },
  { ms: 2 * HOUR_MS, word: "2 hours" },
  { ms: 3 * HOUR_MS, word: "3 hours" },
  { ms: 6 * HOUR_MS, word: "6 hours" },
  { ms: 12 * HOUR_MS, word: "12 hours" },
  { ms: DAY_MS, word: "1 day" },
  { ms: 2 * DAY_MS, word: "2 days" },
  { ms: 7 * DAY_MS, word: "7 days" },
];

/** @typedef {{from_ms: number, to_ms: number, step_ms: number}} Window */

/**
 * What a window comes to. Times in ms, costs in dollars; null is not known. A line's `points` have a column of each.
 * @typedef {object} Whole
 * @property {number} count
 * @property {number} errors
 * @property {number | null} errorRate
 * @property {number | null} p50
 * @property {number | null} p99
 * @property {number | null} token_p50
 * @property {number | null} token_p99
 * @property {number} prompt
 * @property {number} completion
 * @property {number} tokens
 * @property {number | null} cost
 */

/** @typedef {{name: string | null, joined: number, points: Record<string, (number | null)[]>, whole: Whole}} Line */
/** @typedef {{name: string | null, joined: number, traces: Line, runs: Line}} Group */

/**
 * @typedef {object} Series
 * @property {number} step_ms
 * @property {number[]} starts_ms
 * @property {number | null} since_ms what came before was not counted
 * @property {Group[]} groups
 * @property {Line[]} runTypes
 * @property {Line[]} tools
 * @property {{key: string, count: (number | null)[], average: (number | null)[], whole: {count: number, average: number | null}}[]} feedback
 * @property {number | null} feedbackSince_ms
 */

/**
 * The shortest step that does not make too many points.
 * @param {number} span_ms
 */
export const stepOf_ms = (span_ms) => (STEPS.find(({ ms }) => span_ms <= WANTED * ms) ?? STEPS[STEPS.length - 1]).ms;

/** The steps that may be chosen for a window: between two and all that are drawn. @param {Window} window */
export const stepsFor = ({ from_ms, to_ms }) =>
  STEPS.filter(({ ms }) => 2 * ms <= to_ms - from_ms && to_ms - from_ms < (MOST_STEPS - 1) * ms);

/**
 * What is asked for: whole steps that reach over a range.
 * @param {import("./time_range.js").Range} range
 * @param {number} now_ms
 * @param {{oldest_ms?: number, step_ms?: number | null}} [more] where the range has no beginning; a step that was chosen
 * @returns {Window}
 */
export function windowOf(range, now_ms, { oldest_ms = 0, step_ms: chosen_ms = null } = {}) {
  const to_ms = range.to_ms ?? now_ms;
  const least_ms = Math.max(to_ms - MOST_MS, Math.min(range.from_ms || oldest_ms, to_ms - MINUTE_MS));
  const isFine =
    chosen_ms !== null && stepsFor({ from_ms: least_ms, to_ms, step_ms: 0 }).some(({ ms }) => ms === chosen_ms);
  const step_ms = isFine ? /** @type {number} */ (chosen_ms) : stepOf_ms(to_ms - least_ms);
  const end_ms = Math.ceil(to_ms / step_ms) * step_ms;
  const most = Math.floor(MOST_MS / step_ms) * step_ms;
  return { from_ms: Math.max(Math.floor(least_ms / step_ms) * step_ms, end_ms - most), to_ms: end_ms, step_ms };
}

/** The window of the same length that ends where this one begins. @param {Window} window @returns {Window} */
export const windowBefore = ({ from_ms, to_ms, step_ms }) => ({
  from_ms: 2 * from_ms - to_ms,
  to_ms: from_ms,
  step_ms,
});

/**
 * @param {any} answer of GET /series
 * @returns {Series}
 */
export function readSeries(answer) {
  const since_us = answer.counted_since_us;
  const known = answer.starts_us.map((/** @type {number} */ us) => since_us === null || us >= since_us);
  return {
    step_ms: answer.step_s * 1000,
    starts_ms: answer.starts_us.map((/** @type {number} */ us) => us / 1000),
    since_ms: since_us === null ? null : since_us / 1000,
    groups: answer.groups.map((/** @type {any} */ one) => readGroup(one, known)),
    runTypes: (answer.run_types ?? []).map((/** @type {any} */ one) => readLine(one, one.runs, known)),
    tools: (answer.tools ?? []).map((/** @type {any} */ one) => readLine(one, one.runs, known)),
    feedback: (answer.feedback ?? []).map(readFeedback),
    feedbackSince_ms: answer.feedback_since_us ? answer.feedback_since_us / 1000 : null,
  };
}

/** @param {any} group @param {boolean[]} known @returns {Group} */
const readGroup = (group, known) => ({
  name: group.name,
  joined: group.joined,
  traces: readLine(group, group.traces, known),
  runs: readLine(group, group.runs, known),
});

/** @type {Record<string, [string, number]>} each column's name on the wire, and what it is divided by */
const COLUMNS = {
  count: ["count", 1],
  errors: ["errors", 1],
  p50: ["latency_p50_us", 1000],
  p99: ["latency_p99_us", 1000],
  token_p50: ["first_token_p50_us", 1000],
  token_p99: ["first_token_p99_us", 1000],
  prompt: ["prompt_tokens", 1],
  completion: ["completion_tokens", 1],
  tokens: ["total_tokens", 1],
  cost: ["cost_nano_usd", 1e9],
};

/**
 * @param {{name: string | null, joined: number}} of
 * @param {{points: Record<string, (number | null)[]>, whole: Record<string, number | null>}} told
 * @param {boolean[]} known of each step
 * @returns {Line}
 */
function readLine({ name, joined }, { points, whole }, known) {
  const read = (/** @type {string} */ column) => {
    const [wire, unit] = COLUMNS[column];
    return points[wire].map((value, at) => (value === null || !known[at] ? null : value / unit));
  };
  const columns = Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, read(column)]));
  columns.errorRate = columns.count.map((count, at) => (count ? (columns.errors[at] ?? 0) / count : null));
  return { name, joined, points: columns, whole: readWhole(whole) };
}

/** @param {Record<string, number | null>} whole @returns {Whole} */
function readWhole(whole) {
  const read = Object.entries(COLUMNS).map(([column, [wire, unit]]) => {
    const value = whole[wire];
    return [column, value === null ? null : value / unit];
  });
  const errorRate = whole.count ? (whole.errors ?? 0) / whole.count : null;
  return /** @type {Whole} */ ({ ...Object.fromEntries(read), errorRate });
}

/** @param {any} feedback */
const readFeedback = ({ key, points, whole }) => ({ key, count: points.count, average: points.average, whole });

/**
 * By how much a figure changed: "+12 %", "−0.4 pt" of shares, "same"; empty where nothing can be compared.
 * @param {number | null | undefined} now
 * @param {number | null | undefined} before
 * @param {"ratio" | "points"} [by]
 */
export function deltaWord(now, before, by = "ratio") {
  if (now === null || now === undefined || before === null || before === undefined) return "";
  if (by === "points") return signed((now - before) * 100, "pt", 1);
  if (before === 0) return "";
  const share = (now / before - 1) * 100;
  return share >= 1000 ? `×${Math.round(now / before)}` : signed(share, "%", 0);
}

/** @param {number} value @param {string} unit @param {number} digits */
function signed(value, unit, digits) {
  const said = Math.abs(value).toFixed(digits);
  if (Number(said) === 0) return "same";
  return `${value < 0 ? "−" : "+"}${said} ${unit}`;
}
