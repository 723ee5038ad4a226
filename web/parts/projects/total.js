import { count, money, plural } from "../../model/format.js";
import { totalOf } from "../../model/projects.js";
import { html, nothing } from "../element.js";

/**
 * All projects together, once all is known.
 * @param {import("../../model/projects.js").ProjectRow[]} rows
 * @param {import("../../model/projects.js").Window} window
 */
export function totalLine(rows, window) {
  const all = totalOf(rows);
  if (!all.isKnown) return nothing;
  return html`<p class="faint small number">
    ${plural(rows.length, "project")} · ${plural(all.traces, "trace")}, ${count(all.errors)} failed ·
    ${count(all.tokens)} tokens · ${money(all.cost_usd)} in ${window.word}
  </p>`;
}
