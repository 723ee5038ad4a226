import { totalAt, valueWord } from "../../model/charts.js";
import { html, nothing, svg } from "../element.js";

/** @typedef {import("../../model/charts.js").Chart} Chart */
/** @typedef {import("../../model/charts.js").ChartLine} ChartLine */

/** What a line looks like, in small. @param {{colour: string, dash: number}} line @param {Chart["look"]} look */
export const swatch = ({ colour, dash }, look) =>
  html`<svg class="chart-swatch" width="14" height="10" aria-hidden="true">
    ${
      look === "bars"
        ? svg`<rect class="chart-bars" data-colour=${colour} data-dash=${dash} x="2" y="1" width="10" height="8" rx="2" />`
        : svg`<path class="chart-line" data-colour=${colour} data-dash=${dash} d="M0 5H14" />`
    }
  </svg>`;

/**
 * The lines of a chart, each with what it comes to: in the whole window, or at the step that is looked at.
 * @param {Chart} chart
 * @param {number | null} at
 */
export function legend(chart, at) {
  const value = (/** @type {ChartLine} */ one) => valueWord(at === null ? one.whole : one.values[at], chart.unit);
  return html`<ul class="chart-legend" aria-label="${chart.title}: lines">
    ${chart.lines.map(
      (one) =>
        html`<li class="chart-key">
          ${swatch(one, chart.look)}<span class="cut" title=${one.name}>${one.name}</span>
          <b class="number">${value(one)}</b>
        </li>`,
    )}
    ${chart.hasSum && at !== null ? html`<li class="chart-key"><span>All</span><b class="number">${valueWord(totalAt(chart, at), chart.unit)}</b></li>` : nothing}
  </ul>`;
}
