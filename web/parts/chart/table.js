import { totalAt, valueWord } from "../../model/charts.js";
import { moment } from "../../model/format.js";
import { html, nothing } from "../element.js";

/** @typedef {import("../../model/charts.js").Chart} Chart */

/** With its day, to the minute. @param {number} ms */
const brief = (ms) => moment(ms, 0).replace(/:\d\d$/, "");

/** The same as a chart, in words: a row a step, the newest first. @param {Chart} chart */
export function chartTable(chart) {
  const word = (/** @type {number | null} */ value) => valueWord(value, chart.unit);
  const steps = chart.starts_ms.map((_, at) => at).reverse();
  return html`<div class="chart-table" tabindex="0" role="region" aria-label="${chart.title}, step by step">
    <table class="table">
      <caption class="visually-hidden">
        ${chart.title}
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          ${chart.lines.map((one) => html`<th scope="col" class="number">${one.name}</th>`)}
          ${chart.hasSum ? html`<th scope="col" class="number">All</th>` : nothing}
          ${chart.before ? html`<th scope="col" class="number">Before</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${steps.map(
          (at) =>
            html`<tr>
              <th scope="row" class="number">${brief(chart.starts_ms[at])}</th>
              ${chart.lines.map((one) => html`<td class="number">${word(one.values[at])}</td>`)}
              ${chart.hasSum ? html`<td class="number">${word(totalAt(chart, at))}</td>` : nothing}
              ${chart.before ? html`<td class="number">${word(chart.before[at])}</td>` : nothing}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
