import { PAGE_ROWS, pageOf } from "../ask/runs.js";
import { renewed } from "../model/list_rows.js";

/** @typedef {import("../model/list_rows.js").Row} Row */
/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */

const RENEWED_ROWS = 30;

/**
 * The rows of a list, a page at a time; a search that takes several answers goes on until a page is full, all was
 * looked at, or somebody stops it. The host is drawn again whenever something came.
 */
export class ListPages {
  /** @param {import("lit").ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Row[]} newer rows that wait to be let in */
    this.came = [];
    /** @type {string | null} */
    this.next = null;
    /** @type {import("../model/served.js").Served | null} */
    this.served = null;
    /** @type {import("../model/served.js").Progress | null} */
    this.progress = null;
    this.isLoading = false;
    this.isStopped = false;
    /** Whether the rows are still those of the question before. */
    this.isStale = false;
    /** @type {unknown} */
    this.problem = null;
    this.lookedAt = 0;
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {{project: string, query: ListQuery, columns: string[]} | null} */
    this.asked = null;
    host.addController(this);
  }

  hostDisconnected() {
    this.asking?.abort();
  }

  /** @param {string} project @param {ListQuery} query @param {string[]} columns that are shown */
  load(project, query, columns) {
    this.asked = { project, query, columns };
    this.next = null;
    this.isStale = true;
    this.came = [];
    this.lookedAt = 0;
    this.progress = null;
    return this.#fill(true);
  }

  /** Ask nothing: the filter cannot be read. @param {string} message */
  refuse(message) {
    this.asking?.abort();
    Object.assign(this, { rows: [], came: [], next: null, asked: null, isLoading: false, isStale: false });
    this.problem = new Error(message);
    this.host.requestUpdate();
  }

  /** Forget everything: another list begins. */
  clear() {
    this.rows = [];
  }

  /** The page behind the last row. */
  more() {
    if (this.next && !this.isLoading && !this.isStopped && !this.problem) this.#fill(false);
  }

  /** Go on where it was stopped, or where it failed. */
  again() {
    const { asked } = this;
    if (asked && (this.isStale || !this.rows.length) && !this.next)
      this.load(asked.project, asked.query, asked.columns);
    else this.#fill(false);
  }

  stop() {
    this.isStopped = true;
    this.asking?.abort();
  }

  /** @param {boolean} isFirst */
  async #fill(isFirst) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    Object.assign(this, { isLoading: true, isStopped: false, problem: null });
    this.host.requestUpdate();
    try {
      await this.#parts(asking.signal, isFirst);
    } catch (problem) {
      if (this.asking === asking && !asking.signal.aborted) this.problem = problem;
    }
    if (this.asking !== asking) return;
    this.isLoading = false;
    this.host.requestUpdate();
  }

  /** @param {AbortSignal} signal @param {boolean} isFirst */
  async #parts(signal, isFirst) {
    const { project, query, columns } = /** @type {NonNullable<ListPages["asked"]>} */ (this.asked);
    let missing = PAGE_ROWS;
    do {
      const page = await pageOf(project, query, { cursor: this.next, size: missing, columns, signal });
      if (signal.aborted) return;
      this.#take(page, isFirst && this.isStale);
      missing -= page.rows.length;
      this.host.requestUpdate();
    } while (this.next && missing > 0);
  }

  /** @param {import("../ask/runs.js").Page} page @param {boolean} isFirst */
  #take(page, isFirst) {
    const known = new Set(isFirst ? [] : this.rows.map((row) => row.id));
    this.rows = isFirst ? page.rows : [...this.rows, ...page.rows.filter((row) => !known.has(row.id))];
    this.isStale = false;
    this.next = page.next;
    this.served = page.served;
    this.lookedAt += page.progress?.lookedAt ?? 0;
    this.progress = page.progress;
  }

  /**
   * See whether newer ones came: they wait, so that nothing jumps, unless they may come in at once.
   * @param {boolean} atOnce
   */
  async renew(atOnce) {
    if (!this.asked || this.isLoading || this.isStale) return;
    const { asked } = this;
    const { project, query, columns } = asked;
    const page = await pageOf(project, query, { size: RENEWED_ROWS, columns });
    if (this.asked !== asked || this.isLoading) return;
    const { rows, came } = renewed(this.rows, page.rows);
    this.rows = rows;
    this.came = came;
    this.problem = null;
    if (atOnce) this.letIn();
    this.host.requestUpdate();
  }

  /** Put the newer rows where they belong: threads that spoke again leave their old place. */
  letIn() {
    this.rows = [...this.came, ...this.rows];
    this.came = [];
    this.host.requestUpdate();
  }
}
