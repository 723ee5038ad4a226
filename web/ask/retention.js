/** What is asked about how long traces are kept. */

import { ask } from "../api.js";
import { choicesOf } from "../model/retention.js";

/** @typedef {import("../model/retention.js").TtlRow} TtlRow */
/** @typedef {import("../model/retention.js").TtlSaid} TtlSaid */
/** @typedef {{longlived_ttl_days: number, is_custom: boolean}} Days */

/** What the organization says, and each workspace that says something itself. @returns {Promise<TtlRow[]>} */
export const ttlSettings = () => ask("GET", "/orgs/ttl-settings");

/** The tier of new traces in projects that have none of their own. @param {string} workspace */
export const standingTier = async (workspace) => choicesOf(await ttlSettings(), workspace).counts.default_trace_tier;

/** @param {boolean} isWhole of the organization, else of the workspace @param {TtlSaid} said @returns {Promise<TtlRow>} */
export const saveTtlSettings = (isWhole, said) =>
  ask("PUT", isWhole ? "/orgs/ttl-settings" : "/ttl-settings", { body: said });

/** How many days extended traces of the workspace have. @returns {Promise<Days>} */
export const extendedDays = () => ask("GET", "/workspaces/current/ttl-settings");

/** @param {number | null} longlived_ttl_days null is all that the tier has @returns {Promise<Days>} */
export const saveExtendedDays = (longlived_ttl_days) =>
  ask("PUT", "/workspaces/current/ttl-settings", { body: { longlived_ttl_days } });

/** Remove all that the workspace says itself: it goes by its organization. @returns {Promise<TtlRow[]>} */
export const goByOrganization = () => ask("DELETE", "/ttl-settings");

/** What else would have kept a trace, after the first cause. @param {string} trace @returns {Promise<import("../model/retention.js").Kept[]>} */
export const laterCauses = async (trace) => (await ask("GET", `/traces/${trace}/retention`)).also_because;

/** In which tier a trace is. @param {string} trace @returns {Promise<"shortlived" | "longlived">} */
export const tierOfTrace = async (trace) => (await ask("GET", `/traces/${trace}/retention`)).trace_tier;
