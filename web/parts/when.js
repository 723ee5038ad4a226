import { ago, bothClocks, moment } from "../model/format.js";
import { html } from "./element.js";

/** How long ago, with both clocks on hover. @param {number | null} ms @param {number} [now_ms] */
export const when = (ms, now_ms = Date.now()) =>
  ms === null
    ? html`<span class="faint">–</span>`
    : html`<time datetime=${new Date(ms).toISOString()} title=${bothClocks(ms)}>${ago(ms, now_ms)}</time>`;

/** The clock's time, with both clocks on hover. @param {number} ms @param {number} [now_ms] */
export const at = (ms, now_ms = Date.now()) =>
  html`<time datetime=${new Date(ms).toISOString()} title=${bothClocks(ms)}>${moment(ms, now_ms)}</time>`;
