/** Limits of a month: how near each is, what happens beyond it, and what a form says of one. */

import { exactCount, percent, timeOf } from "./format.js";
import { wholeDay } from "./retention.js";
import { wholeOf } from "./usage.js";

/** @typedef {"monthly_traces" | "monthly_longlived_traces"} LimitType */
/** @typedef {"reject" | "base_only" | "sample"} WhenReached */

/**
 * @typedef {object} Limit what an owner set
 * @property {string} id
 * @property {string | null} tenant_id null is the whole organization
 * @property {LimitType} limit_type
 * @property {number} limit_value
 * @property {WhenReached} when_reached
 * @property {number | null} sample_rate
 */

/**
 * @typedef {object} Stand how far the workspace is towards one limit
 * @property {LimitType} limit_type
 * @property {string | null} limit_id null is the plan's
 * @property {string} owner in words
 * @property {number} used
 * @property {number} limit
 * @property {boolean} is_near
 * @property {boolean} is_reached
 * @property {WhenReached} when_reached
 * @property {number | null} sample_rate
 * @property {string} resets_at
 */

/** @typedef {{limits: Stand[]}} Standing */
/** @typedef {"fine" | "near" | "reached"} State */
/** @typedef {{isWhole: boolean, limit_type: LimitType, limit_value: number, when_reached?: WhenReached, sample_rate?: number}} LimitSaid */
/** @typedef {{key: string, look: "error" | "warn", title: string, text: string}} Banner */

/** @typedef {import("./retention.js").Kept} Kept */
/** @typedef {{trace_id: string, project_id: string | null, refused_at: string, cause: Kept, limit: string}} RefusedUpgrade */
/** @typedef {{month: string, traces: number, runs: number, by_hour: {hour: string, traces: number, runs: number}[]}} LeftOut */

export const UPGRADES = "monthly_longlived_traces";

/** @type {Record<LimitType, string>} */
const NOUNS = { monthly_traces: "traces", monthly_longlived_traces: "extended traces" };

/** "extended traces". @param {LimitType} type */
export const nounOf = (type) => NOUNS[type] ?? type;

/** "Extended traces". @param {LimitType} type */
export const wordOf = (type) => nounOf(type).replace(/^./, (first) => first.toUpperCase());

/** @param {{is_near: boolean, is_reached: boolean}} stand @returns {State} */
export const stateOf = ({ is_near, is_reached }) => (is_reached ? "reached" : is_near ? "near" : "fine");

/** How near it is, in a word; nothing where it is far. @type {Record<State, string>} */
export const STATE_WORDS = { fine: "", near: "80 % used", reached: "Reached" };

/** What happens beyond a limit. @param {{limit_type: LimitType, when_reached: WhenReached, sample_rate: number | null}} limit */
export function beyondWords({ limit_type, when_reached, sample_rate }) {
  if (limit_type === UPGRADES) return "Nothing more is upgraded";
  if (when_reached === "base_only") return "Base tier alone, no upgrades";
  if (when_reached === "sample") return `${percent(sample_rate ?? 0.1)} of new traces are taken`;
  return "New traces are refused";
}

/** What a reached limit does now, the gravest first; the order that a banner goes by. @param {Stand} stand */
function gravity({ is_reached, limit_type, when_reached }) {
  if (!is_reached) return 4;
  if (limit_type === UPGRADES) return 3;
  return { reject: 0, sample: 1, base_only: 2 }[when_reached];
}

/** @param {Stand} stand */
function titleOf(stand) {
  if (!stand.is_reached) return "A limit is near.";
  if (stand.limit_type === UPGRADES) return "Nothing more is upgraded to the extended tier.";
  if (stand.when_reached === "sample") return `New traces are sampled: ${percent(stand.sample_rate ?? 0.1)} are taken.`;
  if (stand.when_reached === "base_only") return "New traces go to the base tier alone, and none is upgraded.";
  return "New traces are refused.";
}

/**
 * What is said over every view while a limit is reached or near: of the gravest. Null where there is nothing to say.
 * @param {Standing} standing
 * @returns {Banner | null}
 */
export function bannerOf({ limits }) {
  const [stand] = limits.filter((one) => one.is_near).sort((one, other) => gravity(one) - gravity(other));
  if (!stand) return null;
  const share = stand.limit ? ` (${percent(stand.used / stand.limit)})` : "";
  const resets_ms = timeOf(stand.resets_at);
  const until = resets_ms === null ? "" : ` It begins anew on ${wholeDay(resets_ms)}.`;
  return {
    key: [stand.limit_id ?? "plan", stand.limit, stateOf(stand), stand.resets_at].join(" "),
    look: gravity(stand) === 0 ? "error" : "warn",
    title: titleOf(stand),
    text: `${exactCount(stand.used)} of ${exactCount(stand.limit)} ${nounOf(stand.limit_type)} a month are used${share}, a limit set by ${stand.owner}.${until}`,
  };
}

/**
 * The limit as a form has it, or what is wrong with it, by field.
 * @param {Record<string, string>} form
 * @returns {{said: LimitSaid | null, wrong: Record<string, string>}}
 */
export function limitOf(form) {
  /** @type {Record<string, string>} */
  const wrong = {};
  const limit_type = form.type === UPGRADES ? UPGRADES : "monthly_traces";
  const limit_value = wholeOf(form.value ?? "");
  if (limit_value === null) wrong.value = `Say a whole number of ${nounOf(limit_type)}, such as 100,000`;
  const isSample = limit_type !== UPGRADES && form.beyond === "sample";
  const share = Number((form.share ?? "").replace("%", "").trim());
  if (isSample && !(share > 0 && share < 100)) wrong.share = "Say a share between 0 and 100 %, such as 10";
  if (limit_value === null || wrong.share) return { said: null, wrong };
  /** @type {LimitSaid} */
  const said = { isWhole: form.scope === "organization", limit_type, limit_value };
  if (limit_type !== UPGRADES) said.when_reached = /** @type {WhenReached} */ (form.beyond);
  if (isSample) said.sample_rate = share / 100;
  return { said, wrong };
}

/** Which limit of a list one stands at; null where the meter has not looked since it was set. @param {Standing} standing @param {Limit} limit */
export const standAt = ({ limits }, limit) => limits.find((one) => one.limit_id === limit.id) ?? null;

/**
 * What came of trying refused upgrades again.
 * @param {{extended: number, already: number, gone: number, refused_by: string | null}} answer summed over its calls
 */
export function retriedWords({ extended, already, gone, refused_by }) {
  const parts = [`${exactCount(extended + already)} ${extended + already === 1 ? "trace is" : "traces are"} extended`];
  if (gone) parts.push(`${exactCount(gone)} had ended`);
  return refused_by ? `${parts.join(", ")}; then the limit was reached again` : parts.join(", ");
}
