import { repeat } from "lit/directives/repeat.js";
import { count, duration, exactCount, money, percent } from "../../model/format.js";
import { barsOf } from "../../model/projects.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import "../menu.js";
import { when } from "../when.js";
import { sparkline } from "./sparkline.js";

/** @typedef {import("../../model/projects.js").ProjectRow} ProjectRow */
/** @typedef {import("../../model/projects.js").SortColumn} SortColumn */

/** @type {{id: SortColumn, word: string, hint: string}[]} */
const FIGURES = [
  { id: "traces", word: "Traces", hint: "Traces that began within the window" },
  { id: "errors", word: "Errors", hint: "Share of traces whose root failed" },
  { id: "p50", word: "p50", hint: "Half of the traces took at most so long" },
  { id: "p99", word: "p99", hint: "99 of 100 traces took at most so long" },
  { id: "tokens", word: "Tokens", hint: "Prompt and completion, of whole traces" },
  { id: "cost", word: "Cost", hint: "As clients said it, else by the price of the model" },
  { id: "last", word: "Last trace", hint: "When the newest trace of the window began" },
];

/**
 * The projects in a table, or as cards where there is no room. It tells `sort` with a column, and `act` with
 * `{deed, row}`: "rename", "tier", "send", "copy", "delete".
 */
export class ProjectTable extends Part {
  static properties = {
    rows: { attribute: false },
    series: { attribute: false },
    window: { attribute: false },
    sort: { attribute: false },
    days: { attribute: false },
    standing: { attribute: false },
    addressOf: { attribute: false },
    now_ms: { attribute: false },
    canWrite: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {ProjectRow[]} */
    this.rows = [];
    /** @type {Record<string, {traces: number[], errors: number[]}> | null} */
    this.series = null;
    /** @type {import("../../model/projects.js").Window} */
    this.window = { id: "24h", word: "24 hours", hours: 24, bars: 24 };
    /** @type {import("../../model/projects.js").Sort} */
    this.sort = { column: "name", isDown: false };
    this.days = { base: 14, extended: 400 };
    /** @type {ProjectRow["tier"]} of projects that have none of their own */
    this.standing = "shortlived";
    /** @type {(project: string) => string} */
    this.addressOf = () => "";
    this.now_ms = Date.now();
    this.canWrite = false;
  }

  render() {
    return html`<table class="table project-table">
      <thead>
        <tr>
          ${this.#head("name", "Project", "By name")}
          <th scope="col" class="project-activity" title="Traces over time; those that failed in red">Activity</th>
          ${FIGURES.map((one) => this.#head(one.id, one.word, one.hint))}
          <th scope="col">Kept</th>
          <th scope="col"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.rows,
          (row) => row.id,
          (row) => this.#row(row),
        )}
      </tbody>
    </table>`;
  }

  /** @param {SortColumn} id @param {string} word @param {string} hint */
  #head(id, word, hint) {
    const isChosen = this.sort.column === id;
    const order = isChosen ? (this.sort.isDown ? "descending" : "ascending") : "none";
    return html`<th scope="col" aria-sort=${order} class=${id === "name" ? "" : "number"}>
      <button class="project-sort" title=${hint} @click=${() => this.tell("sort", id)}>
        ${word}${isChosen ? icon(this.sort.isDown ? "arrow-down" : "arrow-up") : nothing}
      </button>
    </th>`;
  }

  /** @param {ProjectRow} row */
  #row(row) {
    return html`<tr>
      <td class="project-cell-name">
        <a class="project-name" href=${this.addressOf(row.id)}>${row.name}</a>
        ${row.description ? html`<span class="project-about cut" title=${row.description}>${row.description}</span>` : nothing}
      </td>
      <td class="project-activity">${this.#activity(row)}</td>
      ${this.#figures(row)}
      <td class="project-kept" data-label="Kept">${kept(row, this.days, this.standing)}</td>
      <td class="project-actions">
        <tk-menu
          sign="kebab-horizontal"
          label="Actions of ${row.name}"
          look="quiet slim"
          .items=${this.#deeds(row)}
        ></tk-menu>
      </td>
    </tr>`;
  }

  /** @param {ProjectRow} row */
  #activity(row) {
    const bars = this.series && barsOf(this.series[row.id], this.window);
    if (bars) return sparkline(bars, this.window.word);
    return this.series ? nothing : html`<span class="bone project-bone-wide"></span>`;
  }

  /** @param {ProjectRow} row */
  #figures(row) {
    const known = row.figures;
    if (!known) {
      return FIGURES.map(
        (one) => html`<td class="number" data-label=${one.word}><span class="bone project-bone"></span></td>`,
      );
    }
    const cells = {
      traces: html`<span title=${exactCount(known.traces)}>${known.traces ? count(known.traces) : none()}</span>`,
      errors: errors(known.errorRate),
      p50: known.p50_ms === null ? none() : duration(known.p50_ms),
      p99: known.p99_ms === null ? none() : duration(known.p99_ms),
      tokens: known.tokens ? html`<span title=${exactCount(known.tokens)}>${count(known.tokens)}</span>` : none(),
      cost: known.cost_usd === null || !known.traces ? none() : money(known.cost_usd),
      last: when(known.lastRun_ms, this.now_ms),
    };
    return FIGURES.map(
      ({ id, word }) => html`<td class="number" data-label=${word}>${/** @type {any} */ (cells)[id]}</td>`,
    );
  }

  /** @param {ProjectRow} row @returns {(import("../menu.js").MenuItem | "-")[]} */
  #deeds(row) {
    /** @param {string} deed */
    const act = (deed) => () => this.tell("act", { deed, row });
    /** @type {(import("../menu.js").MenuItem | "-")[]} */
    const reading = [
      { word: "Send traces", icon: "terminal", run: act("send") },
      { word: "Copy the id", icon: "copy", run: act("copy") },
    ];
    if (!this.canWrite) return reading;
    return [
      { word: "Edit", icon: "pencil", run: act("edit") },
      ...reading,
      "-",
      { word: "Delete", icon: "trash", isDanger: true, run: act("delete") },
    ];
  }

  /** Move the focus among the projects. @param {number} step */
  move(step) {
    const links = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".project-name")]);
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[to]?.focus();
    links[to]?.scrollIntoView({ block: "nearest" });
  }
}

const none = () => html`<span class="faint">–</span>`;

/** @param {number | null} rate */
function errors(rate) {
  if (rate === null) return none();
  return rate === 0 ? html`<span class="faint">0 %</span>` : html`<span class="project-failed">${percent(rate)}</span>`;
}

/** @param {ProjectRow} row @param {{base: number, extended: number}} days @param {ProjectRow["tier"]} standing */
function kept(row, days, standing) {
  const isLong = (row.hasOwnTier ? row.tier : standing) === "longlived";
  const says = `${isLong ? "Extended" : "Base"} tier${row.hasOwnTier ? "" : ", as the workspace has it"}`;
  return html`<span class="badge ${isLong ? "project-long" : ""}" title=${says}
    >${isLong ? days.extended : days.base} days</span
  >`;
}

define("tk-project-table", ProjectTable);
