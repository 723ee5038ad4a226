import { totalAt, valueWord } from "../../model/charts.js";
import { spanWords } from "../../model/time_range.js";
import { html, nothing } from "../element.js";
import { styled } from "../style.js";
import { swatch } from "./legend.js";

/** @typedef {import("../../model/charts.js").Chart} Chart */

/**
 * All values at a step, beside where one looks.
 * @param {Chart} chart
 * @param {number} at
 * @param {number} chosen the line that stands out; -1 for none
 */
export function tooltip(chart, at, chosen) {
  const start_ms = chart.starts_ms[at];
  const word = (/** @type {number | null} */ value) => valueWord(value, chart.unit);
  const order = chart.lines.map((_, line) => line);
  if (chart.look === "bars") order.reverse(); // as they stand upon each other
  return html`<div class="chart-tip" aria-hidden="true" ${styled(placeOf(chart, at))}>
    <p class="chart-tip-time number">${spanWords(start_ms, start_ms + chart.step_ms)}</p>
    ${order.map((line) => row(chart.lines[line].name, word(chart.lines[line].values[at]), swatch(chart.lines[line], chart.look), line === chosen))}
    ${chart.hasSum ? row("All", word(totalAt(chart, at)), nothing) : nothing}
    ${chart.before ? row("The window before", word(chart.before[at]), html`<span class="chart-swatch before"></span>`) : nothing}
  </div>`;
}

/**
 * The same in one line, for who hears the page.
 * @param {Chart} chart
 * @param {number} at
 * @param {number} chosen the one line that is told; -1 for all
 */
export function stepWords(chart, at, chosen) {
  const start_ms = chart.starts_ms[at];
  const lines = chosen < 0 ? chart.lines : [chart.lines[chosen]];
  const values = lines.map((one) => `${one.name} ${valueWord(one.values[at], chart.unit)}`);
  const sum = chart.hasSum && chosen < 0 ? [`all ${valueWord(totalAt(chart, at), chart.unit)}`] : [];
  return `${spanWords(start_ms, start_ms + chart.step_ms)}: ${[...values, ...sum].join(", ")}`;
}

/** @param {string} name @param {string} value @param {unknown} sign @param {boolean} [isChosen] */
const row = (name, value, sign, isChosen = false) =>
  html`<p class="chart-tip-row ${isChosen ? "chosen" : ""}">
    <span class="chart-tip-sign">${sign}</span><span class="cut">${name}</span><b class="number">${value}</b>
  </p>`;

/** On the side where there is more room. @param {Chart} chart @param {number} at @returns {Record<string, string>} */
function placeOf(chart, at) {
  const share = (at + 0.5) / chart.starts_ms.length;
  const place = `calc(46px + (100% - 56px) * ${share.toFixed(4)} + 10px)`;
  const mirrored = `calc(10px + (100% - 56px) * ${(1 - share).toFixed(4)} + 10px)`;
  return share > 0.5 ? { left: "auto", right: mirrored } : { left: place, right: "auto" };
}
