/** What is asked about the places that runs are collected in: annotation queues and datasets. */

import { ApiError, ask, askWhole } from "../api.js";
import { queuedRunOf } from "../model/collections.js";

/** @typedef {{id: string, name: string}} Collection */
/** @typedef {import("../model/collections.js").QueuedRun} QueuedRun */
/** @typedef {import("../model/collections.js").Example} Example */

/** @typedef {Collection & {rubric_instructions: string | null, rubric_items: {feedback_key: string}[] | null, description: string | null, created_at: string}} Queue */
/** @typedef {Queue & {total_runs: number, completed_runs: number}} ListedQueue */
/** @typedef {Collection & {example_count: number, created_at: string, description: string | null}} Dataset */

const MOST = 100;
const TOTAL = "x-pagination-total";
/** A page of examples comes with all that is in them. */
const EXAMPLES = 25;

/** All of a list, page after page. @param {string} path @returns {Promise<any[]>} */
async function all(path) {
  /** @type {any[]} */
  const found = [];
  for (;;) {
    const { body, headers } = await askWhole("GET", path, { query: { limit: MOST, offset: found.length } });
    found.push(...body);
    if (!body.length || found.length >= Number(headers.get(TOTAL))) return found;
  }
}

/** @returns {Promise<ListedQueue[]>} */
export const annotationQueues = () => all("/annotation-queues");

/** @param {string} id @returns {Promise<Queue>} */
export const annotationQueue = (id) => ask("GET", `/annotation-queues/${id}`);

/** @param {string} name @param {string} [text] what reviewers are to look for @returns {Promise<Collection>} */
export const createQueue = (name, text) =>
  ask("POST", "/annotation-queues", { body: { name, rubric_instructions: text || undefined } });

/** @param {string} id @param {string} name @param {string} text @returns {Promise<Queue>} */
export const changeQueue = (id, name, text) =>
  ask("PATCH", `/annotation-queues/${id}`, { body: { name, rubric_instructions: text } });

/** @param {string} id */
export const deleteQueue = (id) => ask("DELETE", `/annotation-queues/${id}`);

/**
 * The runs of a queue that wait, or that are done; and how many there are in all.
 * @param {string} queue
 * @param {boolean} isDone
 * @param {number} [offset]
 * @param {number} [limit]
 * @returns {Promise<{items: QueuedRun[], total: number}>}
 */
export async function queuedRuns(queue, isDone, offset = 0, limit = MOST) {
  const query = { status: isDone ? "completed" : "needs_my_review", limit, offset };
  const { body, headers } = await askWhole("GET", `/annotation-queues/${queue}/items`, { query });
  return { items: body.map(queuedRunOf), total: Number(headers.get(TOTAL)) };
}

/** @param {string} item @param {boolean} isDone */
export const markItem = (item, isDone) =>
  ask("POST", `/annotation-queues/status/${item}`, { body: { status: isDone ? "completed" : null } });

/** @param {string} queue @param {string} item */
export const removeItem = (queue, item) => ask("DELETE", `/annotation-queues/${queue}/runs/${item}`);

/** @param {string} queue @param {string} run */
export const addToQueue = (queue, run) => ask("POST", `/annotation-queues/${queue}/runs`, { body: [run] });

/** @returns {Promise<Dataset[]>} */
export const datasets = () => all("/datasets");

/** @param {string} id @returns {Promise<Dataset>} */
export const dataset = (id) => ask("GET", `/datasets/${id}`);

/** @param {string} name @param {string} [description] @returns {Promise<Collection>} */
export const createDataset = (name, description) =>
  ask("POST", "/datasets", { body: { name, description: description || undefined } });

/** @param {string} id @param {string} name @param {string} description @returns {Promise<Dataset>} */
export const changeDataset = (id, name, description) =>
  ask("PATCH", `/datasets/${id}`, { body: { name, description } });

/** @param {string} id */
export const deleteDataset = (id) => ask("DELETE", `/datasets/${id}`);

/**
 * A page of examples, the newest first: fewer of them where they are too large together.
 * @param {string} of the dataset's id
 * @param {number} [offset]
 * @param {number} [limit]
 * @returns {Promise<{examples: Example[], total: number}>}
 */
export async function examplesOf(of, offset = 0, limit = EXAMPLES) {
  try {
    const { body, headers } = await askWhole("GET", "/examples", { query: { dataset: of, limit, offset } });
    return { examples: body, total: Number(headers.get(TOTAL)) };
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 413) || limit === 1) throw error;
    return examplesOf(of, offset, Math.floor(limit / 2));
  }
}

/** @param {string} id @returns {Promise<Example>} */
export const exampleOf = (id) => ask("GET", `/examples/${id}`);

/** @param {string} id */
export const deleteExample = (id) => ask("DELETE", `/examples/${id}`);

/** What a run got and gave, as an example. @param {string} into the dataset's id @param {string} run */
export const addToDataset = (into, run) =>
  ask("POST", "/examples", { body: { dataset_id: into, source_run_id: run, use_source_run_io: true } });

/**
 * All examples of a dataset, one JSON object a line.
 * @param {string} of the dataset's id
 * @param {(done: number, total: number) => void} told
 * @returns {Promise<string[]>}
 */
export async function examplesAsLines(of, told) {
  /** @type {string[]} */
  const lines = [];
  for (;;) {
    const { examples, total } = await examplesOf(of, lines.length);
    const said = examples.map(({ id, inputs, outputs, metadata }) => ({ id, inputs, outputs, metadata }));
    lines.push(...said.map((one) => `${JSON.stringify(one)}\n`));
    if (!examples.length || lines.length >= total) return lines;
    told(lines.length, total);
  }
}
