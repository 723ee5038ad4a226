/** What is asked about API keys. */

import { ask } from "../api.js";

/**
 * @typedef {object} ApiKey
 * @property {string} id
 * @property {string} short_key
 * @property {string} description
 * @property {string} created_at
 * @property {string | null} last_used_at true to the hour
 * @property {string | null} expires_at
 * @property {boolean} read_only
 * @property {boolean} organization_wide
 * @property {boolean} [is_current] the one that this browser is signed in with
 */

/** @returns {Promise<ApiKey[]>} */
export const keys = () => ask("GET", "/api-key");

/** @typedef {{description: string, read_only?: boolean, expires_at?: string | null, organization_wide?: boolean}} KeySaid */

/** A new key; its text is in this answer, and never again. @param {KeySaid} said @returns {Promise<ApiKey & {key: string}>} */
export const createKey = (said) => ask("POST", "/api-key", { body: said });

/** @param {string} id @param {{evenMine?: boolean}} [how] @returns {Promise<{warning: string | null}>} */
export const revokeKey = (id, { evenMine = false } = {}) =>
  ask("DELETE", `/api-key/${id}`, { query: { even_mine: evenMine ? true : null } });
