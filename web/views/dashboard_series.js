import { facetsOf } from "../ask/runs.js";
import { modelSeries, seriesOf } from "../ask/series.js";
import { ingestHealth } from "../ask/workspaces.js";
import { allOf } from "../model/filter_chips.js";
import { windowBefore, windowOf } from "../model/series.js";

const DAY_MS = 86_400_000;

/** @typedef {import("../model/series.js").Series} Series */
/** @typedef {import("../model/series.js").Window} Window */

/**
 * @typedef {object} Question
 * @property {string} project
 * @property {import("../model/time_range.js").Range} range
 * @property {string} filter
 * @property {import("../model/charts.js").Grouping} grouping
 * @property {number | null} step_ms null where the window decides
 * @property {number} now_ms
 */

/**
 * What a dashboard draws. Each answer is shown when it comes; what cannot be had is left out, but for the first, without
 * which there is nothing to show.
 */
export class DashboardSeries {
  /** @param {import("lit").ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Window | null} */
    this.window = null;
    /** @type {Series | null} */
    this.now = null;
    /** @type {Series | null} */
    this.before = null;
    /** @type {Series | null} */
    this.groups = null;
    /** @type {Series | null} */
    this.models = null;
    /** @type {any} */
    this.facets = null;
    /** @type {any} */
    this.health = null;
    /** What went wrong, by what was asked. @type {Map<string, unknown>} */
    this.problems = new Map();
    this.isLoading = false;
    this.project = "";
    /** @type {AbortController | null} */
    this.asking = null;
    host.addController(this);
  }

  hostDisconnected() {
    this.asking?.abort();
  }

  /** @param {Question} question @param {boolean} [isAgain] the same anew: what is shown stays until the answer is there */
  async load(question, isAgain = false) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    if (!isAgain) this.#clear(question.project);
    this.isLoading = true;
    this.problems = new Map();
    this.host.requestUpdate();
    const window = await this.#window(question, asking).catch((problem) => this.#fail(asking, "now", problem));
    if (window && this.asking === asking) await this.#ask(question, window, asking);
    if (this.asking === asking) this.isLoading = false;
    this.host.requestUpdate();
  }

  /** @param {string} project */
  #clear(project) {
    if (project !== this.project) Object.assign(this, { facets: null, health: null });
    Object.assign(this, { project, window: null, now: null, before: null, groups: null, models: null });
  }

  /**
   * First what is stored by the hour, which is quick; then what is counted run by run.
   * @param {Question} question
   * @param {Window} window
   * @param {AbortController} asking
   */
  async #ask({ project, filter, grouping }, window, asking) {
    const { signal } = asking;
    const before = this.#take(asking, "before", seriesOf(project, windowBefore(window), { filter, signal }));
    await this.#take(
      asking,
      "now",
      seriesOf(project, window, { filter, signal }).then((now) => ((this.window = window), now)),
    );
    if (this.asking !== asking) return;
    const calls = allOf(['eq(run_type, "llm")', filter]);
    await Promise.all([
      before,
      grouping.by === "none"
        ? this.#take(asking, "models", modelSeries(project, window, calls, signal))
        : this.#take(asking, "groups", seriesOf(project, window, { filter, grouping, signal })),
      this.#aside(project, asking),
    ]);
  }

  /** What is not of the window. @param {string} project @param {AbortController} asking */
  async #aside(project, asking) {
    await this.#take(asking, "health", ingestHealth(asking.signal));
    if (!this.facets) await this.#take(asking, "facets", facetsOf(project, true));
  }

  /** Where a range has no beginning it is that of the oldest trace. @param {Question} question @param {AbortController} asking */
  async #window({ project, range, filter, step_ms, now_ms }, { signal }) {
    const window = windowOf(range, now_ms, { step_ms });
    if (range.from_ms) return window;
    const { groups, starts_ms } = await seriesOf(project, window, { filter, signal });
    const first = groups[0]?.traces.points.count.findIndex((number) => number !== null && number > 0) ?? -1;
    return windowOf(range, now_ms, { oldest_ms: first < 0 ? now_ms - DAY_MS : starts_ms[first], step_ms });
  }

  /**
   * @param {AbortController} asking
   * @param {"now" | "before" | "groups" | "models" | "facets" | "health"} what
   * @param {Promise<any>} answer
   */
  async #take(asking, what, answer) {
    try {
      const found = await answer;
      if (this.asking === asking) this[what] = found;
    } catch (problem) {
      this.#fail(asking, what, problem);
    }
    this.host.requestUpdate();
  }

  /** @param {AbortController} asking @param {string} what @param {unknown} problem @returns {null} */
  #fail(asking, what, problem) {
    if (this.asking === asking && !asking.signal.aborted) this.problems.set(what, problem);
    return null;
  }
}
