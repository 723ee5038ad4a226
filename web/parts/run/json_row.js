/** One row of a JSON tree: its key, and its value or what it holds. */

import { bytes, exactCount } from "../../model/format.js";
import { previewOf } from "../../model/json_tree.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { styled } from "../style.js";
import { marked } from "./marked.js";

/** @typedef {import("../../model/json_tree.js").JsonNode} JsonNode */
/** @typedef {import("./json.js").JsonView} JsonView */

/** A longer text is folded. */
const MOST_CHARS = 400;

/** @param {JsonView} view @param {JsonNode} one @param {string} id */
export function row(view, one, id) {
  const isHere = one === view.at;
  return html`<div
    class="json-row ${isHere ? "is-here" : ""} ${one.size && !one.isOpen ? "is-folded" : ""}"
    role="treeitem"
    id=${id}
    aria-level=${Math.max(1, one.depth)}
    aria-posinset=${one.place + 1}
    aria-setsize=${one.siblings}
    aria-expanded=${one.size ? one.isOpen : nothing}
    aria-selected=${isHere}
    ${styled({ "--depth": String(Math.max(0, one.depth - 1)) })}
  >
    <span class="json-fold">${one.size ? icon(one.isOpen ? "chevron-down" : "chevron-right") : nothing}</span
    ><span class="json-pair">${key(view, one)}${one.size ? inside(one) : value(view, one)}</span>
    ${isHere || one === view.hot ? deeds() : nothing}
  </div>`;
}

/** @param {JsonView} view @param {JsonNode} one */
const key = (view, one) =>
  one.key === null
    ? nothing
    : html`<span class="json-key" data-kind=${typeof one.key}>${marked(String(one.key), view.words)}</span
        ><span class="json-colon">: </span>`;

/** @param {JsonNode} one */
const inside = (one) =>
  html`<span class="json-size">${one.kind === "list" ? `[${exactCount(one.size)}]` : `{${exactCount(one.size)}}`}</span
    >${one.isOpen ? nothing : html` <span class="json-preview">${previewOf(one)}</span>`}`;

/** @param {JsonView} view @param {JsonNode} one */
function value(view, one) {
  if (one.kind === "text") return text(view, one, /** @type {string} */ (one.value));
  const said = one.kind === "list" ? "[]" : one.kind === "object" ? "{}" : String(one.value);
  return html`<span class="json-value" data-kind=${one.kind}>${marked(said, view.words)}</span>`;
}

/** @param {JsonView} view @param {JsonNode} one @param {string} said */
function text(view, one, said) {
  const isLong = said.length > MOST_CHARS * 1.25;
  const isWhole = view.whole.has(one) || !isLong;
  const shown = isWhole ? said : said.slice(0, MOST_CHARS);
  return html`<span class="json-value" data-kind="text">"${marked(shown, view.words)}${isWhole ? '"' : "…"}</span>${
      isLong
        ? html` <button class="json-more" tabindex="-1" data-deed="whole">
            ${isWhole ? "Show less" : `Show all ${bytes(said.length)}`}
          </button>`
        : nothing
    }`;
}

const deeds = () =>
  html`<span class="json-deeds">
    <button
      class="button quiet slim only-icon"
      tabindex="-1"
      data-deed="path"
      title="Copy the path"
      aria-label="Copy the path"
    >
      ${icon("link")}</button
    ><button
      class="button quiet slim only-icon"
      tabindex="-1"
      data-deed="value"
      title="Copy the value (Enter)"
      aria-label="Copy the value"
    >
      ${icon("copy")}
    </button>
  </span>`;
