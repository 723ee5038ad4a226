/** How long traces are kept, and why, in words. */

import { bothClocks } from "./format.js";

/**
 * @typedef {object} Kept what put a trace into the extended tier
 * @property {string} sentence
 * @property {string} cause "project", "feedback", "rule", "share" or "queue"
 * @property {string | null} id
 * @property {string | null} name
 * @property {string | null} by
 * @property {number} at_us since 1970 UTC
 */

/** @typedef {"shortlived" | "longlived"} Tier */

/**
 * @typedef {object} TtlRow what one scope says
 * @property {string | null} tenant_id null is the organization
 * @property {Tier} default_trace_tier
 * @property {"system" | "user"} configured_by
 * @property {number} longlived_ttl_days
 * @property {boolean} feedback_extends_retention
 * @property {boolean} app_feedback_extends_retention
 * @property {Record<string, string | number | boolean | null>} says what it says itself: null goes by the scope above
 */

/** @typedef {{default_trace_tier: Tier, apply_to_all_projects: boolean, feedback_extends_retention: boolean, app_feedback_extends_retention: boolean}} TtlSaid */

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** "4 December 2026". @param {number} ms */
export const wholeDay = (ms) => DAY.format(ms);

/** @type {Record<string, string>} */
const CAUSES = {
  project: "Tier of its project",
  feedback: "Feedback",
  rule: "Rule",
  share: "Kept while it is shared",
  queue: "Annotation queue",
};

/** What a cause is called. @param {string} cause */
export const causeWord = (cause) => CAUSES[cause] ?? cause;

/**
 * A cause, who it was and when, as far as it is known.
 * @param {Kept} kept
 * @returns {{word: string, value: string, title?: string}[]}
 */
export function keptFacts({ cause, name, by, at_us }) {
  const at_ms = at_us / 1000;
  return [
    { word: "Cause", value: name ? `${causeWord(cause)} “${name}”` : causeWord(cause) },
    ...(by ? [{ word: "Who", value: by }] : []),
    { word: "When", value: wholeDay(at_ms), title: bothClocks(at_ms) },
  ];
}

const MOST_CAUSES = 8;

/**
 * The later causes of a trace as a list shows them: each in a sentence, and how many more there are.
 * @param {Kept[]} later
 */
export const laterWords = (later) => ({
  sentences: later.slice(0, MOST_CAUSES).map(({ sentence }) => sentence),
  more: Math.max(0, later.length - MOST_CAUSES),
});

/** Whether a scope says anything itself. @param {TtlRow} row */
export const saysSomething = ({ says }) => Object.values(says ?? {}).some((one) => one !== null);

/** Why a trace of which no cause is known is in its tier. @param {Tier} tier */
export const whyNot = (tier) =>
  tier === "longlived"
    ? "What put it there is not known."
    : "Nothing keeps it longer: that was the tier of its project when the first of it was received, and nothing has upgraded it since.";

/**
 * What counts in a workspace: what it says itself, else what the organization does.
 * @param {TtlRow[]} rows of GET /orgs/ttl-settings
 * @param {string} workspace
 * @returns {{organization: TtlRow, own: TtlRow | null, counts: TtlRow}}
 */
export function choicesOf(rows, workspace) {
  const organization = /** @type {TtlRow} */ (rows.find((row) => row.tenant_id === null));
  const row = rows.find((one) => one.tenant_id === workspace) ?? null;
  return { organization, own: row && saysSomething(row) ? row : null, counts: row ?? organization };
}

/**
 * What a form says of a scope.
 * @param {Record<string, string>} form only boxes that are checked are in it
 * @returns {TtlSaid}
 */
export const ttlOf = (form) => ({
  default_trace_tier: form.tier === "longlived" ? "longlived" : "shortlived",
  apply_to_all_projects: "all" in form,
  feedback_extends_retention: "feedback" in form,
  app_feedback_extends_retention: "app_feedback" in form,
});

/**
 * The days that were filled in; null is all that the tier has.
 * @param {string} text
 * @param {number} most
 * @returns {{days: number | null, wrong: null} | {days: null, wrong: string}}
 */
export function daysOf(text, most) {
  const said = text.trim();
  if (!said) return { days: null, wrong: null };
  const days = Number(said);
  if (!Number.isInteger(days) || days < 1 || days > most)
    return { days: null, wrong: `Say whole days from 1 to ${most}, or nothing for all ${most}` };
  return { days: days === most ? null : days, wrong: null };
}
