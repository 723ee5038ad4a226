import { count, money, plural } from "../../model/format.js";
import { totalOf } from "../../model/projects.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/**
 * All projects together; until it is known, that it is being counted, in as many words.
 * @param {import("../../model/projects.js").ProjectRow[]} rows
 * @param {import("../../model/projects.js").Window} window
 * @param {boolean} isCounting
 */
export function totalLine(rows, window, isCounting) {
  const all = totalOf(rows);
  if (!rows.length || !(all.isKnown || isCounting)) return nothing;
  if (!all.isKnown)
    return html`<p class="faint small number">
      ${plural(rows.length, "project")} · counting their traces, failures, tokens and cost in ${window.word}…
    </p>`;
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
