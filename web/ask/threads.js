/** What is asked about threads: the traces of one conversation, in the order in which they were spoken. */

import { ask } from "../api.js";

const A_PAGE = 100;
const SHOWN = [
  "NAME",
  "TURN_NUMBER",
  "STATUS",
  "START_TIME",
  "END_TIME",
  "LATENCY",
  "TOTAL_TOKENS",
  "TOTAL_COST",
  "ERROR_PREVIEW",
  "INPUTS",
  "OUTPUTS",
  "ERROR",
  "TAGS",
  "METADATA",
];

/**
 * A page of a thread's turns, the newest first.
 * @param {string} thread
 * @param {string} project
 * @param {string | null} [cursor]
 * @param {number} [size] answers hold whole inputs and outputs: fewer where they are large
 * @returns {Promise<{items: any[], next_cursor: string | null}>}
 */
export const turnsOfThread = (thread, project, cursor = null, size = A_PAGE) =>
  ask("GET", `/v2/threads/${encodeURIComponent(thread)}/traces`, {
    query: { project_id: project, selects: SHOWN, page_size: size, cursor },
  });

/**
 * What the turns of a thread add up to.
 * @param {string} thread
 * @param {string} project
 * @returns {Promise<any>}
 */
export const statisticsOfThread = (thread, project) =>
  ask("GET", `/v2/threads/${encodeURIComponent(thread)}/stats`, {
    query: {
      session_id: project,
      selects: [
        "TURNS",
        "FIRST_START_TIME",
        "LAST_END_TIME",
        "LATENCY_P50",
        "LATENCY_P99",
        "TOTAL_TOKENS",
        "TOTAL_COST",
        "FEEDBACK_STATS",
      ],
    },
  });
