/** What a share hides, and how long it lasts: nothing here asks or draws. */

import { bothClocks, day, plural, timeOf } from "./format.js";

/**
 * The rules of a share, as the wire has them.
 * @typedef {object} Redaction
 * @property {string[]} keys
 * @property {string[]} paths
 * @property {string[]} patterns
 * @property {{name: string, expression: string}[]} custom
 * @property {boolean} inputs
 * @property {boolean} outputs
 * @property {boolean} metadata
 * @property {boolean} attachments
 */

/** @typedef {"inputs" | "outputs" | "metadata" | "attachments"} Whole */

/** Shapes of texts that can be hidden, by the name that the wire has for them. */
export const SHAPES = [
  { id: "email", word: "E-mail addresses" },
  { id: "card", word: "Card numbers" },
  { id: "phone", word: "Phone numbers" },
  { id: "api_key", word: "API keys" },
];

/** What can be left out whole, of every run. @type {{id: Whole, word: string}[]} */
export const WHOLES = [
  { id: "inputs", word: "Inputs" },
  { id: "outputs", word: "Outputs" },
  { id: "metadata", word: "Metadata" },
  { id: "attachments", word: "Attachments" },
];

/** How long a link works. @type {{id: string, word: string, days: number | null}[]} */
export const EXPIRIES = [
  { id: "1", word: "1 day", days: 1 },
  { id: "7", word: "7 days", days: 7 },
  { id: "30", word: "30 days", days: 30 },
  { id: "trace", word: "As long as the trace is kept", days: null },
  { id: "date", word: "Until a day that I choose", days: null },
];

const DAY_S = 86_400;

/** How long links of a workspace may work; `none` is no limit. @type {{id: string, word: string}[]} */
export const LIMITS = [
  { id: "none", word: "No limit" },
  { id: "1", word: "1 day" },
  { id: "7", word: "7 days" },
  { id: "30", word: "30 days" },
  { id: "90", word: "90 days" },
  { id: "days", word: "Other" },
];
const MOST_DAYS = 3_650;

/** @typedef {{choice: string, days: string}} Limit a choice of `LIMITS`, and what stands in the field for days */

/** @param {number | null} seconds @returns {Limit} */
export function limitOf(seconds) {
  if (seconds === null) return { choice: "none", days: "" };
  const days = String(Math.round((seconds / DAY_S) * 100) / 100);
  return { choice: LIMITS.some(({ id }) => id === days) ? days : "days", days };
}

/** The seconds that a limit asks for, or what is wrong with it. @param {Limit} limit @returns {{seconds: number | null, wrong: string | null}} */
export function limitAsked({ choice, days }) {
  if (choice === "none") return { seconds: null, wrong: null };
  const asked = Number(choice === "days" ? days.trim() || NaN : choice);
  if (!(asked > 0 && asked <= MOST_DAYS))
    return { seconds: null, wrong: `Say the days as a number, ${MOST_DAYS.toLocaleString("en")} at most.` };
  return { seconds: Math.max(1, Math.round(asked * DAY_S)), wrong: null };
}

/**
 * The choices that a workspace allows.
 * @param {number | null} most_s the longest that it shares for, null is no limit
 */
export const allowedExpiries = (most_s) =>
  most_s === null
    ? EXPIRIES
    : EXPIRIES.filter(({ id, days }) => id === "date" || (days !== null && days * DAY_S <= most_s));

/**
 * What a new link's choice starts with: the workspace's default where it is one of the choices.
 * @param {{default_expires_in: number | null, max_expires_in: number | null}} settings
 */
export function firstExpiry({ default_expires_in, max_expires_in }) {
  const allowed = allowedExpiries(max_expires_in);
  const wanted = default_expires_in ?? max_expires_in;
  const fits = allowed.filter(({ days }) => days !== null && (wanted === null || days * DAY_S <= wanted));
  if (wanted === null) return allowed.some(({ id }) => id === "trace") ? "trace" : "7";
  return fits.at(-1)?.id ?? "date";
}

/**
 * The end that a choice asks for; null where it says none, as a day that is not chosen yet.
 * @param {string} choice
 * @param {string} date "2027-01-31": the link works until that day is over here
 * @returns {{expires_in: number} | {expires_at: string | null} | null}
 */
export function expiryAsked(choice, date) {
  if (choice === "date") return date ? { expires_at: new Date(`${date}T23:59:59`).toISOString() } : null;
  const days = EXPIRIES.find((one) => one.id === choice)?.days;
  return days ? { expires_in: days * DAY_S } : { expires_at: null };
}

/** Names that somebody wrote one a line, or with commas; each once. @param {string} text */
export const namesIn = (text) => [
  ...new Set(
    text
      .split(/[\n,]/)
      .map((one) => one.trim())
      .filter(Boolean),
  ),
];

/** Rules that hide nothing. @type {Redaction} */
export const NO_RULES = {
  keys: [],
  paths: [],
  patterns: [],
  custom: [],
  inputs: false,
  outputs: false,
  metadata: false,
  attachments: false,
};

/** Rules as an address has them: what hides nothing is left out. @param {Redaction} rules */
export function rulesText(rules) {
  const said = Object.entries(rules).filter(([, value]) => (Array.isArray(value) ? value.length : value));
  return JSON.stringify(Object.fromEntries(said));
}

/** What an address says; null where it says nothing that is rules. @param {string | null} text @returns {Redaction | null} */
export function rulesIn(text) {
  try {
    const said = JSON.parse(text ?? "null");
    if (typeof said !== "object" || said === null || Array.isArray(said)) return null;
    const known = Object.entries(NO_RULES).filter(([name, none]) => sameKind(said[name], none));
    return { ...NO_RULES, ...Object.fromEntries(known.map(([name]) => [name, said[name]])) };
  } catch {
    return null;
  }
}

/** @param {unknown} one @param {unknown} other */
const sameKind = (one, other) => typeof one === typeof other && Array.isArray(one) === Array.isArray(other);

/** Whether two sets of rules are the same, in whatever order. @param {Redaction} one @param {Redaction} other */
export const sameRules = (one, other) => ordered(one) === ordered(other);

/** @param {Redaction} rules */
const ordered = (rules) =>
  JSON.stringify([
    ...[rules.keys, rules.paths, rules.patterns].map((names) => [...names].sort()),
    rules.custom.map((one) => [one.name, one.expression]),
    ...WHOLES.map(({ id }) => rules[id]),
  ]);

/**
 * What the rules hide, in a few words: "keys (14), API keys, inputs".
 * @param {Redaction} rules
 */
export function rulesSaid(rules) {
  const words = [
    ...counted("key name", rules.keys),
    ...counted("path", rules.paths),
    ...SHAPES.filter(({ id }) => rules.patterns.includes(id)).map(({ word }) => inside(word)),
    ...rules.custom.map(({ name }) => name),
    ...WHOLES.filter(({ id }) => rules[id]).map(({ word }) => `all ${inside(word)}`),
  ];
  return words.length ? words.join(", ") : "nothing";
}

/** @param {string} one @param {string[]} names */
const counted = (one, names) => (names.length ? [plural(names.length, one)] : []);

/** As within a sentence. @param {string} word */
const inside = (word) => (word.startsWith("API") ? word : word[0].toLowerCase() + word.slice(1));

/**
 * How many places each rule hides, the most first.
 * @param {Record<string, number>} hidden
 * @returns {{total: number, rules: {rule: string, places: number}[]}}
 */
export function hiddenPlaces(hidden) {
  const rules = Object.entries(hidden).map(([rule, places]) => ({ rule, places }));
  rules.sort((one, other) => other.places - one.places || one.rule.localeCompare(other.rule));
  return { total: rules.reduce((sum, { places }) => sum + places, 0), rules };
}

/**
 * When a link stops, as it is said.
 * @param {string | null} ends_at
 * @param {number} now_ms
 */
export function endSaid(ends_at, now_ms) {
  const end_ms = timeOf(ends_at);
  if (end_ms === null) return { word: "with its trace", hint: "" };
  const year = new Date(end_ms).getFullYear();
  const word = `${day(end_ms)}${year === new Date(now_ms).getFullYear() ? "" : ` ${year}`}`;
  return { word, hint: bothClocks(end_ms) };
}
