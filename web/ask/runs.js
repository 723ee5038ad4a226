/** What is asked about the traces, runs and threads of a project; `docs/page-api.md` and `docs/filters.md` have the answers. */

import { ask, askWhole } from "../api.js";
import { metadataKey } from "../model/columns.js";
import { rootFilter, statsBody, v2Body, wholeFilter } from "../model/list_query.js";
import { SELECTS, rowOfRun, rowOfThread, rowOfTrace } from "../model/list_rows.js";
import { progressOf, servedOf } from "../model/served.js";

/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */
/** @typedef {import("../model/list_rows.js").Row} Row */

/**
 * @typedef {object} Page
 * @property {Row[]} rows
 * @property {string | null} next a cursor; there may be more also where there are no rows
 * @property {import("../model/served.js").Served | null} served
 * @property {import("../model/served.js").Progress | null} progress of a search
 */

export const PAGE_ROWS = 50;
const PART_S = 2;

/** @type {Record<string, {path: string, rowOf: (item: any) => Row}>} */
const LISTS = {
  traces: { path: "/v2/traces/query", rowOf: rowOfTrace },
  runs: { path: "/v2/runs/query", rowOf: rowOfRun },
  threads: { path: "/v2/threads/query", rowOf: rowOfThread },
};

/**
 * The newest rows, or those behind a cursor. A search answers in parts: a page may be empty and yet not the last.
 * @param {string} project
 * @param {ListQuery} query
 * @param {{cursor?: string | null, size?: number, columns?: string[], signal?: AbortSignal}} [how] `columns` that are shown
 * @returns {Promise<Page>}
 */
export async function pageOf(project, query, { cursor, size = PAGE_ROWS, columns = [], signal } = {}) {
  const { path, rowOf } = LISTS[query.tab];
  const body = { ...v2Body(project, query), page_size: size, cursor: cursor ?? undefined };
  const selects = query.tab === "threads" ? {} : { selects: selectsFor(columns) };
  const headers = { prefer: `wait=${PART_S}` };
  const answer = await askWhole("POST", path, { body: { ...body, ...selects }, headers, signal });
  return {
    rows: answer.body.items.map(rowOf),
    next: answer.body.next_cursor ?? null,
    served: servedOf(answer.headers.get("tracekeep-served")),
    progress: progressOf(answer.headers.get("tracekeep-progress")),
  };
}

/**
 * One trace or run by its id, however old it is and whatever is filtered for.
 * @param {string} project
 * @param {"traces" | "runs"} tab
 * @param {string} id
 * @returns {Promise<Row | null>} null where it is not there
 */
export async function rowById(project, tab, id) {
  const { path, rowOf } = LISTS[tab];
  const which = tab === "runs" ? { project_ids: [project], ids: [id] } : { project_id: project, trace_ids: [id] };
  const found = await ask("POST", path, { body: { ...which, selects: selectsFor([]) } });
  return found.items.length ? rowOf(found.items[0]) : null;
}

/** @param {string[]} columns */
const selectsFor = (columns) => (columns.some((id) => metadataKey(id) !== null) ? [...SELECTS, "METADATA"] : SELECTS);

/** Figures beside the histogram; feedback, which costs more, is not among them. */
const FIGURES = ["run_count", "error_rate", "latency_p50", "latency_p99", "total_tokens", "total_cost", "cost_p50"];

/** What all that matches adds up to. @param {string} project @param {ListQuery} query @param {AbortSignal} [signal] @returns {Promise<any>} */
export const figuresOf = (project, query, signal) =>
  ask("POST", "/runs/stats", { body: { ...statsBody(project, query), select: FIGURES }, signal });

const MOST_GROUPS = 100;

/**
 * What it adds up to by name, tag, kind or a metadata key; largest first.
 * @param {string} project
 * @param {ListQuery} query
 * @param {AbortSignal} [signal]
 * @returns {Promise<{key: string, stats: any}[]>}
 */
export async function groupsOf(project, query, signal) {
  const path = metadataKey(query.group ?? "");
  const attribute = path ? "metadata" : query.group;
  const group_by = { attribute, path: path ?? undefined, max_groups: MOST_GROUPS };
  const found = await ask("POST", "/runs/stats", { body: { ...statsBody(project, query), group_by }, signal });
  return Object.entries(found)
    .map(([key, stats]) => ({ key, stats }))
    .sort((one, other) => other.stats.run_count - one.stats.run_count);
}

/**
 * Counts over time: of traces, or of runs.
 * @param {string} project
 * @param {ListQuery} query
 * @param {{from_ms: number, to_ms: number, step_s: number}} window
 * @param {AbortSignal} [signal]
 * @returns {Promise<{step_ms: number, starts_ms: number[], counts: number[], errors: number[]}>}
 */
export async function histogramOf(project, query, { from_ms, to_ms, step_s }, signal) {
  const filter = query.tab === "traces" ? rootFilter(query) : wholeFilter(query);
  const found = await ask("GET", "/series", {
    query: {
      session: project,
      start_time: new Date(from_ms).toISOString(),
      end_time: new Date(to_ms).toISOString(),
      step: step_s,
      filter: filter || null,
    },
    signal,
  });
  const { points } = found.groups[0]?.[query.tab === "runs" ? "runs" : "traces"] ?? {
    points: { count: [], errors: [] },
  };
  const starts_ms = found.starts_us.map((/** @type {number} */ us) => us / 1000);
  return { step_ms: found.step_s * 1000, starts_ms, counts: points.count, errors: points.errors };
}

/** What its runs are called, tagged and marked with. @param {string} project @param {boolean} rootsOnly @returns {Promise<any>} */
export const facetsOf = (project, rootsOnly) =>
  ask("GET", `/sessions/${project}/facets`, { query: { k: 50, root_runs_only: rootsOnly } });

/** @param {string} project @returns {Promise<any>} its name, description, tier */
export const projectOf = (project) => ask("GET", `/sessions/${project}`);

/**
 * A page of runs as NDJSON, payloads and all.
 * @param {string} project
 * @param {ListQuery} query
 * @param {{cursor: string | null, signal?: AbortSignal}} how
 * @returns {Promise<{text: string, next: string | null}>}
 */
export async function exportPage(project, query, { cursor, signal }) {
  const { min_start_time, max_start_time } = v2Body(project, query);
  const body = {
    project_ids: [project],
    ...(query.tab === "runs" ? {} : { is_root: true }),
    filter: wholeFilter(query) || undefined,
    trace_filter: query.traceFilter || undefined,
    tree_filter: query.treeFilter || undefined,
    min_start_time,
    max_start_time,
    cursor: cursor ?? undefined,
  };
  const answer = await askWhole("POST", "/v2/runs/export", { body, signal, as: "text" });
  return { text: answer.body, next: answer.headers.get("tracekeep-next-cursor") };
}
