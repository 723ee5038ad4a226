import { count, timeOf } from "../../model/format.js";
import { endSaid, rulesSaid } from "../../model/sharing.js";
import { chosenWith } from "../../model/shared_urls.js";
import "../copy_button.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { when } from "../when.js";

/** @typedef {import("../../model/shared_urls.js").Listed} Listed */

/** @type {{id: string, word: string, sort?: string, isNumber?: boolean}[]} */
const COLUMNS = [
  { id: "trace", word: "Trace", sort: "run_name" },
  { id: "workspace", word: "Workspace", sort: "workspace_name" },
  { id: "shared", word: "Shared", sort: "created_at" },
  { id: "by", word: "By" },
  { id: "ends", word: "Ends", sort: "ends_at" },
  { id: "views", word: "Views", sort: "views", isNumber: true },
  { id: "viewed", word: "Last viewed", sort: "last_viewed_at" },
  { id: "hides", word: "Hides" },
];

/**
 * Links in a table, sorted by their server. Tells `sort` with a column, `choose` with tokens, `unshare` with a link.
 */
export class ShareTable extends Part {
  static properties = {
    links: { attribute: false },
    chosen: { attribute: false },
    asked: { attribute: false },
    now_ms: { attribute: false },
    addressOf: { attribute: false },
    mayUnshare: { attribute: false },
    hasWorkspaces: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Listed[]} */
    this.links = [];
    /** @type {Set<string>} by their tokens */
    this.chosen = new Set();
    /** @type {{sort: string, order: string}} */
    this.asked = { sort: "created_at", order: "desc" };
    this.now_ms = Date.now();
    /** @type {(link: Listed) => string} the trace's, for those who signed in */
    this.addressOf = () => "";
    this.mayUnshare = false;
    /** Whether there is more than one workspace to tell apart. */
    this.hasWorkspaces = false;
    /** @type {string | null} the row that was pressed last, from which Shift chooses */
    this.from = null;
  }

  render() {
    const columns = COLUMNS.filter(({ id }) => this.hasWorkspaces || id !== "workspace");
    return html`<div class="card settings-scroll" tabindex="0" role="region" aria-label="What is shared">
      <table class="table stacked-table share-table">
        <thead>
          <tr>
            ${this.mayUnshare ? html`<th scope="col" class="share-choose">${this.#chooseAll()}</th>` : nothing}
            ${columns.map((one) => this.#head(one))}
            <th scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${this.links.map((one) => this.#row(one))}
        </tbody>
      </table>
    </div>`;
  }

  /** @param {typeof COLUMNS[number]} column */
  #head({ word, sort, isNumber }) {
    const look = isNumber ? "number" : nothing;
    if (!sort) return html`<th scope="col" class=${look}>${word}</th>`;
    const isDown = this.asked.order === "desc";
    const isChosen = this.asked.sort === sort;
    const order = isChosen ? (isDown ? "descending" : "ascending") : "none";
    return html`<th scope="col" class=${look} aria-sort=${order}>
      <button class="share-sort" @click=${() => this.tell("sort", sort)}>
        ${word}${isChosen ? icon(isDown ? "arrow-down" : "arrow-up") : nothing}
      </button>
    </th>`;
  }

  #chooseAll() {
    const tokens = this.links.map((one) => one.share_token);
    const isAll = tokens.length > 0 && tokens.every((one) => this.chosen.has(one));
    return html`<input
      type="checkbox"
      aria-label="Choose all"
      .checked=${isAll}
      .indeterminate=${!isAll && this.chosen.size > 0}
      @change=${() => this.tell("choose", isAll ? [] : tokens)}
    />`;
  }

  /** @param {Listed} link */
  #row(link) {
    const { now_ms } = this;
    return html`<tr>
      ${this.mayUnshare ? html`<td class="share-choose" data-label="Choose">${this.#choice(link)}</td>` : nothing}
      <td class="share-what" data-label="Trace">
        <span>
          <a class="cut share-name" href=${this.addressOf(link)}>${link.run_name || "(no name)"}</a>
          <span class="cut faint small share-name">${link.session_name}</span>
        </span>
      </td>
      ${this.hasWorkspaces ? html`<td data-label="Workspace"><span class="cut share-workspace">${link.workspace_name}</span></td>` : nothing}
      <td data-label="Shared">${when(timeOf(link.created_at), now_ms)}</td>
      <td data-label="By">
        ${link.created_by ? html`<span class="cut share-by" title=${link.created_by}>${link.created_by}</span>` : html`<span class="faint">–</span>`}
      </td>
      <td data-label="Ends">${ending(link, now_ms)}</td>
      <td class="number" data-label="Views">${count(link.views)}</td>
      <td data-label="Last viewed">
        ${link.last_viewed_at ? when(timeOf(link.last_viewed_at), now_ms) : html`<span class="faint">never</span>`}
      </td>
      <td class="share-hides" data-label="Hides"><span class="muted small">${rulesSaid(link.redaction)}</span></td>
      <td class="settings-actions">${this.#actions(link)}</td>
    </tr>`;
  }

  /** @param {Listed} link */
  #choice({ share_token, run_name }) {
    return html`<input
      type="checkbox"
      aria-label="Choose ${run_name}"
      .checked=${this.chosen.has(share_token)}
      @click=${(/** @type {any} */ event) => this.#choose(share_token, event.target.checked, event.shiftKey)}
    />`;
  }

  /** @param {string} token @param {boolean} isOn @param {boolean} isRange */
  #choose(token, isOn, isRange) {
    const tokens = this.links.map((one) => one.share_token);
    const chosen = chosenWith(tokens, this.chosen, { token, from: isRange ? this.from : null, isOn });
    this.from = token;
    this.tell("choose", [...chosen]);
  }

  /** @param {Listed} link */
  #actions(link) {
    return html`<span class="share-row-actions">
      <tk-copy .text=${link.url} label="Copy the link of ${link.run_name}"></tk-copy>
      <a
        class="button quiet slim only-icon"
        href=${link.url}
        target="_blank"
        rel="noopener"
        title="Open the link"
        aria-label="Open the link of ${link.run_name}"
        >${icon("link-external")}</a
      >
      ${
        this.mayUnshare
          ? html`<button
              class="button quiet slim"
              aria-label="Unshare ${link.run_name}"
              @click=${() => this.tell("unshare", link)}
            >
              Unshare
            </button>`
          : nothing
      }
    </span>`;
  }
}

/** A day, and that it is the trace's where nobody chose one. @param {Listed} link @param {number} now_ms */
function ending({ expires_at, ends_at }, now_ms) {
  const { word, hint } = endSaid(ends_at, now_ms);
  return html`<span title=${hint}>${word}</span
    >${expires_at ? nothing : html`<span class="faint small share-with-trace">with its trace</span>`}`;
}

define("tk-share-table", ShareTable);
