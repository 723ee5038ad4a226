import { listenKeys } from "../../keys.js";
import { wantedOf } from "../../model/filters_of_trace.js";
import { NO_RUN, Trace } from "../../model/trace.js";
import { allFolded, maskOf, nextRun, revealed, rowsOf, runsWith } from "../../model/tree_rows.js";
import { Part, define, html, nothing } from "../element.js";
import "../run/run.js";
import { bones, failure } from "../states.js";
import { Follower } from "./follow.js";
import { traceFigures, traceNotes } from "./header.js";
import { RunCache } from "./run_cache.js";
import { Search } from "./search.js";
import "./split.js";
import { traceToolbar } from "./toolbar.js";
import { traceKeys } from "./trace_keys.js";
import "./tree.js";
import { viewOf } from "./views.js";

/** @typedef {import("../../model/trace.js").Trace} TraceModel */
/** @typedef {import("../../model/tree_rows.js").Folds} Folds */

/** How much of the trace is shown, and how: what an address holds.
 * @typedef {object} TracePlace
 * @property {string | null} run id of the selected run
 * @property {string} view
 * @property {string[]} only
 * @property {string} words
 */

/** @type {() => Folds} */
const nothingFolded = () => ({ folded: new Set(), opened: new Set() });

/**
 * A trace, whole: header, minimap, its views, and the selected run beside them. It is given a `source` and the
 * `place`, and knows nothing of keys, sessions or addresses: it tells `place` when the person goes elsewhere in it.
 */
export class TracePart extends Part {
  static properties = {
    source: { attribute: false },
    place: { attribute: false },
    crumbs: { attribute: false },
    actions: { attribute: false },
    links: { attribute: false },
    waits: { type: Boolean },
    canWrite: { type: Boolean },
    trace: { state: true },
    problem: { state: true },
    isWaiting: { state: true },
    folds: { state: true },
    details: { state: true },
    range: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../../ask/traces.js").TraceSource | null} */
    this.source = null;
    /** @type {TracePlace} */
    this.place = { run: null, view: "tree", only: [], words: "" };
    /** Where the trace stands: links above its name. */
    this.crumbs = nothing;
    /** Buttons at the end of the header. */
    this.actions = nothing;
    /** @type {{run?: (id: string) => string, thread?: (id: string) => string}} addresses to copy and to follow */
    this.links = {};
    this.waits = false;
    this.canWrite = false;
    /** @type {TraceModel | null} */
    this.trace = null;
    /** @type {unknown} */
    this.problem = null;
    this.isWaiting = false;
    this.folds = nothingFolded();
    /** @type {{id: string, run: any | null, problem: unknown}} */
    this.details = { id: "", run: null, problem: null };
    /** @type {[number, number] | null} µs that the timeline shows; null is all */
    this.range = null;
    /** @type {(() => void)[]} */
    this.ends = [];
    /** @type {Follower | null} */
    this.follower = null;
    this.cache = new RunCache(/** @type {any} */ (null));
    this.search = new Search(this);
  }

  connectedCallback() {
    super.connectedCallback();
    this.ends = [listenKeys("Trace", traceKeys(this))];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.follower?.stop();
    for (const end of this.ends) end();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("source") && this.source) this.#begin();
    if (changed.has("place") && this.trace) this.#placed(/** @type {TracePlace} */ (changed.get("place")));
  }

  #begin() {
    this.follower?.stop();
    const source = /** @type {import("../../ask/traces.js").TraceSource} */ (this.source);
    this.trace = null;
    this.problem = null;
    this.range = null;
    this.folds = nothingFolded();
    this.cache = new RunCache(source);
    this.search.source = source;
    this.follower = new Follower(
      source,
      {
        found: (answer) => this.#take(answer),
        failed: (error) => (this.problem = error),
        waiting: () => (this.isWaiting = true),
      },
      this.waits,
    );
    this.follower.now();
  }

  /** @param {any} answer */
  #take(answer) {
    const isFirst = this.trace === null;
    this.trace = new Trace(answer);
    this.isWaiting = false;
    this.cache.trace = this.trace;
    this.tell("trace", this.trace);
    if (isFirst || this.place.run) this.folds = revealed(this.trace, this.selected, this.folds);
    if (this.place.words) this.search.soon(this.place.words, 0);
    this.#look();
    return Boolean(this.source?.isLive) && this.trace.isRunning;
  }

  /** @param {TracePlace | undefined} before */
  #placed(before) {
    const trace = /** @type {TraceModel} */ (this.trace);
    if (before?.run !== this.place.run) this.folds = revealed(trace, this.selected, this.folds);
    if (before?.words !== this.place.words) this.search.soon(this.place.words);
    this.#look();
  }

  /** The selected run: the one of the address, else the root. */
  get selected() {
    if (!this.trace) return NO_RUN;
    const asked = this.place.run ? this.trace.indexOf(this.place.run) : NO_RUN;
    return asked === NO_RUN ? Math.max(0, this.trace.root) : asked;
  }

  /** Show the details of the selected run, from what is known or by asking. */
  async #look() {
    const { trace, selected } = this;
    if (!trace?.size) return;
    const id = trace.idOf(selected);
    if (this.details.id !== id) this.details = { id, run: this.cache.peek(id), problem: null };
    try {
      const run = await this.cache.get(id);
      if (this.details.id === id) this.details = { id, run, problem: null };
      this.cache.prefetch(
        [selected + 1, selected - 1].filter((one) => one >= 0 && one < trace.size).map((one) => trace.idOf(one)),
      );
    } catch (problem) {
      if (this.details.id === id) this.details = { id, run: null, problem };
    }
  }

  // --- what the person does ---------------------------------------------------------------------------

  /** Ask for another place within the trace. @param {Partial<TracePlace>} changes @param {boolean} [isStep] a step that the back button undoes */
  go(changes, isStep = false) {
    this.tell("place", { changes, isStep });
  }

  /** @param {number} run */
  choose(run) {
    if (this.trace && run !== NO_RUN) this.go({ run: this.trace.idOf(run) });
  }

  /** @param {{run: number}} row */
  #fold({ run }) {
    const folded = new Set(this.folds.folded);
    if (!folded.delete(run)) folded.add(run);
    this.folds = { ...this.folds, folded };
  }

  /** Fold every run that can be, or none. @param {boolean} isFolded */
  foldAll(isFolded) {
    if (this.trace) this.folds = isFolded ? allFolded(this.trace) : nothingFolded();
  }

  /** Fold or unfold the selected run. @param {boolean} isFolded */
  setFolded(isFolded) {
    const { trace, selected } = this;
    if (trace?.hasChildren(selected) && this.folds.folded.has(selected) !== isFolded) this.#fold({ run: selected });
  }

  /** @param {import("../../model/tree_rows.js").Row} row */
  #open({ group }) {
    if (!group) return;
    const opened = new Set(this.folds.opened);
    if (!opened.delete(group.key)) opened.add(group.key);
    this.folds = { ...this.folds, opened };
  }

  /** Runs that the words are in. @returns {Set<number>} */
  get found() {
    if (!this.trace || !this.place.words.trim()) return new Set();
    const found = runsWith(this.trace, this.place.words);
    for (const id of this.search.found) found.add(this.trace.indexOf(id));
    found.delete(NO_RUN);
    return found;
  }

  /** Choose the next run of a kind. @param {1 | -1} step @param {(run: number) => boolean} wanted */
  next(step, wanted) {
    if (this.trace) this.choose(nextRun(this.trace, this.selected, step, wanted));
  }

  /** Choose the row below or above. @param {1 | -1} step */
  step(step) {
    const rows = this.rows.filter((row) => !row.group);
    const at = rows.findIndex((row) => row.run === this.selected);
    const to = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (to) this.choose(to.run);
  }

  /** Choose the next run that the search found. @param {1 | -1} step */
  nextFound(step) {
    const { found } = this;
    if (found.size) this.next(step, (run) => found.has(run));
  }

  // --- what is drawn ------------------------------------------------------------------------------------

  /** @returns {Uint8Array | null} */
  get mask() {
    const wanted = this.trace && wantedOf(this.trace, this.place.only);
    return this.trace && wanted ? maskOf(this.trace, wanted) : null;
  }

  get rows() {
    return this.trace ? rowsOf(this.trace, this.folds, this.mask) : [];
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#begin());
    return html`<div class="trace">
      <header class="trace-head">
        <div class="trace-title">
          <div class="crumbs">${this.crumbs}</div>
          <h1 class="cut">${this.#title()}</h1>
        </div>
        ${
          this.trace
            ? traceFigures(
                this.trace,
                () => this.#explain(),
                (run) => this.choose(run),
              )
            : nothing
        }
        <div class="trace-actions">${this.actions}</div>
      </header>
      ${this.trace ? this.#whole(this.trace) : this.#coming()}
    </div>`;
  }

  #title() {
    if (!this.trace) return html`<span class="bone bone-title"></span>`;
    return this.trace.root === NO_RUN ? "(the root has not arrived)" : this.trace.nameOf(this.trace.root);
  }

  #coming() {
    if (!this.isWaiting) return bones(12);
    return html`<div class="empty" role="status">
      <h2>Waiting for this trace</h2>
      <p>The link was made before the trace was sent. It will show here as soon as it arrives.</p>
    </div>`;
  }

  /** @param {TraceModel} trace */
  #whole(trace) {
    const { mask, found } = this;
    const shared = {
      trace,
      mask,
      found,
      selected: this.selected,
      range: this.range,
      cache: this.cache,
      links: this.links,
    };
    const view = viewOf(this.place.view);
    return html`${traceNotes(trace, (run) => this.choose(run))}
      <div
        @choose=${this.#chosen}
        @range=${this.#ranged}
        @fold=${this.#folded}
        @open=${this.#opened}
        class="trace-rest"
      >
        ${view.hasMinimap ? html`<tk-trace-minimap .trace=${trace} .selected=${this.selected} .range=${this.range}></tk-trace-minimap>` : nothing}
        ${traceToolbar({
          trace,
          place: this.place,
          found,
          selected: this.selected,
          isSearching: this.search.isRunning,
          go: (changes) => this.go(changes),
          next: (step) => this.nextFound(step),
        })}
        ${
          view.isAlone
            ? html`<div class="trace-alone" role="tabpanel" aria-labelledby="tab-${view.id}">
                ${view.draw({ ...shared, rows: [] })}
              </div>`
            : html`<tk-split
                class="trace-panes"
                .share=${view.wide ? 0.58 : 0.4}
                kept="trace-left-${view.wide ? "wide" : "narrow"}"
              >
                <div class="trace-left" role="tabpanel" aria-labelledby="tab-${view.id}">
                  ${view.draw({ ...shared, rows: this.rows })}
                </div>
                <section class="trace-right ${this.place.run ? "asked" : ""}" aria-label="Selected run">
                  ${this.#run()}
                </section>
              </tk-split>`
        }
      </div>`;
  }

  #run() {
    const { id, run, problem } = this.details;
    return html`<button class="button quiet slim back-to-tree" @click=${() => this.go({ run: null })}>
        Back to the runs
      </button>
      <tk-run
        .run=${run}
        .loading=${!run && !problem}
        .error=${problem}
        .canWrite=${this.canWrite}
        .actions=${{
          link: this.links.run?.(id),
          readAttachment: this.source?.attachment,
          saveFeedback:
            this.canWrite && this.source?.saveFeedback
              ? (/** @type {any} */ given) => this.#feedback(this.source?.saveFeedback?.(id, given))
              : undefined,
          deleteFeedback:
            this.canWrite && this.source?.deleteFeedback
              ? (/** @type {string} */ one) => this.#feedback(this.source?.deleteFeedback?.(one))
              : undefined,
        }}
        .traceStart_ms=${this.trace?.start_ms}
      ></tk-run>`;
  }

  /** @param {Promise<void> | undefined} change */
  async #feedback(change) {
    await change;
    const { id } = this.details;
    const run = await this.cache.again(id);
    if (this.details.id === id) this.details = { id, run, problem: null };
  }

  async #explain() {
    const { explainKept } = await import("./kept.js");
    if (this.trace) explainKept(this.trace, this.trace.kept ? this.source?.laterCauses?.() : undefined);
  }

  /** @param {CustomEvent} event */
  #chosen = (event) => typeof event.detail === "number" && this.choose(event.detail);

  /** @param {CustomEvent} event */
  #ranged = (event) => (this.range = event.detail);

  /** @param {CustomEvent} event */
  #folded = (event) => this.#fold(event.detail);

  /** @param {CustomEvent} event */
  #opened = (event) => this.#open(event.detail);
}

define("tk-trace", TracePart);
