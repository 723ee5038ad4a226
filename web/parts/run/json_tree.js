import { html, nothing } from "../element.js";
import { later } from "../later.js";

const load = later("parts/run/json.js", () => import("./json.js"));

/**
 * Any JSON as a tree that folds; what draws it is loaded when the first is drawn.
 * @param {unknown} value
 * @param {{label?: string, isBare?: boolean}} [how] a bare one has no bar above it
 */
export function jsonTree(value, { label, isBare = false } = {}) {
  load();
  return html`<tk-json .value=${value} label=${label ?? nothing} ?bare=${isBare}></tk-json>`;
}
