import { count, money, plural } from "../../model/format.js";
import { totalOf } from "../../model/projects.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/**
 * All projects together, once all is known.
 * @param {import("../../model/projects.js").ProjectRow[]} rows
 * @param {import("../../model/projects.js").Window} window
 */
export function totalLine(rows, window) {
  const all = totalOf(rows);
  if (!all.isKnown || !rows.length) return nothing;
  return html`<p class="faint small number">
    ${plural(rows.length, "project")} · ${plural(all.traces, "trace")}, ${count(all.errors)} failed ·
    ${count(all.tokens)} tokens · ${money(all.cost_usd)} in ${window.word}
  </p>`;
}

/**
 * Why the figures could not be had, above the names that are known.
 * @param {unknown} problem
 * @param {() => void} again
 */
export const trouble = (problem, again) =>
  html`<div class="notice error project-trouble" role="alert">
    ${icon("alert")}<span class="spread">${problem instanceof Error ? problem.message : String(problem)}</span>
    <button class="button slim" @click=${again}>${icon("sync")}Try again</button>
  </div>`;
