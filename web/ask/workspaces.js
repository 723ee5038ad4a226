/** What is asked about workspaces, and how well traces come into the one that is asked. */

import { ask } from "../api.js";

/** @typedef {{id: string, display_name: string, created_at: string}} Workspace */

/** Those that the key sees, the oldest first. @returns {Promise<Workspace[]>} */
export const workspaces = () => ask("GET", "/workspaces");

/** @param {string} name @returns {Promise<Workspace>} */
export const createWorkspace = (name) => ask("POST", "/workspaces", { body: { display_name: name } });

/** @param {string} id @param {string} name @returns {Promise<Workspace>} */
export const renameWorkspace = (id, name) => ask("PATCH", `/workspaces/${id}`, { body: { display_name: name } });

/** Lag, queues, refusals and dead letters, as of now. @param {AbortSignal} [signal] @returns {Promise<any>} */
export const ingestHealth = (signal) => ask("GET", "/workspaces/current/ingest-health", { signal });

/**
 * The newest operations that were refused.
 * @param {number} limit at most 1,000
 * @returns {Promise<import("../model/ingest.js").Refusal[]>}
 */
export async function refusals(limit) {
  const answer = await ask("GET", "/workspaces/current/rejected-operations", { query: { limit } });
  return answer.items;
}
