import { count, duration, money, percent } from "../../model/format.js";
import { statisticsOf } from "../../model/trace_statistics.js";
import { Part, define, html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { styled } from "../style.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */
/** @typedef {import("../../model/trace_statistics.js").Line} Line */

const BY = /** @type {const} */ ([
  ["name", "Name"],
  ["kind", "Kind"],
  ["model", "Model"],
]);

/** @type {{id: keyof Line, word: string, say: (line: Line) => string, hint?: string}[]} */
const COLUMNS = [
  { id: "count", word: "Runs", say: (line) => count(line.count) },
  { id: "failed", word: "Failed", say: (line) => (line.failed ? count(line.failed) : "") },
  {
    id: "self_us",
    word: "Own time",
    say: (line) => duration(line.self_us / 1000),
    hint: "Time in which nothing below it ran",
  },
  { id: "p50_us", word: "p50", say: (line) => duration(line.p50_us === null ? null : line.p50_us / 1000) },
  { id: "p99_us", word: "p99", say: (line) => duration(line.p99_us === null ? null : line.p99_us / 1000) },
  { id: "tokens", word: "Tokens", say: (line) => (line.tokens ? count(line.tokens) : "") },
  { id: "cost_usd", word: "Cost", say: (line) => (line.cost_usd === null ? "" : money(line.cost_usd)) },
];

/** Where the time and the money of a trace went: bars for the eye, a table that sorts by any column. */
export class TraceStatistics extends Part {
  static properties = { trace: { attribute: false }, by: { state: true }, sort: { state: true } };

  constructor() {
    super();
    /** @type {Trace | null} */
    this.trace = null;
    /** @type {import("../../model/trace_statistics.js").By} */
    this.by = "name";
    /** @type {keyof Line} */
    this.sort = "self_us";
  }

  render() {
    if (!this.trace) return nothing;
    const lines = statisticsOf(this.trace, this.by);
    const sorted = [...lines].sort((one, other) => Number(other[this.sort] ?? -1) - Number(one[this.sort] ?? -1));
    return html`<div class="statistics">
      <div class="row" role="group" aria-label="Add up by">
        ${BY.map(
          ([id, word]) =>
            html`<button class="button slim quiet" aria-pressed=${this.by === id} @click=${() => (this.by = id)}>
              By ${word.toLowerCase()}
            </button>`,
        )}
      </div>
      <div class="statistics-plots">
        ${this.#plot(
          "Where the time went",
          lines,
          (line) => line.self_us,
          (line) => duration(line.self_us / 1000),
        )}
        ${this.#plot(
          "Where the money went",
          lines,
          (line) => line.cost_usd ?? 0,
          (line) => money(line.cost_usd),
        )}
      </div>
      ${lines.length ? this.#table(sorted) : html`<p class="muted">No run of this trace names a model.</p>`}
    </div>`;
  }

  /** @param {string} title @param {Line[]} lines @param {(line: Line) => number} value @param {(line: Line) => string} say */
  #plot(title, lines, value, say) {
    const total = lines.reduce((sum, line) => sum + value(line), 0);
    if (!total) return nothing;
    const top = [...lines].sort((one, other) => value(other) - value(one)).filter((line) => value(line) > 0);
    return html`<figure class="card statistics-plot">
      <figcaption><h2>${title}</h2></figcaption>
      <ul>
        ${top.slice(0, 8).map((line) => this.#share(line, value(line) / total, say(line)))}
      </ul>
      ${top.length > 8 ? html`<p class="faint small">and ${count(top.length - 8)} more in the table</p>` : nothing}
    </figure>`;
  }

  /** @param {Line} line @param {number} share @param {string} said */
  #share(line, share, said) {
    return html`<li>
      <button class="share-line" title="Show the first of them" @click=${() => this.tell("choose", line.first)}>
        <span class="row">${kindIcon(line.kind)}<span class="cut">${line.key}</span></span>
        <span class="share-track"
          ><span class="share-bar" data-kind=${line.kind} ${styled({ width: `${share * 100}%` })}></span
        ></span>
        <span class="number">${said}</span><span class="number faint">${percent(share)}</span>
      </button>
    </li>`;
  }

  /** @param {Line[]} lines */
  #table(lines) {
    return html`<div class="card statistics-table">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${BY.find(([id]) => id === this.by)?.[1]}</th>
            ${COLUMNS.map(
              (column) =>
                html`<th
                  scope="col"
                  class="number"
                  aria-sort=${this.sort === column.id ? "descending" : "none"}
                  title=${column.hint ?? nothing}
                >
                  <button class="sort-button" @click=${() => (this.sort = column.id)}>
                    ${column.word}${this.sort === column.id ? icon("arrow-down") : nothing}
                  </button>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            (line) =>
              html`<tr>
                <th scope="row">
                  <button class="link-button row" @click=${() => this.tell("choose", line.first)}>
                    ${kindIcon(line.kind)}<span class="cut">${line.key}</span>
                  </button>
                </th>
                ${COLUMNS.map((column) => html`<td class="number ${column.id === "failed" && line.failed ? "said-wrong" : ""}">${column.say(line)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

define("tk-trace-statistics", TraceStatistics);
