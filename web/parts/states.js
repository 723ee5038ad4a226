/** What a view shows before, instead of, and for want of its content. */

import { ApiError } from "../api_error.js";
import { html, nothing } from "./element.js";
import { icon } from "./icon.js";

/**
 * What went wrong and the way out.
 * @param {unknown} error
 * @param {() => void} [again] asks once more
 */
export function failure(error, again) {
  const text = error instanceof Error ? error.message : String(error);
  const isGone = error instanceof ApiError && error.status === 404;
  return html`<div class="empty" role="alert">
    ${icon(isGone ? "search" : "alert")}
    <h2>${isGone ? "It is not here" : "That did not work"}</h2>
    <p>${text}</p>
    ${again && !isGone ? html`<button class="button" @click=${again}>${icon("sync")}Try again</button>` : nothing}
  </div>`;
}

/**
 * Nothing to show, and what to do about it.
 * @param {{title: string, text?: unknown, action?: unknown, sign?: string}} said
 */
export const empty = ({ title, text, action, sign }) =>
  html`<div class="empty">
    ${sign ? icon(sign) : nothing}
    <h2>${title}</h2>
    ${text ? html`<p>${text}</p>` : nothing}${action ?? nothing}
  </div>`;

/**
 * Grey bars where rows will be.
 * @param {number} [rows]
 */
export const bones = (rows = 8) =>
  html`<div class="bones" aria-hidden="true">
      ${Array.from({ length: rows }, (_, row) => html`<div class="bone-row"><span class="bone" data-width=${(row * 37) % 5}></span></div>`)}
    </div>
    <span class="visually-hidden" role="status">Loading</span>`;
