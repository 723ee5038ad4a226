/** Annotation queues and datasets: what waits, what is done, what is next, and what an example is in a line. */

import { shapeOf, textOfShape } from "./payloads.js";
import { timeOf } from "./format.js";
import { textOfParts } from "./message_text.js";

/**
 * @typedef {object} QueuedRun a run in a queue
 * @property {string} id of the run
 * @property {string} itemId
 * @property {string} traceId
 * @property {string} project
 * @property {string} name
 * @property {string} type
 * @property {"success" | "error" | "pending"} status
 * @property {string} input the beginning of what it was given
 * @property {number | null} added_ms
 * @property {string} addedBy
 * @property {number | null} done_ms when somebody completed it
 * @property {string} doneBy
 * @property {string | null} goneBecause why there is nothing to review any more
 */

/**
 * @typedef {object} Example of a dataset, as the API has it
 * @property {string} id
 * @property {string} name
 * @property {string} created_at
 * @property {Record<string, unknown>} inputs
 * @property {Record<string, unknown> | null} outputs
 * @property {Record<string, unknown>} metadata
 * @property {string | null} source_run_id
 */

const FIRST_CHARS = 280;
const MOST_KEYS = 3;
const USUAL_KEY = "correctness";

/** @param {any} wire of GET /annotation-queues/{id}/items @returns {QueuedRun} */
export const queuedRunOf = (wire) => ({
  id: wire.id,
  itemId: wire.queue_run_id,
  traceId: wire.trace_id,
  project: wire.session_id,
  name: wire.is_gone ? "A run that is gone" : wire.name || "(no name)",
  type: wire.run_type,
  status: wire.is_gone ? "pending" : wire.status,
  input: wire.inputs_preview ?? "",
  added_ms: timeOf(wire.added_at),
  addedBy: wire.added_by ?? "",
  done_ms: timeOf(wire.completed_at),
  doneBy: wire.completed_by?.[0] ?? "",
  goneBecause: wire.is_gone ? wire.gone_because : null,
});

/**
 * The item that one goes on to when one is done: the next that waits, or else the first that does; null where none.
 * @param {QueuedRun[]} items
 * @param {string} id of the run that is done
 * @returns {QueuedRun | null}
 */
export function nextWaiting(items, id) {
  const at = items.findIndex((one) => one.id === id);
  const round = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0))];
  return round.find((one) => one.done_ms === null) ?? null;
}

/**
 * The item one step from another, or the first; the ends are ends.
 * @param {QueuedRun[]} items
 * @param {string} id
 * @param {1 | -1} step
 * @returns {QueuedRun | null}
 */
export function stepFrom(items, id, step) {
  const at = items.findIndex((one) => one.id === id);
  return at < 0 ? (items[0] ?? null) : (items[at + step] ?? null);
}

/** The keys of feedback that a reviewer is asked for. @param {{rubric_items?: {feedback_key: string}[] | null} | null} queue */
export function feedbackKeys(queue) {
  const asked = (queue?.rubric_items ?? []).map((one) => one.feedback_key);
  return asked.length ? asked.slice(0, MOST_KEYS) : [USUAL_KEY];
}

/**
 * What was said on the page of a run by this key, the newest: to show it, and to take it back.
 * @param {any} run
 * @param {string} key
 * @returns {{id: string, score: number | null} | null}
 */
export function verdictOn(run, key) {
  const said = (run?.feedback ?? []).filter(
    (/** @type {any} */ one) => one.key === key && one.feedback_source?.type === "app",
  );
  const newest = said.sort((/** @type {any} */ one, /** @type {any} */ other) =>
    String(other.created_at).localeCompare(String(one.created_at)),
  )[0];
  return newest ? { id: newest.id, score: newest.score === null ? null : Number(newest.score) } : null;
}

/** What something was given or gave, in a line; of messages the last. @param {unknown} value @param {"user" | "assistant"} role */
export function lineOf(value, role) {
  const shape = shapeOf(value, { role });
  const last = shape.kind === "messages" ? shape.messages.at(-1) : undefined;
  const text = (last ? textOfParts(last.parts) : textOfShape(shape)).replace(/\s+/g, " ").trim();
  return text.length > FIRST_CHARS ? `${text.slice(0, FIRST_CHARS)}…` : text;
}

/** The splits that an example is in. @param {Example} example @returns {string[]} */
export function splitsOf({ metadata }) {
  const said = metadata?.dataset_split;
  return (Array.isArray(said) ? said : [said]).filter((one) => typeof one === "string");
}

/** How far a queue is reviewed. @param {number} waiting @param {number} done */
export const progressWords = (waiting, done) =>
  waiting + done === 0 ? "Nothing here yet" : `${done} of ${waiting + done} done`;

/** A name as a file has it. @param {string} name */
export const fileNameOf = (name) =>
  `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^-+|-+$/g, "") || "dataset"}.jsonl`;
