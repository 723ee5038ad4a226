/** What is asked about projects, which the wire calls sessions. */

import { ask, askWhole } from "../api.js";

const PAGE = 100;

/** Every project of the workspace, without figures. @param {AbortSignal} [signal] @returns {Promise<any[]>} */
export const projects = (signal) => allPages({}, signal);

/**
 * Every project with what its traces add up to since a time.
 * @param {number} since_ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<any[]>}
 */
export const projectFigures = (since_ms, signal) =>
  allPages({ include_stats: true, stats_start_time: new Date(since_ms).toISOString() }, signal);

/** @param {Record<string, string | boolean>} query @param {AbortSignal} [signal] */
async function allPages(query, signal) {
  /** @type {any[]} */
  const found = [];
  for (;;) {
    const asked = { ...query, sort_by: "name", sort_by_desc: false, limit: PAGE, offset: found.length };
    const { body, headers } = await askWhole("GET", "/sessions", { query: asked, signal });
    found.push(...body);
    if (body.length < PAGE || found.length >= Number(headers.get("x-pagination-total"))) return found;
  }
}

/**
 * Traces and errors of every project, hour by hour, the current hour last.
 * @param {number} hours
 * @param {AbortSignal} [signal]
 * @returns {Promise<{projects: Record<string, {traces: number[], errors: number[]}>}>}
 */
export const sparklines = (hours, signal) => ask("GET", "/series/projects", { query: { hours }, signal });

/** @typedef {{name?: string, description?: string, trace_tier?: "shortlived" | "longlived" | null, ttl_days?: number | null, longlived_ttl_days?: number | null}} ProjectSaid */

/** @param {ProjectSaid} said @returns {Promise<any>} */
export const createProject = (said) => ask("POST", "/sessions", { body: said });

/** @param {string} project @param {ProjectSaid} said @returns {Promise<any>} */
export const changeProject = (project, said) => ask("PATCH", `/sessions/${project}`, { body: said });

/** Take a project and all its traces away; the answer is its receipt's id. @param {string} project @returns {Promise<string>} */
export async function deleteProject(project) {
  const answer = await ask("DELETE", `/sessions/${project}`);
  return answer.deletion_ids[0];
}

/** How far a deletion is. @param {string} id @returns {Promise<any>} */
export const deletion = (id) => ask("GET", `/deletions/${id}`);

/** The newest receipts of deletions. @param {number} limit at most 100 @returns {Promise<any[]>} */
export const deletions = (limit) => ask("GET", "/deletions", { query: { limit } });

/**
 * The trace that began last in any of these projects; null where there is none.
 * @param {string[]} ids at most 100 are asked
 * @param {AbortSignal} [signal]
 * @returns {Promise<{trace_id: string, session_id: string} | null>}
 */
export async function newestTrace(ids, signal) {
  if (!ids.length) return null;
  const body = { session: ids.slice(0, PAGE), is_root: true, limit: 1, select: ["id", "trace_id", "session_id"] };
  const answer = await ask("POST", "/runs/query", { body, signal });
  return answer.runs[0] ?? null;
}
