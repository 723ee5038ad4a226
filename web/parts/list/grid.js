import { repeat } from "lit/directives/repeat.js";

import { template, widthWithin } from "../../model/columns.js";
import { quantile } from "../../model/trace_statistics.js";
import { Part, define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { styled } from "../style.js";
import { VirtualList } from "../virtual_list.js";
import { cell } from "./cells.js";

/** @typedef {import("../../model/list_rows.js").Row} Row */
/** @typedef {import("../../model/columns.js").Column} Column */

const ROW_PX = 36;
const TALL_PX = 60;
const NEAR_END_ROWS = 8;
const MARK_PX = 16; // in the margin left of the rows

/**
 * A list of traces, runs or threads, of which only the rows in sight are drawn. It is given rows and columns and
 * which row is chosen, and tells `choose`, `peek`, `open`, `mark` (a row), `narrow` (a chip), `width` (of a column)
 * and `more` when the end is near.
 *
 * Source: WAI-ARIA Authoring Practices, "Grid Pattern", with focus on rows.
 */
export class ListGrid extends Part {
  static properties = {
    rows: { attribute: false },
    columns: { attribute: false },
    widths: { attribute: false },
    chosen: {},
    peeked: {},
    marked: { attribute: false },
    hrefOf: { attribute: false },
    now_ms: { attribute: false },
    hasMore: { type: Boolean },
    isBusy: { type: Boolean },
    canMark: { type: Boolean },
    isTall: { type: Boolean },
    label: {},
    foot: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Column[]} */
    this.columns = [];
    /** @type {Record<string, number>} widths that were dragged, by column */
    this.widths = {};
    /** @type {string | null} id of the row where the person is */
    this.chosen = null;
    /** @type {string | null} */
    this.peeked = null;
    /** @type {Set<string>} */
    this.marked = new Set();
    /** @type {(row: Row) => string} */
    this.hrefOf = () => "";
    this.now_ms = 0;
    this.hasMore = false;
    this.isBusy = false;
    this.canMark = true;
    /** Whether a row has two lines, for want of columns. */
    this.isTall = false;
    this.label = "";
    /** @type {unknown} */
    this.foot = nothing;
    this.list = new VirtualList(this, () => this.querySelector(".list-scroll"), ROW_PX);
    this.wantsFocus = false;
  }

  willUpdate() {
    this.list.rowHeight_px = this.isTall ? TALL_PX : ROW_PX;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("chosen") && this.chosen) this.list.show(this.chosenAt);
    if (this.wantsFocus) this.#focusChosen();
    this.list.look();
    if (this.hasMore && !this.isBusy && this.list.last + NEAR_END_ROWS > this.rows.length) this.tell("more");
  }

  get chosenAt() {
    return this.rows.findIndex((row) => row.id === this.chosen);
  }

  /** Scroll to the newest. */
  toTop() {
    const box = this.querySelector(".list-scroll");
    if (box) box.scrollTop = 0;
  }

  get isAtTop() {
    return (this.querySelector(".list-scroll")?.scrollTop ?? 0) < ROW_PX;
  }

  /** Go on from the chosen row, and put the focus there. @param {number} step */
  move(step) {
    if (!this.rows.length) return;
    const at = this.chosenAt;
    const to = at < 0 ? 0 : Math.max(0, Math.min(this.rows.length - 1, at + step));
    this.tell("choose", this.rows[to]);
    this.focusChosen();
  }

  /** Put the focus on the chosen row, when it is drawn. */
  focusChosen() {
    this.wantsFocus = true;
    this.requestUpdate();
  }

  #focusChosen() {
    const row = /** @type {HTMLElement | null} */ (this.querySelector(`.list-row[data-at="${this.chosenAt}"]`));
    if (!row) return;
    this.wantsFocus = false;
    row.focus({ preventScroll: true });
  }

  render() {
    const grid = `${this.canMark ? `${MARK_PX}px ` : ""}${template(this.columns, this.widths)}`;
    const near = this.#near();
    const first = Math.min(this.list.first, Math.max(0, this.rows.length - 1));
    const shown = this.rows.slice(first, this.list.last).map((row, at) => ({ row, at: first + at }));
    const chosen = this.chosenAt;
    const stop = chosen >= first && chosen < this.list.last ? chosen : first;
    return html`<div class="list-scroll" @keydown=${this.#key}>
      <div
        class="list-grid ${this.canMark ? "" : "unmarked"} ${this.isTall ? "tall" : ""}"
        role="grid"
        aria-label=${this.label}
        aria-rowcount=${this.hasMore ? -1 : this.rows.length + 1}
        aria-colcount=${this.columns.length + (this.canMark ? 1 : 0)}
        aria-busy=${this.isBusy}
        aria-multiselectable="true"
        ${styled({ "--list-columns": grid })}
      >
        <div role="rowgroup" class="list-top">${this.#head()}</div>
        <div role="rowgroup" class="list-sheet" ${styled({ height: `${this.rows.length * this.list.rowHeight_px}px` })}>
          ${repeat(
            shown,
            ({ row }) => row.id,
            ({ row, at }) => this.#row(row, at, at === stop, near),
          )}
        </div>
      </div>
      ${this.foot}
    </div>`;
  }

  /** @returns {import("./cells.js").Near} */
  #near() {
    const latencies = this.rows.map((row) => row.latency_ms ?? 0).sort((one, other) => one - other);
    return {
      now_ms: this.now_ms,
      slow_ms: Math.max(1, quantile(latencies, 0.95) ?? 1),
      hrefOf: this.hrefOf,
      isTall: this.isTall,
      narrow: (chip) => this.tell("narrow", chip),
    };
  }

  #head() {
    return html`<div class="list-head" role="row" aria-rowindex="1">
      ${this.canMark ? html`<span role="columnheader" class="list-cell list-mark"><span class="visually-hidden">Chosen to compare</span></span>` : nothing}
      ${this.columns.map(
        (column) =>
          html`<span
            role="columnheader"
            class="list-cell ${column.isNumber ? "right" : ""}"
            title=${column.hint ?? nothing}
          >
            <span class=${column.id === "status" ? "visually-hidden" : "cut"}>${column.word}</span>
            <span
              class="list-grip"
              aria-hidden="true"
              title="Drag for another width; double click for the usual one"
              @pointerdown=${(/** @type {PointerEvent} */ event) => this.#drag(event, column)}
              @dblclick=${() => this.tell("width", { id: column.id, px: null })}
            ></span>
          </span>`,
      )}
    </div>`;
  }

  /** @param {Row} row @param {number} at @param {boolean} isStop @param {import("./cells.js").Near} near */
  #row(row, at, isStop, near) {
    const isMarked = this.marked.has(row.id);
    const look = ["list-row", row.status, row.id === this.peeked && "peeked", isMarked && "marked"].filter(Boolean);
    return html`<div
      class=${look.join(" ")}
      role="row"
      aria-rowindex=${at + 2}
      aria-selected=${isMarked || row.id === this.peeked}
      tabindex=${isStop ? 0 : -1}
      data-at=${at}
      data-id=${row.id}
      ${styled({ top: `${at * this.list.rowHeight_px}px` })}
      @click=${(/** @type {MouseEvent} */ event) => this.#click(event, row)}
    >
      ${this.canMark ? this.#mark(row, isMarked) : nothing}
      ${this.columns.map((column) => html`<span role="gridcell" class="list-cell ${column.isNumber ? "right number" : ""}" data-column=${column.id}>${cell(column.id, row, near)}</span>`)}
    </div>`;
  }

  /** @param {Row} row @param {boolean} isMarked */
  #mark(row, isMarked) {
    return html`<span role="gridcell" class="list-cell list-mark"
      ><input
        type="checkbox"
        tabindex="-1"
        aria-label=${`Choose ${row.name || "this row"} to compare`}
        .checked=${isMarked}
        @click=${(/** @type {Event} */ event) => (event.stopPropagation(), this.tell("mark", row))}
    /></span>`;
  }

  /** @param {MouseEvent} event @param {Row} row */
  #click(event, row) {
    if (/** @type {Element} */ (event.target).closest("a, button, input")) return;
    if (getSelection()?.toString()) return;
    this.tell("choose", row);
    this.tell(event.metaKey || event.ctrlKey ? "mark" : "peek", row);
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest?.(".list-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(/** @type {HTMLElement} */ (row).dataset.at);
    const page = Math.max(1, Math.floor((this.querySelector(".list-scroll")?.clientHeight ?? ROW_PX) / ROW_PX) - 2);
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowDown: () => this.move(this.chosenAt < 0 ? at + 1 : 1),
      ArrowUp: () => this.move(-1),
      PageDown: () => this.move(page),
      PageUp: () => this.move(-page),
      Home: () => this.move(-this.rows.length),
      End: () => this.move(this.rows.length),
      Enter: () => this.tell("open", this.rows[at]),
      " ": () => this.tell("peek", this.rows[at]),
    };
    if (!does[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    does[event.key]();
  };

  /** @param {PointerEvent} event @param {Column} column */
  #drag(event, column) {
    event.preventDefault();
    const grip = /** @type {HTMLElement} */ (event.target);
    const begin_px = /** @type {HTMLElement} */ (grip.parentElement).offsetWidth;
    grip.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ moved) =>
      this.tell("width", { id: column.id, px: widthWithin(begin_px + moved.clientX - event.clientX) });
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), { once: true });
  }
}

define("tk-list-grid", ListGrid);

/** @param {number} many @param {string} what @param {() => void} show */
export const newcomers = (many, what, show) =>
  html`<button class="button primary list-new" @click=${show}>${icon("arrow-up")}${many} new ${what}</button>`;
