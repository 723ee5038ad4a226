/** What is asked about shares: of one trace, and of the workspace; `docs/sharing.md` has the answers. */

import { PREFIX, ask, queryText } from "../api.js";

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
 * @property {boolean} is_default_redaction
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

const ALL = "/workspaces/all/shared";
/** Rows that are asked for at once. */
export const LINKS_A_PAGE = 50;

/** @typedef {import("../model/shared_urls.js").Listed} Listed */
/** @typedef {import("../model/shared_urls.js").LinksAsked} LinksAsked */

/**
 * Links of every workspace that the key sees, from this one on; `total` is of all that are asked for.
 * @param {LinksAsked} asked
 * @param {number} offset
 * @param {AbortSignal} signal
 * @returns {Promise<{entities: Listed[], total: number}>}
 */
export const linksOf = (asked, offset, signal) =>
  ask("GET", ALL, { query: { ...queryOf(asked), limit: LINKS_A_PAGE, offset }, signal });

/** Where all of them are, as a file. @param {LinksAsked} asked @param {"csv" | "json"} format */
export const linksFile = (asked, format) => `${PREFIX}${ALL}/export${queryText({ ...queryOf(asked), format })}`;

/** @param {LinksAsked} asked */
const queryOf = ({ q, sort, order, workspace }) => ({
  q: q || null,
  sort,
  order,
  workspace_id: workspace || null,
});

/** Take these back. @param {string[]} tokens @returns {Promise<{unshared: number}>} */
export const unshareThese = (tokens) => ask("DELETE", ALL, { body: { share_tokens: tokens } });

/** Take back all of a workspace, or of all that the key sees. @param {string} workspace @returns {Promise<{unshared: number}>} */
export const unshareAll = (workspace) =>
  ask("DELETE", ALL, { query: { workspace_id: workspace || null }, body: { unshare_all: true } });

/** What became of links, newest first, after the one with this id. @param {string | null} before @returns {Promise<any[]>} */
export const receiptsOfShares = (before) => ask("GET", `${ALL}/receipts`, { query: { before, limit: LINKS_A_PAGE } });

/** @param {{sharing_disabled?: boolean, default_expires_in?: number | null, max_expires_in?: number | null, redaction?: Redaction | null}} said what is to be different @returns {Promise<ShareSettings>} */
export const saveShareSettings = (said) => ask("PUT", "/workspaces/current/share-settings", { body: said });

/** Stop, or allow, the links of all workspaces. @param {boolean} isOff @returns {Promise<ShareSettings>} */
export const saveOrganizationSharing = (isOff) =>
  ask("PUT", "/orgs/current/share-settings", { body: { public_sharing_disabled: isOff } });

/** How many links work now, in a workspace or in all that the key sees. @param {string} workspace @returns {Promise<number>} */
export const linksCounted = async (workspace) =>
  (await ask("GET", ALL, { query: { limit: 1, workspace_id: workspace || null } })).total;

/**
 * What rules do to a text.
 * @param {Redaction} redaction
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<{text: string, hidden: Record<string, number>}>}
 */
export const tryRules = (redaction, text, signal) =>
  ask("POST", "/workspaces/current/share-settings/trial", { body: { redaction, text }, signal });
