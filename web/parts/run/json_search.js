/** The bar above a JSON tree: search in it, fold it, copy it. */

import { count } from "../../model/format.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../copy_button.js";
import "../menu.js";

/** @typedef {import("./json.js").JsonView} JsonView */

/** @param {JsonView} view */
export const searchBar = (view) =>
  html`<div class="json-bar">
    <div class="json-search">
      ${icon("search")}
      <input
        class="json-words"
        type="search"
        placeholder="Search"
        aria-label="Search in the JSON"
        .value=${view.words}
        @input=${(/** @type {Event} */ event) => view.look(/** @type {HTMLInputElement} */ (event.target).value)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(view, event)}
      />
    </div>
    ${view.words ? hits(view) : nothing}
    <span class="spread"></span>
    <tk-menu word="Fold" sign="fold" look="quiet slim" .items=${foldings(view)}></tk-menu>
    <tk-copy .text=${view.text} label="Copy the JSON"></tk-copy>
  </div>`;

/** @param {JsonView} view @param {KeyboardEvent} event */
function onKey(view, event) {
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  if (event.key === "Enter") view.step(event.shiftKey ? -1 : 1);
  else view.look("");
}

/** @param {JsonView} view */
function hits(view) {
  const at = view.at ? view.hits.indexOf(view.at) : -1;
  const said = view.hits.length ? `${at < 0 ? "–" : at + 1} of ${count(view.hits.length)}` : "not found";
  return html`<span class="json-hits number" role="status">${said}</span>
    <button
      class="button quiet slim only-icon"
      aria-label="Previous"
      title="Previous (Shift+Enter)"
      @click=${() => view.step(-1)}
    >
      ${icon("chevron-up")}
    </button>
    <button class="button quiet slim only-icon" aria-label="Next" title="Next (Enter)" @click=${() => view.step(1)}>
      ${icon("chevron-down")}
    </button>`;
}

/** @param {JsonView} view @returns {import("../menu.js").MenuItem[]} */
const foldings = (view) => [
  { word: "Fold all", run: () => view.foldTo(0) },
  ...[1, 2, 3].map((depth) => ({ word: `To depth ${depth + 1}`, run: () => view.foldTo(depth) })),
  { word: "Unfold all", hint: "*", run: () => view.foldTo(Infinity) },
];
