import { exactCount, money } from "../../model/format.js";
import { STATE_WORDS } from "../../model/limits.js";
import { paidWords, rangeWords, shareWords } from "../../model/usage.js";
import { html, nothing, svg } from "../element.js";

/** @typedef {import("../../model/usage.js").Meter} Meter */

/**
 * One meter: how much, what it costs, and how far it is from each bound.
 * @param {Meter} meter
 */
export const meterCard = (meter) =>
  html`<article class="card usage-meter ${meter.state}" aria-labelledby="meter-${meter.id}">
    <h3 class="row" id="meter-${meter.id}">
      ${meter.word}
      ${meter.state === "fine" ? nothing : html`<span class="badge limit-${meter.state}">${STATE_WORDS[meter.state]}</span>`}
    </h3>
    <p class="usage-meter-figures number">
      <b>${exactCount(meter.used)}</b><span class="spread"></span><b>${money(meter.line.amount_usd)}</b>
    </p>
    ${meter.end > meter.used || meter.marks.length ? bar(meter) : nothing}
    <ul class="usage-meter-notes small muted number">
      <li>${paidWords(meter)}</li>
      ${meter.marks.length ? nothing : html`<li>No limit</li>`}
      ${meter.forecast ? html`<li>At the end of the month about ${rangeWords(meter.forecast, exactCount)}</li>` : nothing}
      ${meter.marks.map(({ at, word }) => html`<li>${shareWords(meter.used, at)} of ${word}</li>`)}
    </ul>
  </article>`;

/** What is used, what is forecast (lighter), and a line at each bound. @param {Meter} meter */
function bar({ used, forecast, marks, end }) {
  const x = (/** @type {number} */ value) => `${((value / end) * 100).toFixed(2)}%`;
  return html`<svg class="usage-bar" width="100%" height="14" aria-hidden="true">
    <rect class="usage-bar-all" y="3" width="100%" height="8" rx="4" />
    ${forecast ? svg`<rect class="usage-bar-range" y="3" width=${x(forecast.high)} height="8" rx="4" />` : nothing}
    <rect class="usage-bar-used" y="3" width=${x(used)} height="8" rx="4" />
    ${marks.map(({ at }) => svg`<line class="usage-bar-mark" x1=${x(at)} x2=${x(at)} y1="0" y2="14" />`)}
  </svg>`;
}
