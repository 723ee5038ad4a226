import { duration, count, money, plural } from "../../model/format.js";
import { Trace } from "../../model/trace.js";
import { rowsOf } from "../../model/tree_rows.js";
import { Part, define, html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import "../run/run.js";
import { bones, failure } from "../states.js";
import { RunCache } from "../trace/run_cache.js";
import "../trace/tree.js";
import { when } from "../when.js";
import { statusSign } from "./cells.js";

/** @typedef {import("../../model/list_rows.js").Row} Row */
/** @typedef {import("../../model/tree_rows.js").Folds} Folds */

const MOST_RUNS = 4_000;

/**
 * A trace beside the list it was found in: its tree, and the run that was chosen in it. Tells `step` (1 or -1) and
 * `leave`; whoever holds it knows the list.
 */
export class Peek extends Part {
  static properties = {
    row: { attribute: false },
    href: {},
    makeSource: { attribute: false },
    now_ms: { attribute: false },
    canWrite: { type: Boolean },
    hasNext: { type: Boolean },
    hasPrevious: { type: Boolean },
    trace: { state: true },
    run: { state: true },
    problem: { state: true },
    folds: { state: true },
    chosen: { state: true },
  };

  constructor() {
    super();
    /** @type {Row | null} */
    this.row = null;
    this.href = "";
    /** @type {(trace: string) => import("../../ask/traces.js").TraceSource} */
    this.makeSource = () => /** @type {any} */ (null);
    this.now_ms = 0;
    this.canWrite = false;
    this.hasNext = false;
    this.hasPrevious = false;
    /** @type {Trace | null} */
    this.trace = null;
    /** @type {any} */
    this.run = null;
    /** @type {unknown} */
    this.problem = null;
    /** @type {Folds} */
    this.folds = { folded: new Set(), opened: new Set() };
    /** @type {string} id of the run that is shown */
    this.chosen = "";
    this.shown = "";
    /** @type {RunCache | null} */
    this.cache = null;
  }

  willUpdate() {
    if (this.row && this.row.id !== this.shown) this.#open(this.row);
  }

  /** @param {Row} row */
  async #open(row) {
    this.shown = row.id;
    const source = this.makeSource(row.traceId);
    const cache = (this.cache = new RunCache(source));
    this.chosen = row.id;
    Object.assign(this, { trace: null, run: null, problem: null, folds: { folded: new Set(), opened: new Set() } });
    try {
      const answer = await source.skeleton(null);
      if (this.shown !== row.id) return;
      cache.trace = this.trace = new Trace(answer);
      this.#look(row.id);
    } catch (problem) {
      if (this.shown === row.id) this.problem = problem;
    }
  }

  #again() {
    if (this.trace) this.#look(this.chosen);
    else if (this.row) this.#open(this.row);
  }

  /** @param {string} id */
  async #look(id) {
    const { cache, shown } = this;
    this.chosen = id;
    this.problem = null;
    this.run = cache?.peek(id) ?? null;
    try {
      const run = await cache?.get(id);
      if (this.shown === shown && this.chosen === id) this.run = run;
    } catch (problem) {
      if (this.shown === shown && this.chosen === id) this.problem = problem;
    }
  }

  render() {
    const { row } = this;
    if (!row) return nothing;
    return html`<section class="peek" aria-label="Looking into ${row.name}">
      <header class="peek-head">
        ${statusSign(row.status)} ${kindIcon(row.type)}
        <h2 class="cut" title=${row.name}>${row.name || "(no name)"}</h2>
        <span class="spread"></span>
        ${this.#step(-1, "chevron-up", "Previous (k)", this.hasPrevious)}
        ${this.#step(1, "chevron-down", "Next (j)", this.hasNext)}
        <a class="button slim" href=${this.href}>Open${icon("arrow-right")}</a>
        <button
          class="button quiet slim only-icon"
          aria-label="Close (Esc)"
          title="Close (Esc)"
          @click=${() => this.tell("leave")}
        >
          ${icon("x")}
        </button>
      </header>
      <p class="peek-figures number muted small">
        ${when(row.start_ms, this.now_ms)} <span>${duration(row.latency_ms)}</span>
        ${row.tokens ? html`<span>${count(row.tokens)} tok</span>` : nothing}
        ${row.cost_usd === null ? nothing : html`<span>${money(row.cost_usd)}</span>`}
        ${this.trace ? html`<span>${plural(this.trace.size, "run")}</span>` : nothing}
        ${this.trace?.failed ? html`<span class="list-wrong">${count(this.trace.failed)} failed</span>` : nothing}
      </p>
      ${this.#tree()}
      <div class="peek-run">${this.#run()}</div>
    </section>`;
  }

  /** @param {1 | -1} step @param {string} sign @param {string} word @param {boolean} can */
  #step(step, sign, word, can) {
    return html`<button
      class="button quiet slim only-icon"
      aria-label=${word}
      title=${word}
      ?disabled=${!can}
      @click=${() => this.tell("step", step)}
    >
      ${icon(sign)}
    </button>`;
  }

  #tree() {
    const { trace } = this;
    if (!trace || trace.size < 2 || trace.size > MOST_RUNS) return nothing;
    return html`<tk-trace-tree
      class="peek-tree"
      .trace=${trace}
      .rows=${rowsOf(trace, this.folds)}
      .selected=${trace.indexOf(this.chosen)}
      @choose=${(/** @type {CustomEvent} */ event) => this.#chose(event)}
      @fold=${(/** @type {CustomEvent} */ event) => this.#toggle("folded", event.detail.run)}
      @open=${(/** @type {CustomEvent} */ event) => event.detail.group && this.#toggle("opened", event.detail.group.key)}
    ></tk-trace-tree>`;
  }

  /** @param {CustomEvent} event */
  #chose(event) {
    event.stopPropagation(); // the list's own "choose" is about rows
    if (this.trace) this.#look(this.trace.idOf(event.detail));
  }

  /** @param {"folded" | "opened"} which @param {any} one */
  #toggle(which, one) {
    const changed = new Set(/** @type {Set<any>} */ (this.folds[which]));
    if (!changed.delete(one)) changed.add(one);
    this.folds = /** @type {Folds} */ ({ ...this.folds, [which]: changed });
  }

  #run() {
    if (this.problem) return failure(this.problem, () => this.#again());
    if (!this.run) return bones(6);
    return html`<tk-run .run=${this.run} .canWrite=${false} .actions=${{}} .now_ms=${this.now_ms}></tk-run>`;
  }
}

define("tk-peek", Peek);
