import { compareAddress, projectAddress, traceAddress } from "../addresses.js";
import { apiSource } from "../ask/traces.js";
import { listenKeys } from "../keys.js";
import { change, pairsOf } from "../model/compare.js";
import { count, duration, money, plural } from "../model/format.js";
import { NO_RUN, Trace } from "../model/trace.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon, kindIcon } from "../parts/icon.js";
import "../parts/run/run.js";
import { bones, failure } from "../parts/states.js";
import { styled } from "../parts/style.js";
import { statusBadge } from "../parts/trace/header.js";
import { RunCache } from "../parts/trace/run_cache.js";
import "../parts/trace/split.js";
import { at } from "../parts/when.js";
import { amend } from "../router.js";

/** @typedef {import("../addresses.js").Place} Place */
/** @typedef {import("../model/trace.js").Trace} TraceModel */
/** @typedef {import("../model/compare.js").Pair} Pair */

/** Two traces, step beside step: what differs in time, tokens and cost, and in the words of each step. */
export class CompareView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    traces: { state: true },
    problem: { state: true },
    runs: { state: true },
  };

  constructor() {
    super();
    /** @type {Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
    /** @type {[TraceModel, TraceModel] | null} */
    this.traces = null;
    /** @type {unknown} */
    this.problem = null;
    /** The contents of the two runs of the chosen row. @type {{row: number, left: any, right: any, problem: unknown}} */
    this.runs = { row: -1, left: null, right: null, problem: null };
    /** @type {Pair[]} */
    this.pairs = [];
    /** @type {RunCache[]} */
    this.caches = [];
    this.opened = "";
    /** @type {() => void} */
    this.end = () => undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.end = listenKeys("Compare", [
      { keys: ["j", "ArrowDown"], does: "Next step", run: () => this.#choose(this.#row + 1) },
      { keys: ["k", "ArrowUp"], does: "Previous step", run: () => this.#choose(this.#row - 1) },
      { keys: ["d"], does: "Next difference", run: () => this.#nextDifference() },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end();
  }

  willUpdate() {
    const key = this.place?.traces?.join() ?? "";
    if (key && key !== this.opened) {
      this.opened = key;
      this.#load();
    } else if (this.traces && this.runs.row !== this.#row) this.#look();
  }

  get #row() {
    return Math.min(this.pairs.length - 1, Number(this.place?.query.get("step") ?? 0) || 0);
  }

  async #load() {
    const { project = "", traces: ids = [] } = /** @type {Place} */ (this.place);
    this.problem = null;
    this.traces = null;
    document.title = "Compare two traces · Tracekeep";
    try {
      const sources = ids.map((id) => apiSource(id, project));
      const [left, right] = await Promise.all(sources.map((source) => source.skeleton(null)));
      this.caches = sources.map((source) => new RunCache(source));
      this.traces = [new Trace(left), new Trace(right)];
      this.caches.forEach((cache, side) => (cache.trace = this.traces?.[side] ?? null));
      this.pairs = pairsOf(...this.traces);
    } catch (error) {
      this.problem = error;
    }
  }

  async #look() {
    const row = this.#row;
    const pair = this.pairs[row];
    if (!pair || !this.traces) return;
    this.runs = { row, left: null, right: null, problem: null };
    const sides = [pair.left, pair.right];
    try {
      const [left, right] = await Promise.all(sides.map((run, side) => this.#details(run, side)));
      if (this.runs.row === row) this.runs = { row, left, right, problem: null };
    } catch (problem) {
      if (this.runs.row === row) this.runs = { row, left: null, right: null, problem };
    }
  }

  /** @param {number} run @param {number} side */
  #details(run, side) {
    return run === NO_RUN || !this.traces ? null : this.caches[side].get(this.traces[side].idOf(run));
  }

  /** @param {number} row */
  async #choose(row) {
    const to = Math.max(0, Math.min(this.pairs.length - 1, row));
    amend({ step: to || null });
    await this.updateComplete;
    this.querySelector(`[data-row="${to}"]`)?.scrollIntoView({ block: "nearest" });
  }

  #nextDifference() {
    const after = this.pairs.findIndex(
      (pair, row) => row > this.#row && (pair.left === NO_RUN || pair.right === NO_RUN || this.#statusDiffers(pair)),
    );
    if (after >= 0) this.#choose(after);
  }

  /** @param {Pair} pair */
  #statusDiffers({ left, right }) {
    const [one, other] = /** @type {[TraceModel, TraceModel]} */ (this.traces);
    return one.statusOf(left) !== other.statusOf(right);
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#load());
    const { workspace = "", project = "", traces: ids = [] } = this.place ?? {};
    const name = this.traces?.[0].project.name ?? "Project";
    return html`<header class="view-head">
        <div class="trace-title">
          <div class="crumbs small"><a href=${projectAddress(workspace, project)}>${name}</a></div>
          <h1>Compare two traces</h1>
        </div>
        <span class="spread"></span>
        <a class="button" href=${compareAddress(workspace, project, ids[1], ids[0])}>${icon("sync")}Swap</a>
      </header>
      ${this.traces ? this.#both(this.traces) : bones(10)}`;
  }

  /** @param {[TraceModel, TraceModel]} traces */
  #both(traces) {
    return html`<div class="compare-heads">
        ${this.#head("A", traces[0], null)} ${this.#head("B", traces[1], traces[0])}
      </div>
      <tk-split class="trace-panes compare-panes" .share=${0.46} kept="compare-left">
        <div class="trace-left"><div class="compare-scroll">${this.#table(traces)}</div></div>
        <section class="trace-right asked" aria-label="The chosen step">${this.#step(traces)}</section>
      </tk-split>`;
  }

  /** @param {string} letter @param {TraceModel} trace @param {TraceModel | null} before */
  #head(letter, trace, before) {
    const { workspace = "", project = "" } = this.place ?? {};
    const name = trace.root === NO_RUN ? "Trace" : trace.nameOf(trace.root);
    const cost = trace.totals.cost_usd;
    const delta = (/** @type {(one: TraceModel) => number | null} */ value) =>
      before ? changeBadge(value(before), value(trace)) : nothing;
    return html`<div class="compare-head">
      <span class="compare-letter">${letter}</span>
      <a class="cut" href=${traceAddress(workspace, project, trace.id, { trace_id: trace.id })}><b>${name}</b></a>
      ${statusBadge(trace.status)} <span class="faint small">${at(trace.start_ms)}</span>
      <span class="figure"
        ><b class="number">${duration(trace.length_us / 1000)}</b>${delta((one) => one.length_us)}</span
      >
      <span class="figure"><b class="number">${plural(trace.size, "run")}</b>${delta((one) => one.size)}</span>
      <span class="figure"
        ><b class="number">${count(trace.totals.total_tokens)}</b> tok${delta((one) => one.totals.total_tokens)}</span
      >
      ${cost === null ? nothing : html`<span class="figure"><b class="number">${money(cost)}</b>${delta((one) => one.totals.cost_usd)}</span>`}
    </div>`;
  }

  /** @param {[TraceModel, TraceModel]} traces */
  #table([left, right]) {
    const longest_us = Math.max(left.length_us, right.length_us) || 1;
    return html`<table class="table compare-table">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" class="number">A</th>
          <th scope="col" class="number">B</th>
          <th scope="col" class="number">Change</th>
        </tr>
      </thead>
      <tbody>
        ${this.pairs.map((pair, row) => this.#pair(pair, row, left, right, longest_us))}
      </tbody>
    </table>`;
  }

  /** @param {Pair} pair @param {number} row @param {TraceModel} left @param {TraceModel} right @param {number} longest_us */
  #pair(pair, row, left, right, longest_us) {
    const [trace, run] = pair.right === NO_RUN ? [left, pair.left] : [right, pair.right];
    const isAlone = pair.left === NO_RUN || pair.right === NO_RUN;
    const times = [
      pair.left === NO_RUN ? null : left.latencyOf(pair.left),
      pair.right === NO_RUN ? null : right.latencyOf(pair.right),
    ];
    const only = isAlone
      ? html`<span class="badge ${pair.left === NO_RUN ? "only-b" : "only-a"}"
          >only in ${pair.left === NO_RUN ? "B" : "A"}</span
        >`
      : nothing;
    return html`<tr class=${row === this.#row ? "selected" : ""} data-row=${row} @click=${() => this.#choose(row)}>
      <th scope="row">
        <button
          class="compare-name"
          aria-pressed=${row === this.#row}
          ${styled({ "--depth": String(Math.min(pair.depth, 12)) })}
        >
          ${kindIcon(trace.kindOf(run))}<span class="cut"
            >${isAlone ? trace.nameOf(run) : bothNames(left.nameOf(pair.left), right.nameOf(pair.right))}</span
          >${only}
        </button>
      </th>
      ${cell(left, pair.left, times[0], longest_us)} ${cell(right, pair.right, times[1], longest_us)}
      <td class="number">${isAlone ? nothing : changeBadge(times[0], times[1])}</td>
    </tr>`;
  }

  /** @param {[TraceModel, TraceModel]} traces */
  #step(traces) {
    const { left, right, problem } = this.runs;
    if (problem) return failure(problem, () => this.#look());
    if (!left && !right) return bones(8);
    const isAlone = !left || !right;
    return html`${isAlone ? html`<p class="notice">Only ${left ? "A" : "B"} has this step.</p>` : nothing}
      <tk-run
        .run=${right ?? left}
        .baseline=${isAlone ? null : left}
        .traceStart_ms=${traces[right ? 1 : 0].start_ms}
      ></tk-run>`;
  }
}

/** @param {TraceModel} trace @param {number} run @param {number | null} ms @param {number} longest_us */
function cell(trace, run, ms, longest_us) {
  if (run === NO_RUN) return html`<td class="number faint">–</td>`;
  const isFailed = trace.statusOf(run) === "error";
  return html`<td class="number ${isFailed ? "said-wrong" : ""}">
    ${isFailed ? icon("x-circle-fill", "failed") : nothing} ${ms === null ? "running" : duration(ms)}
    <span
      class="compare-bar"
      data-kind=${trace.kindOf(run)}
      ${styled({ "--share": String(Math.min(1, ((ms ?? 0) * 1000) / longest_us)) })}
    ></span>
  </td>`;
}

/** @param {string} one @param {string} other */
const bothNames = (one, other) => (one === other ? one : html`${one} <span class="faint">→</span> ${other}`);

/** More is worse for all that is compared here, so less is shown as good; the sign says it too. @param {number | null} before @param {number | null} after */
function changeBadge(before, after) {
  const said = change(before, after);
  if (!said) return nothing;
  return html`<span class="change number ${Number(after) > Number(before) ? "more" : "less"}">${said}</span>`;
}

define("tk-compare-view", CompareView);
