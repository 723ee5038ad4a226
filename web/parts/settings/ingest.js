import { count, plural, timeOf } from "../../model/format.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { at } from "../when.js";

/**
 * The signs of health, a card each, and why requests were given up.
 * @param {ReturnType<typeof import("../../model/ingest.js").healthOf>} health
 * @param {any} dead
 */
export const healthCards = ({ signs }, dead) =>
  html`<dl class="health-cards">
      ${signs.map(
        (one) =>
          html`<div class="card" data-level=${one.level}>
            <dt>${one.level === "ok" ? nothing : icon("alert", "Look at this")}${one.word}</dt>
            <dd class="number">${one.value}</dd>
            <dd class="faint small">${one.hint}</dd>
          </div>`,
      )}
    </dl>
    ${dead.reasons.length ? buried(dead.reasons) : nothing}`;

/** @param {any[]} reasons */
const buried = (reasons) =>
  html`<div class="notice error">
    <h3>Requests that were given up</h3>
    <ul class="settings-bullets">
      ${reasons.map((one) => html`<li>${one.newest.reason} <span class="faint">(${count(one.count)})</span></li>`)}
    </ul>
    <p class="small">
      They wait in the dead-letter queue for 14 days. When the cause is gone, send them again: docs/runbook.md.
    </p>
  </div>`;

/**
 * Refusals by reason: how many, the way out, and each of them.
 * @param {ReturnType<typeof import("../../model/ingest.js").byReason>} groups
 * @param {number} now_ms
 */
export const refusalGroups = (groups, now_ms) =>
  html`<div class="card refusals">
    ${groups.map(
      ({ kind, ones, wayOut }, place) =>
        html`<details ?open=${place === 0}>
          <summary>
            ${icon("chevron-right")}<span class="badge number">${count(ones.length)}</span>
            <span class="refusal-kind">${kind}</span>
            <span class="faint small">last ${at(timeOf(ones[0].received_at) ?? 0, now_ms)}</span>
          </summary>
          <p class="refusal-way-out">${icon("tools")}<span>${wayOut}</span></p>
          ${refusalTable(ones, now_ms)}
        </details>`,
    )}
  </div>`;

const SHOWN = 50;

/** @param {import("../../model/ingest.js").Refusal[]} refusals @param {number} now_ms */
const refusalTable = (refusals, now_ms) =>
  html`<div class="settings-scroll">
      <table class="table stacked-table refusal-table">
        <thead>
          <tr>
            <th scope="col">Received</th>
            <th scope="col">Reason</th>
            <th scope="col">Where</th>
            <th scope="col">Run</th>
            <th scope="col">Project</th>
          </tr>
        </thead>
        <tbody>
          ${refusals.slice(0, SHOWN).map(
            (one) =>
              html`<tr>
                <td data-label="Received">${at(timeOf(one.received_at) ?? 0, now_ms)}</td>
                <td class="refusal-reason" data-label="Reason">${one.reason}</td>
                <td data-label="Where"><code>${one.where}</code></td>
                <td data-label="Run">
                  ${one.run_id ? html`<code>${one.run_id}</code>` : html`<span class="faint">–</span>`}
                </td>
                <td data-label="Project">${one.project || html`<span class="faint">–</span>`}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${refusals.length > SHOWN ? html`<p class="faint small refusal-more">and ${plural(refusals.length - SHOWN, "older one")} with the same reason</p>` : nothing}`;
