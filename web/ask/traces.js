/** What is asked about one trace; `docs/page-api.md` has the answers. */

import { ask, askWhole, readLink } from "../api.js";
import { laterCauses } from "./retention.js";

/**
 * Where a trace's view takes what it shows from: the API for who is signed in, files for a shared link.
 * @typedef {object} TraceSource
 * @property {(revision: string | null) => Promise<any | null>} skeleton null where nothing is newer than the revision
 * @property {(runs: string[]) => Promise<{runs: any[], left_out: string[]}>} runs all of at most 20 runs; `left_out` did
 *   not fit into the answer
 * @property {(words: string, signal: AbortSignal) => Promise<string[]>} [search] the ids of runs whose contents have all
 *   the words
 * @property {(run: string, given: Given) => Promise<void>} [saveFeedback]
 * @property {(feedback: string) => Promise<void>} [deleteFeedback]
 * @property {(url: string) => Promise<string>} [attachment] the text of an attachment, by its link
 * @property {() => Promise<import("../model/retention.js").Kept[]>} [laterCauses] what else would have kept it
 * @property {boolean} isLive whether more may come
 */

/** @typedef {{key: string, score?: number | boolean | null, value?: unknown, comment?: string | null}} Given */

/**
 * The API as a source of one trace.
 * @param {string} trace
 * @param {string} project
 * @returns {TraceSource}
 */
export function apiSource(trace, project) {
  return {
    isLive: true,
    skeleton: (revision) => readSkeleton(trace, revision),
    runs: (ids) => ask("POST", `/traces/${trace}/runs/details`, { body: { ids } }),
    search: (words, signal) => searchTrace(trace, words, signal),
    saveFeedback: (run, given) => saveFeedback(run, trace, project, given),
    deleteFeedback: (feedback) => ask("DELETE", `/feedback/${feedback}`),
    attachment: readLink,
    laterCauses: () => laterCauses(trace),
  };
}

/** @param {string} trace @param {string | null} revision */
async function readSkeleton(trace, revision) {
  const headers = revision ? { "if-none-match": `W/"${revision}"` } : undefined;
  const answer = await askWhole("GET", `/traces/${trace}/skeleton`, { headers });
  return answer.status === 304 ? null : answer.body;
}

/** The trace that a run belongs to, for links that name any run of it. @param {string} run @returns {Promise<{trace_id: string, session_id: string}>} */
export const traceOfRun = (run) => ask("GET", `/runs/${run}`, { query: { exclude: ["inputs", "outputs"] } });

/** Parts of the contents are searched one after the other, until all are. @param {string} trace @param {string} words @param {AbortSignal} signal */
async function searchTrace(trace, words, signal) {
  /** @type {string[]} */
  const found = [];
  for (let from = null; ;) {
    const { matches, next_from } = await ask("GET", `/traces/${trace}/search`, { query: { q: words, from }, signal });
    found.push(...matches.map((/** @type {{id: string}} */ match) => match.id));
    if (next_from === null) return found;
    from = next_from;
  }
}

/** @param {string} run @param {string} trace @param {string} project @param {Given} given */
const saveFeedback = (run, trace, project, given) =>
  ask("POST", "/feedback", {
    body: {
      ...given,
      run_id: run,
      trace_id: trace,
      session_id: project,
      feedback_source: { type: "app" },
      id: newId(),
    },
  });

const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, randomDigit);

/** `randomUUID` is missing where a page has no secure origin. @param {string} digit */
function randomDigit(digit) {
  const random = crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4));
  return (Number(digit) ^ random).toString(16);
}

/** Delete a trace; the answer names the receipt. @param {string} trace @param {string} project @returns {Promise<{deletion_id: string}>} */
export const deleteTrace = (trace, project) =>
  ask("POST", "/runs/delete", { body: { session_id: project, trace_ids: [trace] } });

const LINES_FROM_MS = 24 * 3_600_000;

/**
 * All runs of a trace as NDJSON, in pieces.
 * @param {string} trace
 * @param {string} project
 * @param {number} start_ms of the trace; runs of other clocks may lie a day before
 * @param {(runs: number) => void} [told] how many there are so far
 * @returns {Promise<string[]>}
 */
export async function traceAsLines(trace, project, start_ms, told) {
  const pieces = [];
  let runs = 0;
  for (let cursor = null; ;) {
    const body = {
      project_ids: [project],
      trace_id: trace,
      min_start_time: new Date(start_ms - LINES_FROM_MS).toISOString(),
      cursor,
    };
    const answer = await askWhole("POST", "/v2/runs/export", { body, as: "text" });
    pieces.push(answer.body);
    runs += answer.body.split("\n").length - 1;
    cursor = answer.headers.get("Tracekeep-Next-Cursor");
    if (!cursor) return pieces;
    told?.(runs);
  }
}
