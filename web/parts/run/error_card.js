/** An error as one wants to read it: what it is, what it says, and the frames that are one's own. */

import { errorOf } from "../../model/run_error.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../copy_button.js";
import "./text.js";

/** A message of more lines is folded. */
const LINES = 24;

/** @param {unknown} error of the run @param {{heading?: string}} [how] */
export function errorCard(error, { heading = "Error" } = {}) {
  const found = errorOf(error);
  if (!found) return nothing;
  return html`<section class="run-error" aria-label=${heading}>
    <div class="run-error-head">
      ${icon("x-circle-fill")}<strong class="run-error-kind cut">${found.kind || heading}</strong>
      <span class="spread"></span>
      <tk-copy
        .text=${typeof error === "string" ? error : JSON.stringify(error)}
        label="Copy the error"
        word="Copy"
      ></tk-copy>
    </div>
    ${found.message ? html`<div class="run-error-said"><tk-text plain .text=${found.message} .lines=${LINES}></tk-text></div>` : nothing}
    ${found.stack.length ? stack(found.stack) : nothing}
  </section>`;
}

/** @param {import("../../model/run_error.js").StackLine[]} lines */
function stack(lines) {
  const hasOwn = lines.some((one) => one.isOwn);
  return html`<details class="run-error-stack" open>
    <summary>
      Where it happened${hasOwn ? html` <span class="faint">your own frames stand out</span>` : nothing}
    </summary>
    <pre tabindex="0" aria-label="Stack trace">
${lines.map((one) => html`<span class="stack-line ${one.isOwn ? "is-own" : ""}">${one.text} </span>`)}</pre>
  </details>`;
}
