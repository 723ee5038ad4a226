import { duration, plural, timeOf } from "../../model/format.js";
import { html } from "../element.js";
import { icon } from "../icon.js";
import { at } from "../when.js";

/** @type {Record<string, string>} */
const STEPS = {
  revoked: "The link and the public API refuse",
  denied: "The edge refuses what was signed before",
  deleted: "The files are deleted",
  invalidated: "Copies at the edge are forgotten",
  swept: "Looked again for what came late",
};

/**
 * What was done when a share was taken back.
 * @param {any} receipt
 * @param {number} now_ms
 */
export const shareReceipt = (receipt, now_ms) =>
  html`<ol class="deletion-steps" aria-label="Steps of the receipt">
      ${receipt.steps.map((/** @type {any} */ one) => stepOf(one, timeOf(receipt.asked_at), now_ms))}
    </ol>
    <p class="faint small">
      ${plural(receipt.views, "view")} · receipt <code>${receipt.share_id}</code>, kept in the audit list
    </p>`;

/** @param {any} step @param {number | null} asked_ms @param {number} now_ms */
function stepOf(step, asked_ms, now_ms) {
  const done_ms = timeOf(step.done_at);
  const took = done_ms !== null && asked_ms !== null ? `after ${duration(Math.max(0, done_ms - asked_ms))}` : "";
  return html`<li class=${done_ms === null ? "" : "done"}>
    ${icon(done_ms === null ? "hourglass" : "check", done_ms === null ? "To come" : "Done")}
    <span>${STEPS[step.step] ?? step.step}</span>
    <span class="faint small"
      >${[step.objects ? plural(step.objects, "file") : "", took].filter(Boolean).join(" · ")}</span
    >
    <span class="faint small">${done_ms === null ? "to come" : at(done_ms, now_ms)}</span>
  </li>`;
}
