/** The rows of the list of projects: what is known of each, in which order, and which of them. */

import { timeOf } from "./format.js";
import { daysOf } from "./retention.js";

/**
 * @typedef {object} Figures what a project's traces add up to within the window
 * @property {number} traces
 * @property {number | null} errorRate between 0 and 1; null where there was no trace
 * @property {number | null} p50_ms
 * @property {number | null} p99_ms
 * @property {number} tokens
 * @property {number | null} cost_usd
 * @property {number | null} lastRun_ms since the epoch
 */

/**
 * @typedef {object} ProjectRow
 * @property {string} id
 * @property {string} name
 * @property {string} description
 * @property {"shortlived" | "longlived"} tier of traces that come from now on
 * @property {boolean} hasOwnTier or else it follows its workspace
 * @property {number | null} ttl_days after which all its traces are erased; null is all that their tier has
 * @property {number | null} longlived_ttl_days the same for those of the extended tier
 * @property {number | null} created_ms
 * @property {Figures | null} figures null until they are known
 */

/** @typedef {{id: string, word: string, hours: number, bars: number}} Window */

/** How far back figures look; `bars` of the sparkline divide the hours. @type {Window[]} */
export const WINDOWS = [
  { id: "24h", word: "24 hours", hours: 24, bars: 24 },
  { id: "7d", word: "7 days", hours: 168, bars: 28 },
  { id: "14d", word: "14 days", hours: 336, bars: 28 },
];

/** The window of that name, else the first. @param {string | null | undefined} id */
export const windowOf = (id) => WINDOWS.find((one) => one.id === id) ?? WINDOWS[0];

const HOUR_MS = 3_600_000;

/**
 * When a window begins: at a whole hour, with the hour that runs as its last, as the sparklines have it.
 * @param {Window} window
 * @param {number} now_ms
 */
export const startOf = (window, now_ms) => (Math.floor(now_ms / HOUR_MS) - window.hours + 1) * HOUR_MS;

/**
 * @param {any} session as GET /sessions shows it
 * @returns {ProjectRow}
 */
export function rowOf(session) {
  return {
    id: session.id,
    name: session.name,
    description: session.description ?? "",
    tier: session.trace_tier ?? "shortlived",
    hasOwnTier: session.trace_tier !== null,
    ttl_days: session.ttl_days ?? null,
    longlived_ttl_days: session.longlived_ttl_days ?? null,
    created_ms: timeOf(session.start_time),
    figures: session.run_count === undefined ? null : figuresOf(session),
  };
}

/**
 * @param {any} session
 * @returns {Figures}
 */
function figuresOf(session) {
  const traces = session.run_count ?? 0;
  return {
    traces,
    errorRate: traces ? (session.error_rate ?? 0) : null,
    p50_ms: milliseconds(session.latency_p50),
    p99_ms: milliseconds(session.latency_p99),
    tokens: session.total_tokens ?? 0,
    cost_usd: session.total_cost === null || session.total_cost === undefined ? null : Number(session.total_cost),
    lastRun_ms: timeOf(session.last_run_start_time),
  };
}

/** @param {number | null | undefined} seconds */
const milliseconds = (seconds) => (seconds === null || seconds === undefined ? null : seconds * 1000);

/** @typedef {"name" | "traces" | "errors" | "p50" | "p99" | "tokens" | "cost" | "last"} SortColumn */

/** @type {Record<SortColumn, (row: ProjectRow) => string | number | null>} */
const VALUES = {
  name: (row) => row.name.toLowerCase(),
  traces: (row) => row.figures?.traces ?? null,
  errors: (row) => row.figures?.errorRate ?? null,
  p50: (row) => row.figures?.p50_ms ?? null,
  p99: (row) => row.figures?.p99_ms ?? null,
  tokens: (row) => row.figures?.tokens ?? null,
  cost: (row) => row.figures?.cost_usd ?? null,
  last: (row) => row.figures?.lastRun_ms ?? null,
};

/** @typedef {{column: SortColumn, isDown: boolean}} Sort */

/**
 * "-cost" is by cost, the highest first; what is no order is by name.
 * @param {string | null | undefined} text
 * @returns {Sort}
 */
export function sortOf(text) {
  const isDown = text?.startsWith("-") ?? false;
  const column = /** @type {SortColumn} */ (isDown ? text?.slice(1) : text);
  return column && Object.hasOwn(VALUES, column) ? { column, isDown } : { column: "name", isDown: false };
}

/** The same as an address writes it; null is the order that needs no word. @param {Sort} sort */
export const sortText = ({ column, isDown }) => (column === "name" && !isDown ? null : `${isDown ? "-" : ""}${column}`);

/**
 * What a press on a column's head asks for: figures begin with the highest, names with A; again turns it round.
 * @param {Sort} sort
 * @param {SortColumn} column
 * @returns {Sort}
 */
export const pressed = (sort, column) =>
  sort.column === column ? { column, isDown: !sort.isDown } : { column, isDown: column !== "name" };

/**
 * The rows in order; those of which nothing is known stand last, and equal ones by name.
 * @param {ProjectRow[]} rows
 * @param {Sort} sort
 */
export function inOrder(rows, { column, isDown }) {
  const value = VALUES[column];
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return a === b ? byName(one, other) : a === null ? 1 : -1;
    return (a < b ? -1 : a > b ? 1 : 0) * (isDown ? -1 : 1) || byName(one, other);
  });
}

/** @param {ProjectRow} one @param {ProjectRow} other */
const byName = (one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);

/**
 * The rows whose name or description holds every word, whatever its case.
 * @param {ProjectRow[]} rows
 * @param {string} words
 */
export function matching(rows, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = `${row.name} ${row.description}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** @typedef {{traces: number, errors: number}} Bar */

/**
 * The bars of a sparkline: whole hours joined, the newest last.
 * @param {{traces: number[], errors: number[]} | undefined} hourly
 * @param {Window} window
 * @returns {Bar[] | null}
 */
export function barsOf(hourly, { hours, bars }) {
  if (!hourly) return null;
  const step = hours / bars;
  return Array.from({ length: bars }, (_, bar) => ({
    traces: sum(hourly.traces, bar * step, step),
    errors: sum(hourly.errors, bar * step, step),
  }));
}

/** @param {number[]} values @param {number} from @param {number} length */
const sum = (values, from, length) => values.slice(from, from + length).reduce((all, one) => all + one, 0);

/**
 * All rows together: of how many traces, how many failed, and what they cost.
 * @param {ProjectRow[]} rows
 */
export function totalOf(rows) {
  const figures = rows.flatMap((row) => row.figures ?? []);
  const costs = figures.flatMap((one) => one.cost_usd ?? []);
  return {
    isKnown: figures.length === rows.length,
    traces: figures.reduce((all, one) => all + one.traces, 0),
    errors: Math.round(figures.reduce((all, one) => all + one.traces * (one.errorRate ?? 0), 0)),
    tokens: figures.reduce((all, one) => all + one.tokens, 0),
    cost_usd: costs.length ? costs.reduce((all, one) => all + one, 0) : null,
  };
}

/**
 * What the form of a project says, or what is wrong with it, by field.
 * @param {Record<string, string>} form
 * @param {number} most days that extended traces have
 * @returns {{said: import("../ask/projects.js").ProjectSaid | null, wrong: Record<string, string>}}
 */
export function projectOf(form, most) {
  /** @type {Record<string, string>} */
  const wrong = {};
  /** @param {string} name */
  const days = (name) => {
    const found = daysOf(form[name] ?? "", most);
    if (found.wrong) wrong[name] = found.wrong;
    return found.days;
  };
  const [ttl_days, longlived_ttl_days] = [days("ttl_days"), days("longlived_ttl_days")];
  if (Object.keys(wrong).length) return { said: null, wrong };
  const tier = /** @type {"shortlived" | "longlived" | ""} */ (form.trace_tier ?? "");
  const said = { name: (form.name ?? "").trim(), description: form.description ?? "", trace_tier: tier || null };
  return { said: { ...said, ttl_days, longlived_ttl_days }, wrong };
}
