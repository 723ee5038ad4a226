import { figuresOf, histogramOf } from "../ask/runs.js";
import { stepOf } from "../model/time_range.js";

/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */
/** @typedef {Awaited<ReturnType<typeof histogramOf>>} Histogram */

const DAY_MS = 86_400_000;
/** More than any tier keeps would be of no use, and the server draws at most 400 steps. */
const ALL_DAYS = 390;

/** What stands above a list: the histogram and the figures of all that matches. What cannot be had is left out. */
export class ListSummary {
  /** @param {import("lit").ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Histogram | null} */
    this.histogram = null;
    /** @type {any} */
    this.figures = null;
    this.isLoading = false;
    /** @type {AbortController | null} */
    this.asking = null;
    host.addController(this);
  }

  hostDisconnected() {
    this.asking?.abort();
  }

  /** @param {string} project @param {ListQuery} query @param {number} now_ms */
  async load(project, query, now_ms) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.isLoading = true;
    const [figures, histogram] = await Promise.all([
      figuresOf(project, query, asking.signal).catch(() => null),
      this.#histogram(project, query, now_ms, asking.signal).catch(() => null),
    ]);
    if (this.asking !== asking) return;
    Object.assign(this, { figures, histogram, isLoading: false });
    this.host.requestUpdate();
  }

  /** @param {string} project @param {ListQuery} query @param {number} now_ms @param {AbortSignal} signal */
  async #histogram(project, query, now_ms, signal) {
    if (query.treeFilter || (query.tab !== "traces" && query.traceFilter)) return null; // series know neither
    const to_ms = query.range.to_ms ?? now_ms;
    if (query.range.from_ms > to_ms - ALL_DAYS * DAY_MS) {
      const { from_ms } = query.range;
      return histogramOf(project, query, { from_ms, to_ms, step_s: stepOf(to_ms - from_ms) }, signal);
    }
    const window = { from_ms: to_ms - ALL_DAYS * DAY_MS, to_ms, step_s: DAY_MS / 1000 };
    const all = await histogramOf(project, query, window, signal);
    const first = all.counts.findIndex((count) => count > 0);
    if (first < 0) return null;
    const from_ms = all.starts_ms[first];
    return histogramOf(project, query, { from_ms, to_ms, step_s: stepOf(to_ms - from_ms) }, signal);
  }
}
