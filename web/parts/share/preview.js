import { count, plural } from "../../model/format.js";
import { hiddenPlaces } from "../../model/sharing.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/**
 * What the rules would hide in this trace.
 * @param {{found: import("../../ask/shares.js").Preview | null, problem: string, isAsking: boolean}} preview
 */
export const previewed = ({ found, problem, isAsking }) =>
  html`<div class="share-preview" role="status" aria-busy=${isAsking}>
    ${problem ? html`<p>${icon("alert")} ${problem}</p>` : found ? counted(found) : html`<p class="muted">Counting what is hidden…</p>`}
  </div>`;

/** It in two words: "44 places hidden". @param {import("../../ask/shares.js").Preview} found */
export function hiddenSaid({ hidden }) {
  const { total } = hiddenPlaces(hidden);
  return total ? `${plural(total, "place")} hidden` : "Nothing is hidden";
}

/** @param {import("../../ask/shares.js").Preview} found */
function counted(found) {
  const { total, rules } = hiddenPlaces(found.hidden);
  return html`<p>
      ${icon(total ? "eye-closed" : "eye")}
      <strong>${hiddenSaid(found)}</strong>
      <span class="muted">in ${plural(found.runs, "run")}</span>
    </p>
    ${
      total
        ? html`<ul class="share-rules" aria-label="What hides how much">
            ${rules.map(({ rule, places }) => html`<li class="chip"><span class="cut">${rule}</span> <b class="number">${count(places)}</b></li>`)}
          </ul>`
        : nothing
    }
    ${found.attachments_left_out ? html`<p class="muted small">${plural(found.attachments_left_out, "attachment")} left out.</p>` : nothing}
    ${
      found.not_looked_for
        ? html`<p class="muted small">
            ${plural(found.not_looked_for, "hidden value")} more than are looked for elsewhere in the trace.
          </p>`
        : nothing
    }`;
}
