/** The cells of lists: one drawing a column. */

import { bothClocks, count, duration, exactCount, money, plural } from "../../model/format.js";
import { metadataKey } from "../../model/columns.js";
import { html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { styled } from "../style.js";
import { when } from "../when.js";

/** @typedef {import("../../model/list_rows.js").Row} Row */

/**
 * What a cell is drawn with beside its row.
 * @typedef {object} Near
 * @property {number} now_ms
 * @property {number} slow_ms the latency that a full bar stands for
 * @property {(row: Row) => string} hrefOf
 * @property {boolean} isTall whether a second line says what went in, or what went wrong
 * @property {(chip: import("../../model/filter_chips.js").Chip) => void} narrow
 */

const DASH = html`<span class="faint">–</span>`;
const DAY_MS = 86_400_000;
const SHOWN_CHIPS = 2;

/** @type {Record<string, (row: Row, near: Near) => unknown>} */
const CELLS = {
  status: (row) => statusSign(row.status),
  name: nameCell,
  thread: threadCell,
  input: (row) => text(row.input),
  output: outputCell,
  first_input: (row, { isTall }) =>
    isTall ? html`<span class="list-two">${text(row.input)}${outputCell(row)}</span>` : text(row.input),
  last_output: outputCell,
  turns: (row) => count(row.turns),
  errors: (row) =>
    row.failed
      ? html`<span class="list-wrong" title=${row.error ?? ""}>${count(row.failed)}</span>`
      : html`<span class="faint">0</span>`,
  start: startCell,
  latency: latencyCell,
  p99: (row) => duration(row.p99_ms),
  first_token: (row) => (row.firstToken_ms === null ? DASH : duration(row.firstToken_ms)),
  tokens: (row) => (row.tokens ? html`<span title=${exactCount(row.tokens)}>${count(row.tokens)}</span>` : DASH),
  cost: (row) => (row.cost_usd === null ? DASH : html`<span title=${`$${row.cost_usd}`}>${money(row.cost_usd)}</span>`),
  feedback: feedbackCell,
  tags: tagsCell,
  kept: keptCell,
  runs: (row) => count(row.runs),
  type: (row) => row.type,
  thread_id: (row) => (row.threadId ? html`<span class="cut mono" title=${row.threadId}>${row.threadId}</span>` : DASH),
};

/** @param {string} column @param {Row} row @param {Near} near */
export function cell(column, row, near) {
  const key = metadataKey(column);
  return key === null ? CELLS[column]?.(row, near) : metadataCell(row.metadata, key, near);
}

/** @type {Record<string, {sign: string, word: string}>} */
const SIGNS = {
  success: { sign: "check-circle-fill", word: "OK" },
  error: { sign: "x-circle-fill", word: "Failed" },
  pending: { sign: "hourglass", word: "Running" },
};

/** A shape, and a word for those who hear it or hover. @param {Row["status"]} status */
export const statusSign = (status) =>
  html`<span class="list-status ${status}" title=${SIGNS[status].word}
    >${icon(SIGNS[status].sign, SIGNS[status].word)}</span
  >`;

/** @param {Row} row @param {Near} near */
function nameCell(row, near) {
  if (!near.isTall) return html`${kindIcon(row.type)}${nameLine(row, near)}`;
  const under = row.status === "error" && row.error ? row.error : row.input;
  return html`${kindIcon(row.type)}<span class="list-two"
      ><span class="row">${nameLine(row, near)}</span
      ><span class="cut small ${row.status === "error" ? "list-wrong" : "muted"}">${under ?? ""}</span></span
    >`;
}

/** @param {Row} row @param {Near} near */
function nameLine(row, { hrefOf }) {
  const failed = row.status === "success" && row.failed;
  const said = `${plural(row.failed, "run")} failed inside`;
  return html`<a class="list-name cut" href=${hrefOf(row)} tabindex="-1" title=${row.name}>${row.name || "(no name)"}</a
    >${failed ? html`<span class="list-inside" title=${said}>${icon("alert", said)}</span>` : nothing}`;
}

/** @param {Row} row @param {Near} near */
function threadCell(row, { hrefOf }) {
  return html`<a class="list-name cut mono" href=${hrefOf(row)} tabindex="-1" title=${row.id}>${row.id}</a>`;
}

/** @param {string | null} said */
const text = (said) => (said ? html`<span class="cut muted" title=${said}>${said}</span>` : DASH);

/** What came out; of what failed, why; of a thread in which some turn failed, still the last answer. @param {Row} row */
function outputCell(row) {
  if (row.kind === "thread" && row.output) return text(row.output);
  if (row.error && row.status === "error")
    return html`<span class="cut list-wrong" title=${row.error}>${row.error}</span>`;
  if (row.status === "pending" && !row.output) return html`<span class="faint">running</span>`;
  return text(row.output);
}

/** @param {Row} row @param {Near} near */
function startCell(row, { now_ms, isTall }) {
  if (!isTall) return when(row.start_ms, now_ms);
  return html`<span class="list-two end"
    >${when(row.start_ms, now_ms)}<span class="small muted">${duration(row.latency_ms)}</span></span
  >`;
}

/** @param {Row} row @param {Near} near */
function latencyCell(row, { slow_ms, now_ms }) {
  if (row.latency_ms === null) {
    const since_ms = row.status === "pending" && row.start_ms !== null ? now_ms - row.start_ms : null;
    return since_ms === null || since_ms > DAY_MS
      ? DASH
      : html`<span class="faint" title="So far">${duration(since_ms)}…</span>`;
  }
  const share = Math.min(1, row.latency_ms / slow_ms);
  return html`<span class="list-latency"
    ><span class="list-took">${duration(row.latency_ms)}</span
    ><span class="list-bar ${share === 1 ? "full" : ""}" ${styled({ "--share": share.toFixed(3) })}></span
  ></span>`;
}

/** @param {Row} row @param {Near} near */
function feedbackCell(row, { narrow }) {
  return chips(
    row.feedback,
    (one) =>
      html`<button
        class="chip list-chip"
        tabindex="-1"
        title=${`${one.key}: ${one.said} (${plural(one.n, "time")}). Show only what has this feedback`}
        @click=${() => narrow({ field: "feedback", op: "exists", key: one.key })}
      >
        <span class="cut">${one.key}</span><b class="number">${one.said}</b>
      </button>`,
    (one) => `${one.key} ${one.said}`,
  );
}

/** @param {Row} row @param {Near} near */
function tagsCell(row, { narrow }) {
  return chips(
    row.tags,
    (tag) =>
      html`<button
        class="chip list-chip"
        tabindex="-1"
        title="Show only what has the tag ${tag}"
        @click=${() => narrow({ field: "tags", op: "has", value: tag })}
      >
        <span class="cut">${tag}</span>
      </button>`,
    (tag) => tag,
  );
}

/** @template T @param {T[]} all @param {(one: T) => unknown} draw @param {(one: T) => string} said */
function chips(all, draw, said) {
  if (!all.length) return DASH;
  const rest = all.slice(SHOWN_CHIPS);
  return html`<span class="list-chips"
    >${all.slice(0, SHOWN_CHIPS).map(draw)}${rest.length ? html`<span class="faint small" title=${rest.map(said).join("\n")}>+${rest.length}</span>` : nothing}</span
  >`;
}

/** @param {Row} row @param {Near} near */
function keptCell({ expires_ms, tier, keptBecause }, { now_ms }) {
  if (expires_ms === null) return DASH;
  const days = Math.max(0, Math.round((expires_ms - now_ms) / DAY_MS));
  const isExtended = tier === "longlived";
  const said = `${isExtended ? "Extended" : "Base"} tier, until ${bothClocks(expires_ms)}${keptBecause ? `\n${keptBecause}` : ""}`;
  return html`<span class="list-kept ${isExtended ? "extended" : ""}" title=${said}
    >${isExtended ? icon("star", "extended") : nothing}<span class="number">${days} d</span></span
  >`;
}

/** @param {Record<string, unknown>} metadata @param {string} key @param {Near} near */
function metadataCell(metadata, key, { narrow }) {
  const value =
    key in metadata ? metadata[key] : key.split(".").reduce((/** @type {any} */ at, part) => at?.[part], metadata);
  if (value === undefined || value === null) return DASH;
  const said = typeof value === "string" ? value : JSON.stringify(value);
  if (typeof value === "object") return html`<span class="cut mono muted" title=${said}>${said}</span>`;
  return html`<button
    class="list-value cut"
    tabindex="-1"
    title=${`Show only ${key} = ${said}`}
    @click=${() => narrow({ field: "metadata", op: "eq", key, value })}
  >
    ${said}
  </button>`;
}
