/** What is asked about limits, and about what they kept out. */

import { ask } from "../api.js";

/** @typedef {import("../model/limits.js").Limit} Limit */
/** @typedef {import("../model/limits.js").Standing} Standing */
/** @typedef {import("../model/limits.js").RefusedUpgrade} RefusedUpgrade */
/** @typedef {{extended: number, already: number, gone: number, refused_by: string | null, cursor: string | null}} Retried */

/** Of the workspace and of its organization. @param {AbortSignal} [signal] @returns {Promise<Limit[]>} */
export async function limits(signal) {
  const both = await Promise.all([
    ask("GET", "/usage-limits", { signal }),
    ask("GET", "/usage-limits/org", { signal }),
  ]);
  return both.flat();
}

/** @param {import("../model/limits.js").LimitSaid} said @returns {Promise<Limit>} */
export const setLimit = ({ isWhole, ...body }) => ask("PUT", isWhole ? "/usage-limits/org" : "/usage-limits", { body });

/** @param {string} id @returns {Promise<null>} */
export const removeLimit = (id) => ask("DELETE", `/usage-limits/${id}`);

/** Where the workspace stands. @param {AbortSignal} [signal] @returns {Promise<Standing>} */
export const standing = (signal) => ask("GET", "/workspaces/current/usage_limits", { signal });

/**
 * A page of the upgrades that a limit refused, in order of time.
 * @param {string | null} cursor
 * @param {AbortSignal} [signal]
 * @returns {Promise<{items: RefusedUpgrade[], cursor: string | null}>}
 */
export const refusedUpgrades = (cursor, signal) =>
  ask("GET", "/workspaces/current/refused-upgrades", { query: { limit: 50, ...(cursor ? { cursor } : {}) }, signal });

/** Try all of them again, until there are no more or the limit is reached again. @returns {Promise<Retried>} */
export async function retryRefused() {
  /** @type {Retried} */
  const sum = { extended: 0, already: 0, gone: 0, refused_by: null, cursor: null };
  do {
    const one = /** @type {Retried} */ (
      await ask("POST", "/workspaces/current/refused-upgrades/retry", { body: { cursor: sum.cursor } })
    );
    sum.extended += one.extended;
    sum.already += one.already;
    sum.gone += one.gone;
    sum.refused_by = one.refused_by;
    sum.cursor = one.cursor;
  } while (sum.cursor);
  return sum;
}

/** What a sample left out of a month. @param {string} month @param {AbortSignal} [signal] @returns {Promise<import("../model/limits.js").LeftOut>} */
export const leftOut = (month, signal) => ask("GET", "/workspaces/current/left-out", { query: { month }, signal });
