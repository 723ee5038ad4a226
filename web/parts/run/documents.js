/** What a retriever found: cards in their rank, with their score, source and text. */

import { hasContent } from "../../model/json_text.js";
import { plural } from "../../model/format.js";
import { safeHref } from "../../model/markdown.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { styled } from "../style.js";
import "../copy_button.js";
import "./json.js";
import "./text.js";

/** @typedef {import("../../model/documents.js").FoundDocument} FoundDocument */

const LINES = 8;
/** More than these nobody reads; they are told as a number. */
const MOST = 200;

/** `<tk-documents .found=${…}>` */
export class Documents extends Part {
  static properties = { found: { attribute: false } };

  constructor() {
    super();
    /** @type {FoundDocument[]} */
    this.found = [];
  }

  render() {
    return documents(this.found);
  }
}

/** @param {FoundDocument[]} found */
const documents = (found) =>
  html`<ol class="documents" aria-label=${plural(found.length, "document")}>
      ${found.slice(0, MOST).map(card)}
    </ol>
    ${found.length > MOST ? html`<p class="faint">${plural(found.length - MOST, "more document")}: see JSON.</p>` : nothing}`;

/** @param {FoundDocument} one @param {number} at */
const card = (one, at) =>
  html`<li class="document">
    <div class="document-head">
      <span class="document-rank number">${at + 1}</span>
      <span class="document-title cut">${one.title || (one.source ? "" : one.id) || nothing}${source(one)}</span>
      <span class="spread"></span>
      ${one.score === null ? nothing : score(one)}
      <tk-copy .text=${one.text} label="Copy the text"></tk-copy>
    </div>
    <tk-text .text=${one.text} .lines=${LINES}></tk-text>
    ${
      hasContent(one.metadata)
        ? html`<details class="document-more">
            <summary>Metadata <span class="faint cut mono">${Object.keys(one.metadata).join(", ")}</span></summary>
            <tk-json .value=${one.metadata} bare></tk-json>
          </details>`
        : nothing
    }
  </li>`;

/** @param {FoundDocument} one */
function source({ source: from }) {
  const href = safeHref(from);
  if (!from) return nothing;
  return href
    ? html` <a class="small" href=${href} target="_blank" rel="noreferrer noopener">${from}</a>`
    : html` <span class="faint small" title=${from}>${icon("paperclip")}${from}</span>`;
}

/** @param {FoundDocument} one */
const score = ({ score: value, scoreName, share }) =>
  html`<span class="document-score number" title=${`${scoreName}: ${value}`}>
    ${
      share === null
        ? html`<span class="faint">${scoreName}</span>`
        : html`<span class="document-bar"
            ><span class="document-fill" ${styled({ width: `${share * 100}%` })}></span
          ></span>`
    }
    ${/** @type {number} */ (value).toFixed(3)}
  </span>`;

define("tk-documents", Documents);
