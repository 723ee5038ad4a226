import { repeat } from "lit/directives/repeat.js";

import { count, duration, money } from "../../model/format.js";
import { NO_RUN } from "../../model/trace.js";
import { Part, define, html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { styled } from "../style.js";
import { VirtualList } from "../virtual_list.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */
/** @typedef {import("../../model/tree_rows.js").Row} Row */

const ROW_PX = 30;

/**
 * The tree of a trace, one row a run, of which only those in sight are drawn. It is given its rows and the selected
 * run, and tells `choose` (a run), `fold` and `open` (a row): whoever holds it decides what they do.
 *
 * Keys of the tree pattern: up, down, home, end move; right opens or goes down, left folds or goes up.
 * Source: WAI-ARIA Authoring Practices, "Tree View Pattern".
 */
export class TraceTree extends Part {
  static properties = {
    trace: { attribute: false },
    rows: { attribute: false },
    selected: { type: Number },
    found: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Trace | null} */
    this.trace = null;
    /** @type {Row[]} */
    this.rows = [];
    this.selected = NO_RUN;
    /** @type {Set<number>} runs that a search found */
    this.found = new Set();
    this.list = new VirtualList(this, () => this.querySelector(".tree-scroll"), ROW_PX);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("selected") || (changed.has("rows") && changed.get("rows") === undefined)) this.showSelected();
  }

  /** Scroll to the selected run's row. */
  showSelected() {
    const at = this.#selectedRow();
    if (at >= 0) this.list.show(at);
  }

  #selectedRow() {
    return this.rows.findIndex((row) => row.run === this.selected && !row.group);
  }

  render() {
    if (!this.trace) return nothing;
    const first = Math.min(this.list.first, Math.max(0, this.rows.length - 1));
    const near = this.rows.slice(first, this.list.last).map((row, at) => ({ row, at: first + at }));
    const selected = this.#selectedRow();
    const tabStop = selected >= first && selected < this.list.last ? selected : first;
    return html`<div class="tree-scroll" role="tree" aria-label="Runs" @keydown=${this.#key}>
      <div class="tree-sheet" role="presentation" ${styled({ height: `${this.rows.length * ROW_PX}px` })}>
        ${repeat(
          near,
          ({ row }) => (row.group ? row.group.key : row.run),
          ({ row, at }) => (row.group ? this.#group(row, at, at === tabStop) : this.#run(row, at, at === tabStop)),
        )}
      </div>
    </div>`;
  }

  /** @param {Row} row @param {number} at @param {boolean} isTabStop */
  #run(row, at, isTabStop) {
    const trace = /** @type {Trace} */ (this.trace);
    const { run } = row;
    const status = trace.statusOf(run);
    const isSelected = run === this.selected;
    const look = [
      "tree-row",
      isSelected && "selected",
      row.isFaint && "faint-row",
      this.found.has(run) && "found",
      status,
    ];
    return html`<div
      class=${look.filter(Boolean).join(" ")}
      role="treeitem"
      aria-level=${row.depth + 1}
      aria-posinset=${row.place}
      aria-setsize=${row.siblings}
      aria-expanded=${row.isOpen ?? nothing}
      aria-selected=${isSelected}
      tabindex=${isTabStop ? 0 : -1}
      data-row=${at}
      ${placed(at, row.depth)}
      @click=${() => this.tell("choose", run)}
    >
      ${this.#twisty(row)} ${kindIcon(trace.kindOf(run))}
      <span class="tree-name cut">${trace.nameOf(run)}</span>
      <span class="visually-hidden">${this.#unseen(run, status)}</span>
      ${status === "error" ? html`<span class="tree-failed">${icon("x-circle-fill")}</span>` : nothing}
      <span class="tree-model cut">${trace.modelOf(run) ?? ""}</span>
      <span class="tree-figures number">${this.#figures(run, status)}</span>
      ${this.#bar(run)}
    </div>`;
  }

  /** @param {number} run @param {string} status */
  #figures(run, status) {
    const trace = /** @type {Trace} */ (this.trace);
    const tokens = trace.tokensOf(run);
    const cost = trace.costOf(run);
    return html`${tokens ? html`<span class="tree-tokens" title="Tokens">${count(tokens)}</span>` : nothing}${
        cost ? html`<span class="tree-cost" title="Cost">${money(cost)}</span>` : nothing
      }<span class="tree-time">${status === "pending" ? "running" : duration(trace.latencyOf(run))}</span>`;
  }

  /** When it was, within the trace. @param {number} run */
  #bar(run) {
    const trace = /** @type {Trace} */ (this.trace);
    const whole_us = trace.length_us || 1;
    const ms = trace.latencyOf(run);
    const length_us = ms === null ? whole_us - trace.starts_us[run] : ms * 1000;
    const left = Math.max(0, Math.min(1, trace.starts_us[run] / whole_us));
    const width = Math.max(0, Math.min(1 - left, length_us / whole_us));
    const place = styled({ left: `${left * 100}%`, width: `${width * 100}%` });
    return html`<span class="tree-track" aria-hidden="true"
      ><span class="tree-bar ${ms === null ? "running" : ""}" data-kind=${trace.kindOf(run)} ${place}></span
    ></span>`;
  }

  /** What icons and colours say to those who see them. @param {number} run @param {string} status */
  #unseen(run, status) {
    const kind = /** @type {Trace} */ (this.trace).kindOf(run);
    return status === "error" ? `, ${kind}, failed` : `, ${kind}`;
  }

  /** @param {Row} row @param {number} at @param {boolean} isTabStop */
  #group(row, at, isTabStop) {
    const trace = /** @type {Trace} */ (this.trace);
    const group = /** @type {import("../../model/tree_rows.js").Group} */ (row.group);
    const { name } = group;
    return html`<div
      class="tree-row tree-group"
      role="treeitem"
      aria-level=${row.depth + 1}
      aria-posinset=${row.place}
      aria-setsize=${row.siblings}
      aria-expanded=${String(row.isOpen)}
      tabindex=${isTabStop ? 0 : -1}
      data-row=${at}
      ${placed(at, row.depth)}
      @click=${() => this.tell("open", row)}
    >
      ${this.#twisty(row)} ${kindIcon(trace.kindOf(row.run))}
      <span class="tree-name cut">${name}</span><span class="tree-times">× ${count(group.count)} more</span>
      ${group.failed ? html`<span class="badge error">${count(group.failed)} failed</span>` : nothing}
    </div>`;
  }

  /** @param {Row} row */
  #twisty(row) {
    if (row.isOpen === null) return html`<span class="tree-twisty"></span>`;
    /** @param {Event} event */
    const fold = (event) => {
      event.stopPropagation();
      this.tell(row.group ? "open" : "fold", row);
    };
    return html`<span class="tree-twisty ${row.isOpen ? "open" : ""}" @click=${fold}>${icon("chevron-right")}</span>`;
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const at = Number(/** @type {HTMLElement} */ (event.target).dataset.row ?? -1);
    const row = this.rows[at];
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const done = this.#moved(event.key, at) || this.#folded(event.key, row, at);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {string} key @param {number} at */
  #moved(key, at) {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.rows.length - 1 }[key];
    if (to === undefined) return false;
    this.focusRow(to);
    return true;
  }

  /** @param {string} key @param {Row} row @param {number} at */
  #folded(key, row, at) {
    if (key === "Enter" || key === " ") this.tell(row.group ? "open" : "choose", row.group ? row : row.run);
    else if (key === "ArrowRight" && row.isOpen === false) this.tell(row.group ? "open" : "fold", row);
    else if (key === "ArrowRight" && row.isOpen) this.focusRow(at + 1);
    else if (key === "ArrowLeft" && row.isOpen) this.tell(row.group ? "open" : "fold", row);
    else if (key === "ArrowLeft") this.focusRow(this.rows.findIndex((one) => one.run === this.trace?.parents[row.run]));
    else return false;
    return true;
  }

  /** Move the focus to a row; a run there is selected too, as the details follow. @param {number} to */
  async focusRow(to) {
    if (to < 0 || to >= this.rows.length) return;
    const row = this.rows[to];
    if (!row.group) this.tell("choose", row.run);
    this.list.show(to);
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-row="${to}"]`))?.focus({ preventScroll: true });
  }
}

/** @param {number} at @param {number} depth */
const placed = (at, depth) =>
  styled({ transform: `translateY(${at * ROW_PX}px)`, "--depth": String(Math.min(depth, 24)) });

define("tk-trace-tree", TraceTree);
