/** What is asked about automation rules; `docs/page-api.md` has the answers. */

import { ask } from "../api.js";

/** @typedef {import("../model/rules.js").Rule} Rule */
/** @typedef {import("../model/rule_trial.js").Trial} Trial */

const PART_S = 2;
const LOG_ROWS = 50;

/** @param {string | null} [project] only those of this project @returns {Promise<Rule[]>} the oldest first */
export const rules = (project) => ask("GET", "/runs/rules", { query: { session_id: project ?? null } });

/** @param {string} id @returns {Promise<Rule>} */
export const rule = (id) => ask("GET", `/runs/rules/${id}`);

/** @param {object} body @returns {Promise<Rule>} with the secrets of its new webhooks, which are never shown again */
export const createRule = (body) => ask("POST", "/runs/rules", { body });

/** @param {string} id @param {object} body the whole rule @returns {Promise<Rule>} */
export const changeRule = (id, body) => ask("PATCH", `/runs/rules/${id}`, { body });

/** @param {string} id @returns {Promise<unknown>} */
export const deleteRule = (id) => ask("DELETE", `/runs/rules/${id}`);

/** @param {string} id @returns {Promise<unknown>} */
export const triggerRule = (id) => ask("POST", `/runs/rules/${id}/trigger`);

/**
 * What a rule would do, as far as it is known by then: each answer has all that was found so far.
 * @param {object} body a rule, with `days`, and the cursor of the answer before
 * @param {AbortSignal} [signal]
 * @returns {Promise<Trial>}
 */
export const dryRun = (body, signal) =>
  ask("POST", "/runs/rules/dry-run", { body, signal, headers: { prefer: `wait=${PART_S}` } });

/**
 * What a rule did, the newest first.
 * @param {string} id
 * @param {{cursor?: string | null, looksBack?: boolean}} [how] `looksBack`: to past traces, when it was made
 * @returns {Promise<{logs: import("../model/rules.js").Applied[], cursor: string | null, has_more: boolean}>}
 */
export const ruleLog = (id, { cursor, looksBack = false } = {}) =>
  ask("GET", `/runs/rules/${id}/logs/v2`, { query: { limit: LOG_ROWS, cursor: cursor ?? null, backfill: looksBack } });

/** A new secret for a webhook; the one before signs nothing more. @param {string} id @param {number} at @returns {Promise<{url: string, signing_secret: string}>} */
export const newSecret = (id, at) => ask("POST", `/runs/rules/${id}/webhooks/${at}/secret`);

/** Send a sample to a webhook. @param {string} id @param {number} at @returns {Promise<{delivery_id: string, url: string}>} */
export const testWebhook = (id, at) => ask("POST", `/runs/rules/${id}/webhooks/${at}/test`);

/** @param {string} id @param {string} delivery @returns {Promise<{result: string, attempts: number, status_code: number | null, reason: string | null}>} */
export const deliveryOf = (id, delivery) => ask("GET", `/runs/rules/${id}/deliveries/${delivery}`);
