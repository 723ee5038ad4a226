import { checksOf } from "../../model/first_trace.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/**
 * That the page waits for a trace; when it has waited long, what to look at.
 * @param {{target: import("../../model/first_trace.js").Target, isLong: boolean, isRefusing: boolean, isLost: boolean, settings: string}} said
 *   `isLost`: the server does not answer; `settings`: where refusals are told
 */
export const waiting = ({ target, isLong, isRefusing, isLost, settings }) =>
  html`<section class="first-trace-waiting" aria-label="Waiting">
    <p class="row" role="status">
      <span class="pulse" aria-hidden="true"></span>
      <strong>${isLost ? "The server does not answer; asking again…" : awaited(target.project)}</strong>
      <span class="faint small">It opens here by itself.</span>
    </p>
    ${isLong || isRefusing ? checks(target, isRefusing, settings) : nothing}
  </section>`;

/** @param {string | null} project */
const awaited = (project) =>
  project === null ? "Waiting for your first trace…" : `Waiting for a trace in ${project}…`;

/** @param {import("../../model/first_trace.js").Target} target @param {boolean} isRefusing @param {string} settings */
const checks = (target, isRefusing, settings) =>
  html`<div class="notice ${isRefusing ? "warn" : ""}">
    <h3>${isRefusing ? "Something came that could not be taken" : "Nothing yet? What to look at"}</h3>
    <ul class="first-trace-checks">
      ${checksOf({ ...target, isRefusing }).map((one) => html`<li>${one}</li>`)}
    </ul>
    ${isRefusing ? html`<a href=${settings}>${icon("alert")} See what was refused, and why</a>` : nothing}
  </div>`;
