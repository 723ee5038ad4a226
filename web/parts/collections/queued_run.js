import { verdictOn } from "../../model/collections.js";
import { Trace } from "../../model/trace.js";
import { Part, define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../run/run.js";
import { empty, failure } from "../states.js";
import { sayError } from "../toast.js";
import { RunCache } from "../trace/run_cache.js";

/** @typedef {import("../../model/collections.js").QueuedRun} QueuedRun */
/** @typedef {import("../../ask/traces.js").TraceSource} TraceSource */
/** @typedef {{source: TraceSource, cache: RunCache}} Opened */

const KEPT_TRACES = 12;

/**
 * One run of a queue to be reviewed: all of it, and what is said of it. Tells `done` (whether it is now), `remove`.
 * The one that comes next is asked for ahead of time.
 */
export class QueuedRunView extends Part {
  static properties = {
    item: { attribute: false },
    next: { attribute: false },
    keys: { attribute: false },
    makeSource: { attribute: false },
    now_ms: { attribute: false },
    canWrite: { type: Boolean },
    run: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {QueuedRun | null} */
    this.item = null;
    /** @type {QueuedRun | null} */
    this.next = null;
    /** @type {string[]} keys of feedback that are asked for */
    this.keys = [];
    /** @type {(trace: string, project: string) => TraceSource} */
    this.makeSource = () => /** @type {any} */ (null);
    this.now_ms = 0;
    this.canWrite = false;
    /** @type {any} */
    this.run = null;
    /** @type {unknown} */
    this.problem = null;
    this.shown = "";
    /** @type {Map<string, Promise<Opened>>} by trace */
    this.traces = new Map();
  }

  willUpdate() {
    if (this.item && this.item.id !== this.shown) this.#look(this.item);
  }

  /** @param {QueuedRun} item */
  async #look(item) {
    this.shown = item.id;
    [this.run, this.problem] = [null, null];
    if (item.goneBecause) return;
    try {
      const { cache } = await this.#opened(item);
      const run = await cache.get(item.id);
      if (this.shown === item.id) this.run = run;
    } catch (problem) {
      if (this.shown === item.id) this.problem = problem;
    }
    this.#lookAhead();
  }

  #lookAhead() {
    const { next } = this;
    if (next && !next.goneBecause)
      this.#opened(next).then(
        ({ cache }) => cache.prefetch([next.id]),
        () => undefined, // it is told when somebody goes there
      );
  }

  /** The trace of an item, asked once. @param {QueuedRun} item @returns {Promise<Opened>} */
  #opened({ traceId, project }) {
    const known = this.traces.get(traceId);
    if (known) return known;
    const opened = this.#open(traceId, project);
    opened.catch(() => this.traces.delete(traceId));
    this.traces.set(traceId, opened);
    if (this.traces.size > KEPT_TRACES) this.traces.delete(/** @type {string} */ (this.traces.keys().next().value));
    return opened;
  }

  /** @param {string} traceId @param {string} project */
  async #open(traceId, project) {
    const source = this.makeSource(traceId, project);
    const cache = new RunCache(source);
    cache.trace = new Trace(await source.skeleton(null));
    return { source, cache };
  }

  /** Show the part of the run where a comment or a correction can be written. */
  openFeedback() {
    const shown = /** @type {import("../run/run.js").RunView | null} */ (this.querySelector("tk-run"));
    if (shown) shown.tab = "feedback";
  }

  /** Say that it is right, or not, by the first key. @param {0 | 1} score */
  judge(score) {
    if (this.canWrite && this.run) this.#judge(this.keys[0], score);
  }

  render() {
    const { item } = this;
    if (!item) return nothing;
    return html`<section class="queue-run" aria-label="Reviewing ${item.name}">
      <div class="queue-run-body">${this.#body(item)}</div>
      ${this.canWrite ? this.#foot(item) : nothing}
    </section>`;
  }

  /** @param {QueuedRun} item */
  #body(item) {
    if (item.goneBecause) return this.#gone(item.goneBecause);
    if (this.problem) return failure(this.problem, () => this.#look(item));
    return html`<tk-run
      .run=${this.run}
      .loading=${!this.run}
      .canWrite=${this.canWrite}
      .now_ms=${this.now_ms}
      .actions=${{
        saveFeedback: (/** @type {any} */ given) => this.#change((source) => source.saveFeedback?.(item.id, given)),
        deleteFeedback: (/** @type {string} */ one) => this.#change((source) => source.deleteFeedback?.(one)),
        readAttachment: (/** @type {string} */ url) => this.#attachment(item, url),
      }}
    ></tk-run>`;
  }

  /** @param {string} why */
  #gone(why) {
    return empty({
      title: "This run is gone",
      text: `${why}.`,
      sign: "history",
      action: this.canWrite
        ? html`<button class="button" @click=${() => this.tell("remove")}>${icon("x")}Take it out of the queue</button>`
        : nothing,
    });
  }

  /** @param {QueuedRun} item */
  #foot(item) {
    const isDone = item.done_ms !== null;
    return html`<footer class="queue-foot">
      ${this.run ? this.keys.map((key, at) => this.#verdict(key, at)) : nothing}
      ${this.run ? html`<button class="button quiet slim" aria-label="Say more" title="f" @click=${() => this.openFeedback()}>${icon("comment")}<span class="queue-word">Say more</span></button>` : nothing}
      <span class="spread"></span>
      ${
        isDone
          ? html`<button class="button" title="d" @click=${() => this.tell("done", false)}>
              ${icon("history")}Put back
            </button>`
          : html`<button class="button primary" title="d" @click=${() => this.tell("done", true)}>
              ${icon("check")}<span>Done<span class="queue-word">, next</span></span>
            </button>`
      }
    </footer>`;
  }

  /** @param {string} key @param {number} at */
  #verdict(key, at) {
    const said = verdictOn(this.run, key)?.score ?? null;
    const words = /** @type {[0 | 1, string, string][]} */ ([
      [1, "thumbsup", at ? "Yes" : "Yes (y)"],
      [0, "thumbsdown", at ? "No" : "No (n)"],
    ]);
    return html`<div class="queue-verdict" role="group" aria-label=${key}>
      <span class="muted small cut">${key}</span>
      ${words.map(
        ([score, sign, word]) =>
          html`<button
            class="button slim only-icon"
            data-score=${score}
            aria-pressed=${said === score}
            aria-label="${key}: ${word}"
            title=${word}
            @click=${() => this.#judge(key, score)}
          >
            ${icon(sign)}
          </button>`,
      )}
    </div>`;
  }

  /** What was said before by this key is taken back; said again, it is only taken back. @param {string} key @param {0 | 1} score */
  async #judge(key, score) {
    const before = verdictOn(this.run, key);
    const { id } = this.run;
    try {
      await this.#change(async (source) => {
        if (before?.score !== score) await source.saveFeedback?.(id, { key, score });
        if (before) await source.deleteFeedback?.(before.id);
      });
    } catch (error) {
      sayError(error);
    }
  }

  /** Change what is said of the run, and show it. @param {(source: TraceSource) => Promise<void> | undefined} change */
  async #change(change) {
    const item = /** @type {QueuedRun} */ (this.item);
    const { source, cache } = await this.#opened(item);
    await change(source);
    const run = await cache.again(item.id);
    if (this.shown === item.id) this.run = run;
  }

  /** @param {QueuedRun} item @param {string} url */
  async #attachment(item, url) {
    const { source } = await this.#opened(item);
    return (await source.attachment?.(url)) ?? "";
  }
}

define("tk-queued-run", QueuedRunView);
