/** Export of what a list shows: all pages of its question, in one file, with a progress bar. */

import { exportPage, figuresOf, pageOf } from "../ask/runs.js";
import { csvLine } from "../model/csv.js";
import { bytes, count } from "../model/format.js";
import { openDialog } from "../parts/dialog.js";
import { html } from "../parts/element.js";
import { say } from "../parts/toast.js";

/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */
/** @typedef {import("../model/list_rows.js").Row} Row */
/** @typedef {{rows: number, bytes: number, total: number | null}} Done */

const CSV_ROWS = 100;
const SAVED_MS = 30_000;

/** @type {[string, (row: Row) => string | number | null | undefined][]} */
const CSV = [
  ["id", (row) => row.id],
  ["trace_id", (row) => row.traceId],
  ["status", (row) => row.status],
  ["name", (row) => row.name],
  ["run_type", (row) => row.type],
  ["start_time", (row) => (row.start_ms === null ? null : new Date(row.start_ms).toISOString())],
  ["latency_ms", (row) => row.latency_ms],
  ["first_token_ms", (row) => row.firstToken_ms],
  ["total_tokens", (row) => row.tokens],
  ["total_cost_usd", (row) => row.cost_usd],
  ["runs", (row) => row.runs ?? row.turns],
  ["failed", (row) => row.failed],
  ["input_preview", (row) => row.input],
  ["output_preview", (row) => row.output],
  ["error", (row) => row.error],
  ["tags", (row) => row.tags.join(" ")],
  ["feedback", (row) => row.feedback.map((one) => `${one.key}=${one.said}`).join(" ")],
  ["thread_id", (row) => row.threadId],
  ["tier", (row) => row.tier],
  ["expires_at", (row) => (row.expires_ms === null ? null : new Date(row.expires_ms).toISOString())],
];

/**
 * Ask page after page and save the file; a dialog says how far it is, and closing it stops.
 * @param {string} project
 * @param {ListQuery} query
 * @param {"ndjson" | "csv"} form
 */
export async function exportList(project, query, form) {
  const asking = new AbortController();
  /** @type {Done} */
  const done = { rows: 0, bytes: 0, total: null };
  const answer = openDialog({
    title: `Export as ${form.toUpperCase()}`,
    body: (close) => progress(done, () => close()),
  });
  answer.then(() => asking.abort());
  if (query.tab !== "threads") figuresOf(project, query, asking.signal).then((found) => (done.total = found.run_count), () => undefined); // prettier-ignore
  /** @type {string[]} */
  const texts = [];
  try {
    for await (const page of form === "csv"
      ? csvPages(project, query, asking.signal)
      : linePages(project, query, asking.signal)) {
      texts.push(page.text);
      done.rows += page.rows;
      done.bytes += page.text.length;
      answer.dialog.requestUpdate();
    }
  } catch (problem) {
    if (asking.signal.aborted) return;
    answer.dialog.close();
    throw problem;
  }
  if (asking.signal.aborted) return;
  answer.dialog.close();
  save(texts, `${query.tab}-${new Date().toISOString().slice(0, 16).replace(":", "")}.${form}`, form);
  say(`${count(done.rows)} ${query.tab} exported`);
}

/** @param {string} project @param {ListQuery} query @param {AbortSignal} signal */
async function* csvPages(project, query, signal) {
  yield { text: csvLine(CSV.map(([name]) => name)), rows: 0 };
  let cursor = null;
  do {
    const page = await pageOf(project, query, { cursor, size: CSV_ROWS, signal });
    yield { text: page.rows.map((row) => csvLine(CSV.map(([, read]) => read(row)))).join(""), rows: page.rows.length };
    cursor = page.next;
  } while (cursor && !signal.aborted);
}

/** @param {string} project @param {ListQuery} query @param {AbortSignal} signal */
async function* linePages(project, query, signal) {
  /** @type {string | null} */
  let cursor = null;
  do {
    const { text, next } = await exportPage(project, query, { cursor, signal });
    yield { text, rows: text.split("\n").length - 1 };
    cursor = next;
  } while (cursor && !signal.aborted);
}

/** @param {string[]} texts @param {string} name @param {string} form */
function save(texts, name, form) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(texts, { type: form === "csv" ? "text/csv" : "application/x-ndjson" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS);
}

/** @param {Done} done @param {() => void} stop */
const progress = (done, stop) =>
  html`<div class="stack" role="status">
    <progress
      class="export-bar"
      max="1"
      .value=${done.total ? Math.min(1, done.rows / done.total) : 0}
      aria-label="How much is exported"
    ></progress>
    <p class="number muted">
      ${count(done.rows)}${done.total === null ? "" : ` of ${count(done.total)}`} · ${bytes(done.bytes)}
    </p>
    <div class="dialog-feet"><button class="button" @click=${stop}>Stop</button></div>
  </div>`;
