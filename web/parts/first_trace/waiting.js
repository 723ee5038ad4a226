import { checksOf } from "../../model/first_trace.js";
import { kindOf, wayOut } from "../../model/ingest.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/**
 * That the page waits for a trace; when it has waited long, or when something was refused, what to do.
 * @param {{target: import("../../model/first_trace.js").Target, isLong: boolean, refusal: string | null, isLost: boolean, settings: string}} said
 *   `refusal`: why something was refused meanwhile; `isLost`: the server does not answer; `settings`: where refusals are told
 */
export const waiting = ({ target, isLong, refusal, isLost, settings }) =>
  html`<section class="first-trace-waiting" aria-label="Waiting">
    <p class="row" role="status">
      <span class="pulse" aria-hidden="true"></span>
      <strong>${isLost ? "The server does not answer; asking again…" : awaited(target.project)}</strong>
      <span class="faint small first-trace-opens">It opens here by itself.</span>
    </p>
    ${refusal ? refused(refusal, settings) : isLong ? checks(target) : nothing}
  </section>`;

/** @param {string | null} project */
const awaited = (project) =>
  project === null ? "Waiting for your first trace…" : `Waiting for a trace in ${project}…`;

/** @param {string} reason @param {string} settings */
const refused = (reason, settings) =>
  html`<div class="notice warn" role="alert">
    <h3>Something came and was refused</h3>
    <p class="first-trace-reason">${reason}</p>
    <p class="muted">${wayOut(kindOf(reason))} <a href=${settings}>${icon("alert")} See all that was refused</a></p>
  </div>`;

/** @param {import("../../model/first_trace.js").Target} target */
const checks = (target) =>
  html`<div class="notice">
    <h3>Nothing yet? What to look at</h3>
    <ul class="first-trace-checks">
      ${checksOf(target).map((one) => html`<li>${one}</li>`)}
    </ul>
  </div>`;
