import { projectAddress, traceAddress } from "../addresses.js";
import { projectOf } from "../ask/runs.js";
import { statisticsOfThread, turnsOfThread } from "../ask/threads.js";
import { listenKeys } from "../keys.js";
import { count, duration, money, plural, timeOf } from "../model/format.js";
import { readThread } from "../model/thread.js";
import "../parts/copy_button.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/run/messages.js";
import { bones, empty, failure } from "../parts/states.js";
import { statusBadge } from "../parts/trace/header.js";
import { at, when } from "../parts/when.js";
import { go } from "../router.js";

/** @typedef {import("../addresses.js").Place} Place */

const A_PAGE = 20;

/** A conversation over many traces: each turn with what it added, and the way to its trace. */
export class ThreadView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    rows: { state: true },
    statistics: { state: true },
    project: { state: true },
    problem: { state: true },
    next: { state: true },
    chosen: { state: true },
  };

  constructor() {
    super();
    /** @type {Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
    /** @type {any[] | null} */
    this.rows = null;
    /** @type {any} */
    this.statistics = null;
    /** @type {any} */
    this.project = null;
    /** @type {unknown} */
    this.problem = null;
    /** @type {string | null} */
    this.next = null;
    this.chosen = 0;
    this.opened = "";
    /** @type {() => void} */
    this.end = () => undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.end = listenKeys("Thread", [
      { keys: ["j", "ArrowDown"], does: "Next turn", run: () => this.#step(1) },
      { keys: ["k", "ArrowUp"], does: "Previous turn", run: () => this.#step(-1) },
      { keys: ["Enter"], does: "Open the turn's trace", run: () => this.#open() },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end();
  }

  willUpdate() {
    const thread = this.place?.thread;
    if (!thread || thread === this.opened) return;
    this.opened = thread;
    this.rows = null;
    this.#load();
  }

  /** @returns {{workspace: string, project: string, thread: string}} */
  get #at() {
    const { workspace = "", project = "", thread = "" } = this.place ?? {};
    return { workspace, project, thread };
  }

  async #load() {
    const { project, thread } = this.#at;
    this.problem = null;
    document.title = `Thread ${thread} · Tracekeep`;
    try {
      const [page, statistics, found] = await Promise.all([
        turnsOfThread(thread, project, null, A_PAGE),
        statisticsOfThread(thread, project),
        projectOf(project),
      ]);
      this.rows = page.items;
      this.next = page.next_cursor;
      this.statistics = statistics;
      this.project = found;
    } catch (error) {
      this.problem = error;
    }
  }

  async #earlier() {
    const { project, thread } = this.#at;
    try {
      const page = await turnsOfThread(thread, project, this.next, A_PAGE);
      this.rows = [...(this.rows ?? []), ...page.items];
      this.next = page.next_cursor;
    } catch (error) {
      this.problem = error;
    }
  }

  /** @param {number} step */
  #step(step) {
    const turns = this.querySelectorAll(".thread-turn");
    this.chosen = Math.max(0, Math.min(turns.length - 1, this.chosen + step));
    const turn = /** @type {HTMLElement | undefined} */ (turns[this.chosen]);
    turn?.scrollIntoView({ block: "nearest" });
    turn?.querySelector("a")?.focus({ preventScroll: true });
  }

  #open() {
    const { workspace, project } = this.#at;
    const turn = this.rows && readThread(this.rows)[this.chosen];
    if (turn) go(traceAddress(workspace, project, turn.trace, { trace_id: turn.trace }));
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#load());
    const { workspace, project, thread } = this.#at;
    return html`<header class="view-head thread-head">
        <div class="trace-title">
          <div class="crumbs small">
            <a href=${projectAddress(workspace, project)}>${this.project?.name ?? "Project"}</a>
            <span aria-hidden="true">›</span> threads
          </div>
          <h1 class="cut">${thread}</h1>
        </div>
        <tk-copy .text=${thread} label="Copy the thread's id"></tk-copy>
        ${this.#figures()}
      </header>
      <div class="view-body">${this.rows ? this.#turns(this.rows) : bones(8)}</div>`;
  }

  #figures() {
    const { statistics } = this;
    if (!statistics) return nothing;
    const p50 = statistics.latency_p50_seconds;
    return html`<div class="trace-figures">
      <span class="figure">${icon("comment-discussion")}<b class="number">${plural(statistics.turns, "turn")}</b></span>
      <span class="figure" title="Median time of a turn"
        >${icon("stopwatch")}<b class="number">${duration(p50 === null ? null : p50 * 1000)}</b> a turn</span
      >
      <span class="figure">${icon("meter")}<b class="number">${count(statistics.total_tokens)}</b> tok</span>
      <span class="figure">${icon("credit-card")}<b class="number">${money(statistics.total_cost)}</b></span>
      <span class="figure">${icon("history")} last ${when(timeOf(statistics.last_end_time))}</span>
    </div>`;
  }

  /** @param {any[]} rows */
  #turns(rows) {
    if (!rows.length)
      return empty({ title: "This thread has no turns", text: "They may have expired, or were deleted." });
    return html`<div class="thread">
      ${this.next ? html`<button class="button thread-earlier" @click=${() => this.#earlier()}>${icon("arrow-up")}Earlier turns</button>` : nothing}
      <ol class="thread-turns" aria-label="Turns">
        ${readThread(rows).map((turn, place) => this.#turn(turn, place))}
      </ol>
    </div>`;
  }

  /** @param {import("../model/thread.js").ThreadTurn} turn @param {number} place */
  #turn(turn, place) {
    const { workspace, project } = this.#at;
    const { row } = turn;
    const start_ms = timeOf(row.start_time);
    return html`<li class="thread-turn ${place === this.chosen ? "chosen" : ""}">
      <div class="thread-side">
        <a class="thread-link" href=${traceAddress(workspace, project, turn.trace, { trace_id: turn.trace })}
          >Turn ${turn.number}<span class="faint"> · ${row.name}</span></a
        >
        <p class="row small">
          ${statusBadge(row.status.toLowerCase())}
          <span class="muted number">${duration(row.latency === null ? null : row.latency * 1000)}</span>
        </p>
        <p class="faint small number">${start_ms === null ? nothing : at(start_ms)}</p>
        <p class="faint small number">
          ${row.total_tokens ? `${count(row.total_tokens)} tok` : ""}${row.total_tokens && row.total_cost ? " · " : ""}${row.total_cost ? money(row.total_cost) : ""}
        </p>
      </div>
      <div class="thread-said">
        ${
          turn.messages.length
            ? html`<tk-messages .messages=${turn.messages} label="Turn ${turn.number}"></tk-messages>`
            : html`<p class="muted">Nothing new was said in this turn.</p>`
        }
        ${row.error_preview ? html`<p class="notice error">${row.error_preview}</p>` : nothing}
      </div>
    </li>`;
  }
}

define("tk-thread-view", ThreadView);
