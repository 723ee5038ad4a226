import "../copy_button.js";
import { html, nothing } from "../element.js";

/**
 * Facts, one a line.
 * @param {{word: string, value: unknown, hint?: string, copied?: boolean}[]} all `copied`: the value has a button to copy it
 */
export const facts = (all) =>
  html`<dl class="facts card">
    ${all.map(
      ({ word, value, hint, copied }) =>
        html`<div>
          <dt>${word}</dt>
          <dd>
            <span class="facts-value">
              ${copied ? html`<code>${value}</code><tk-copy .text=${value} label="Copy: ${word}"></tk-copy>` : value}
            </span>
            ${hint ? html`<span class="faint small">${hint}</span>` : nothing}
          </dd>
        </div>`,
    )}
  </dl>`;
