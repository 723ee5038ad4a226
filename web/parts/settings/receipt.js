import { bytes, count, timeOf } from "../../model/format.js";
import { html } from "../element.js";
import { icon } from "../icon.js";
import { at } from "../when.js";

/** @type {Record<string, string>} */
const STEPS = {
  unreadable: "No longer readable",
  payloads: "Inputs, outputs, attachments",
  lists: "Lists",
  log: "Log of runs",
  traces: "Traces",
};

/**
 * What was done of a deletion, and when; and where copies may be that it does not reach.
 * @param {any} receipt as GET /deletions/{id} says it
 * @param {number} now_ms
 */
export const receiptOf = (receipt, now_ms) =>
  html`<ol class="deletion-steps">
      ${receipt.steps.map((/** @type {any} */ one) => stepOf(one, now_ms))}
    </ol>
    <details class="small">
      <summary>Where copies may be that this does not reach</summary>
      <ul class="deletion-elsewhere muted">
        ${receipt.copies_elsewhere.map((/** @type {string} */ one) => html`<li>${one}</li>`)}
      </ul>
    </details>`;

/** @param {any} step @param {number} now_ms */
function stepOf(step, now_ms) {
  const counted = Object.entries(step).filter(([, value]) => typeof value === "number" && value > 0);
  const done_ms = timeOf(step.done_at);
  return html`<li class=${done_ms === null ? "" : "done"}>
    ${icon(done_ms === null ? "hourglass" : "check", done_ms === null ? "To come" : "Done")}
    <span>${STEPS[step.step] ?? step.step}</span>
    <span class="faint small">${counted.map(([name, value]) => said(name, Number(value))).join(" · ")}</span>
    <span class="faint small">${done_ms === null ? "to come" : at(done_ms, now_ms)}</span>
  </li>`;
}

/** "payload_bytes" is said with its unit, other names as they are. @param {string} name @param {number} value */
const said = (name, value) => (name.endsWith("_bytes") ? bytes(value) : `${count(value)} ${name.replaceAll("_", " ")}`);
