import { valueWord } from "../../model/charts.js";
import { html, nothing } from "../element.js";
import { styled } from "../style.js";
import { swatch } from "./legend.js";

/** @typedef {import("../../model/series.js").Whole} Whole */
/** @typedef {import("../../model/scales.js").Unit} Unit */
/** @typedef {{name: string | null, word: string, whole: Partial<Whole> & {average?: number | null}, href: string, failedHref: string, look?: import("../../model/charts.js").Look}} BreakdownRow */
/** @typedef {"count" | "errors" | "p50" | "p99" | "tokens" | "cost" | "errorRate" | "average"} Column */

/** @type {Record<Column, {word: string, unit: Unit}>} */
const COLUMNS = {
  count: { word: "Count", unit: "count" },
  errors: { word: "Errors", unit: "count" },
  errorRate: { word: "Error rate", unit: "share" },
  p50: { word: "p50", unit: "ms" },
  p99: { word: "p99", unit: "ms" },
  tokens: { word: "Tokens", unit: "count" },
  cost: { word: "Cost", unit: "usd" },
  average: { word: "Average", unit: "score" },
};

/**
 * What the parts of a whole come to, those with most of one column first, which has bars; what is joined comes last.
 * @param {{title: string, what: string, rows: BreakdownRow[], columns: Column[], bar: Column}} of
 */
export function breakdown({ title, what, rows, columns, bar }) {
  const sorted = rows.toSorted(
    (one, other) =>
      Number(one.name === null) - Number(other.name === null) || (other.whole[bar] ?? 0) - (one.whole[bar] ?? 0),
  );
  const most = Math.max(...rows.map(({ whole }) => whole[bar] ?? 0), 0);
  return html`<section class="chart breakdown" aria-label=${title}>
    <div class="chart-head"><h2>${title}</h2></div>
    <div class="breakdown-scroll">
      <table class="table breakdown-table">
        <thead>
          <tr>
            <th scope="col">${what}</th>
            ${columns.map((one) => html`<th scope="col" class="number">${COLUMNS[one].word}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${sorted.map(
            (row) =>
              html`<tr>
                <th scope="row">
                  <span class="breakdown-name">
                    ${row.look ? swatch({ colour: row.look[0], dash: row.look[1] }, "bars") : nothing}
                    ${row.href ? html`<a class="cut" href=${row.href} title=${row.word}>${row.word}</a>` : html`<span class="cut faint">${row.word}</span>`}
                  </span>
                </th>
                ${columns.map((one) => cell(row, one, one === bar ? most : 0))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** @param {BreakdownRow} row @param {Column} column @param {number} most of the bars; 0 where there are none */
function cell({ whole, failedHref }, column, most) {
  const value = whole[column];
  const word = valueWord(value, COLUMNS[column].unit);
  const isFailed = (column === "errors" || column === "errorRate") && Boolean(value);
  const said = isFailed && failedHref ? html`<a class="breakdown-failed" href=${failedHref}>${word}</a>` : word;
  const width = most ? `${(((value ?? 0) / most) * 100).toFixed(1)}%` : "0";
  return html`<td class="number ${isFailed ? "failed" : ""} ${value ? "" : "faint"}">
    ${
      most
        ? html`<span class="breakdown-cell"
            ><span class="breakdown-track"><span class="breakdown-bar" ${styled({ width })}></span></span
            ><span class="breakdown-value">${said}</span></span
          >`
        : said
    }
  </td>`;
}
