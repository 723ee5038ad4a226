/** What is asked about a project over time. */

import { ask } from "../api.js";
import { readSeries } from "../model/series.js";

/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/series.js").Window} Window */

/**
 * A project's series; with a grouping, of its groups alone.
 * @param {string} project
 * @param {Window} window
 * @param {{filter?: string, grouping?: import("../model/charts.js").Grouping, signal?: AbortSignal}} [how]
 * @returns {Promise<Series>}
 */
export async function seriesOf(project, { from_ms, to_ms, step_ms }, { filter, grouping, signal } = {}) {
  const query = {
    session: project,
    start_time: new Date(from_ms).toISOString(),
    end_time: new Date(to_ms).toISOString(),
    step: step_ms / 1000,
    group_by: grouping?.by ?? null,
    metadata_key: grouping?.key ?? null,
    filter: filter || null,
  };
  return readSeries(await ask("GET", "/series", { query, signal }));
}

/** Where the SDKs say which model was called. */
export const MODEL_KEY = "ls_model_name";

/**
 * Model calls by their model.
 * @param {string} project
 * @param {Window} window
 * @param {string} filter
 * @param {AbortSignal} [signal]
 */
export const modelSeries = (project, window, filter, signal) =>
  seriesOf(project, window, { filter, grouping: { by: "metadata", key: MODEL_KEY }, signal });
