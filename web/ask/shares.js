/** What is asked about shares: of one trace, and of the workspace; `docs/sharing.md` has the answers. */

import { ask } from "../api.js";

/** @typedef {import("../model/sharing.js").Redaction} Redaction */

/**
 * @typedef {object} Share
 * @property {string} share_token
 * @property {string} url
 * @property {string} share_id
 * @property {string} created_at
 * @property {{api_key_id: string, api_key_description: string | null}} created_by
 * @property {string | null} expires_at null is with the trace
 * @property {string} ends_at
 * @property {Redaction} redaction
 * @property {boolean} is_ready
 * @property {number} views
 * @property {string | null} last_viewed_at
 */

/**
 * @typedef {object} ShareSettings
 * @property {boolean} sharing_disabled
 * @property {boolean} organization_sharing_disabled
 * @property {number | null} default_expires_in
 * @property {number | null} max_expires_in
 * @property {Redaction} redaction
 */

/** @typedef {{hidden: Record<string, number>, runs: number, not_looked_for: number, attachments_left_out: number}} Preview */
/** @typedef {{expires_in?: number, expires_at?: string | null, redaction?: Redaction, keep_trace?: boolean}} ShareSaid */

/** How a trace is shared, or null. @param {string} trace @returns {Promise<Share | null>} */
export const shareOf = (trace) => ask("GET", `/traces/${trace}/share`);

/** Share a trace, or change how it is shared. @param {string} trace @param {ShareSaid} said @returns {Promise<Share>} */
export const share = (trace, said) => ask("PUT", `/traces/${trace}/share`, { body: said });

/** Take it back; the answer is the receipt as far as it is done. @param {string} trace @returns {Promise<any | null>} */
export const unshare = (trace) => ask("DELETE", `/traces/${trace}/share`);

/** What these rules would hide. @param {string} trace @param {Redaction} redaction @param {AbortSignal} signal @returns {Promise<Preview>} */
export const previewOf = (trace, redaction, signal) =>
  ask("POST", `/traces/${trace}/share/preview`, { body: { redaction }, signal });

/** @param {string} id @returns {Promise<any>} */
export const receiptOfShare = (id) => ask("GET", `/workspaces/current/shared/receipts/${id}`);

/** @returns {Promise<ShareSettings>} */
export const shareSettings = () => ask("GET", "/workspaces/current/share-settings");

/** Dollars for 1,000 upgrades of the organization's plan, as the wire says numbers: text. @returns {Promise<string>} */
export const upgradePrice = async () => (await ask("GET", "/orgs/current/billing")).plan.upgrade_usd_per_1000;

const PAGE = 100;

/** All that the workspace shares, newest first. @returns {Promise<import("../model/sharing.js").Listed[]>} */
export async function sharesOfWorkspace() {
  const found = [];
  for (;;) {
    const { entities, total } = await ask("GET", "/workspaces/current/shared", {
      query: { limit: PAGE, offset: found.length },
    });
    found.push(...entities);
    if (!entities.length || found.length >= total) return found;
  }
}

/** Take these back. @param {string[]} tokens @returns {Promise<{unshared: number}>} */
export const unshareThese = (tokens) => ask("DELETE", "/workspaces/current/shared", { body: { share_tokens: tokens } });

/** @returns {Promise<{unshared: number}>} */
export const unshareAll = () => ask("DELETE", "/workspaces/current/shared", { body: { unshare_all: true } });
