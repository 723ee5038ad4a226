import { exactCount, percent, timeOf } from "../../model/format.js";
import { STATE_WORDS, beyondWords, nounOf, standAt, stateOf, wordOf } from "../../model/limits.js";
import { causeWord } from "../../model/retention.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { at, when } from "../when.js";

/** @typedef {import("../../model/limits.js").Limit} Limit */
/** @typedef {import("../../model/limits.js").Standing} Standing */
/** @typedef {import("../../model/limits.js").RefusedUpgrade} RefusedUpgrade */
/** @typedef {{change: (limit: Limit) => void, remove: (limit: Limit) => void, may: (limit: Limit) => boolean}} Deeds */

/**
 * What owners allow a month, what happens beyond it, and how far the workspace is.
 * @param {Limit[]} limits
 * @param {Standing} standing
 * @param {Deeds} deeds
 */
export const limitTable = (limits, standing, deeds) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table">
      <thead>
        <tr>
          <th scope="col">Limit of</th>
          <th scope="col">Counts</th>
          <th scope="col" class="number">A month</th>
          <th scope="col" class="number">Used this month</th>
          <th scope="col">Beyond it</th>
          <th scope="col"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${limits.map((one) => limitRow(one, standing, deeds))}
      </tbody>
    </table>
  </div>`;

/** @param {Limit} limit @param {Standing} standing @param {Deeds} deeds */
function limitRow(limit, standing, deeds) {
  const scope = limit.tenant_id ? "This workspace" : "The whole organization";
  const name = `${scope}, ${nounOf(limit.limit_type)}`;
  const button = (/** @type {string} */ word, /** @type {() => void} */ run) =>
    html`<button class="button quiet slim" aria-label="${word} the limit: ${name}" @click=${run}>${word}</button>`;
  return html`<tr>
    <td data-label="Limit of">${scope}</td>
    <td data-label="Counts">${wordOf(limit.limit_type)}</td>
    <td data-label="A month" class="number">${exactCount(limit.limit_value)}</td>
    <td data-label="Used" class="number">${usedOf(standAt(standing, limit))}</td>
    <td data-label="Beyond it">${beyondWords(limit)}</td>
    <td class="settings-actions">
      ${deeds.may(limit) ? html`${button("Change", () => deeds.change(limit))} ${button("Remove", () => deeds.remove(limit))}` : nothing}
    </td>
  </tr>`;
}

/** @param {import("../../model/limits.js").Stand | null} stand */
function usedOf(stand) {
  if (!stand) return html`<span class="faint" title="Known within five minutes">–</span>`;
  const state = stateOf(stand);
  const share = stand.limit ? ` (${percent(stand.used / stand.limit)})` : "";
  return html`<span>
    ${exactCount(stand.used)}${share}
    ${state === "fine" ? nothing : html`<span class="badge limit-${state}">${STATE_WORDS[state]}</span>`}
  </span>`;
}

/**
 * Upgrades that a limit refused, in order of time.
 * @param {RefusedUpgrade[]} refused
 * @param {(one: RefusedUpgrade) => string | null} addressOf
 * @param {number} now_ms
 */
export const refusedTable = (refused, addressOf, now_ms) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table">
      <thead>
        <tr>
          <th scope="col">Trace</th>
          <th scope="col">What would have kept it</th>
          <th scope="col">By</th>
          <th scope="col">Refused</th>
        </tr>
      </thead>
      <tbody>
        ${refused.map((one) => refusedRow(one, addressOf(one), now_ms))}
      </tbody>
    </table>
  </div>`;

/** @param {RefusedUpgrade} refused @param {string | null} address @param {number} now_ms */
function refusedRow({ trace_id, cause, refused_at, limit }, address, now_ms) {
  const short = html`<code title=${trace_id}>${trace_id.slice(0, 8)}…${trace_id.slice(-6)}</code>`;
  const at_ms = timeOf(refused_at);
  return html`<tr>
    <td data-label="Trace">
      ${address ? html`<a href=${address} aria-label="Trace ${trace_id}">${short}</a>` : short}
    </td>
    <td data-label="Cause">${causeWord(cause.cause)}${cause.name ? ` “${cause.name}”` : nothing}</td>
    <td data-label="By" class=${cause.by ? "" : "faint"}>${cause.by ?? "–"}</td>
    <td data-label="Refused" title=${limit}>${at_ms === null ? "–" : when(at_ms, now_ms)}</td>
  </tr>`;
}

/** What a sample left out, by the hour, the newest first. @param {import("../../model/limits.js").LeftOut} leftOut @param {number} now_ms */
export const leftOutTable = (leftOut, now_ms) =>
  html`<div class="card settings-scroll left-out">
    <table class="table stacked-table">
      <thead>
        <tr>
          <th scope="col">Hour</th>
          <th scope="col" class="number">Traces left out</th>
          <th scope="col" class="number">Their new runs</th>
        </tr>
      </thead>
      <tbody>
        ${[...leftOut.by_hour].reverse().map((one) => leftOutRow(one, now_ms))}
      </tbody>
    </table>
  </div>`;

/** @param {{hour: string, traces: number, runs: number}} one @param {number} now_ms */
function leftOutRow({ hour, traces, runs }, now_ms) {
  const at_ms = timeOf(hour);
  return html`<tr>
    <td data-label="Hour">${at_ms === null ? hour : at(at_ms, now_ms)}</td>
    <td data-label="Traces left out" class="number">${exactCount(traces)}</td>
    <td data-label="Their new runs" class="number">${exactCount(runs)}</td>
  </tr>`;
}

/**
 * What stands over every view while a limit is reached or near.
 * @param {import("../../model/limits.js").Banner} banner
 * @param {string} address of the settings of usage
 * @param {() => void} dismiss for this session
 */
export const limitBanner = ({ look, title, text }, address, dismiss) =>
  html`<div class="limit-banner ${look}" role="status">
    ${icon("alert")}
    <p><b>${title}</b> <span class="limit-banner-more">${text}</span></p>
    <a class="button slim" href=${address}>See usage</a>
    <button
      class="button quiet slim only-icon"
      aria-label="Dismiss for this session"
      title="Dismiss for this session"
      @click=${dismiss}
    >
      ${icon("x")}
    </button>
  </div>`;
