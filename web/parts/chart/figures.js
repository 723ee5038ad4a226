import { valueWord } from "../../model/charts.js";
import { deltaWord } from "../../model/series.js";
import { html, nothing } from "../element.js";

/** @typedef {import("../../model/series.js").Whole} Whole */

/** More of it is worse, better, or neither. @type {{id: keyof Whole, word: string, unit: import("../../model/scales.js").Unit, more: "bad" | "neither"}[]} */
const FIGURES = [
  { id: "count", word: "Traces", unit: "count", more: "neither" },
  { id: "errorRate", word: "Error rate", unit: "share", more: "bad" },
  { id: "p50", word: "Latency p50", unit: "ms", more: "bad" },
  { id: "p99", word: "Latency p99", unit: "ms", more: "bad" },
  { id: "token_p50", word: "First token p50", unit: "ms", more: "bad" },
  { id: "tokens", word: "Tokens", unit: "count", more: "neither" },
  { id: "cost", word: "Cost", unit: "usd", more: "neither" },
];

/**
 * What a window comes to, and by how much that differs from the window before.
 * @param {Whole | null} now null while it is not known
 * @param {Whole | null} before
 * @param {string} span of the window in words: "7 days"
 */
export const figures = (now, before, span) =>
  html`<dl class="dash-figures">
    ${FIGURES.map(
      (one) =>
        html`<div class="dash-figure">
          <dt>${one.word}</dt>
          <dd class="dash-value number">
            ${now ? valueWord(now[one.id], one.unit) : html`<span class="bone dash-bone"></span>`}
          </dd>
          <dd class="dash-delta number">${now && before?.count ? delta(one, now, before, span) : html`&nbsp;`}</dd>
        </div>`,
    )}
  </dl>`;

/** @param {typeof FIGURES[number]} figure @param {Whole} now @param {Whole} before @param {string} span */
function delta({ id, unit, more }, now, before, span) {
  const word = deltaWord(now[id], before[id], unit === "share" ? "points" : "ratio");
  if (!word) return nothing;
  const look = word === "same" || more === "neither" ? "" : word.startsWith("−") ? "better" : "worse";
  return html`<span class=${look} title="${valueWord(before[id], unit)} in the ${span} before">${word}</span>`;
}
