/**
 * The details of runs, asked once: those that are looked at, and their neighbours before somebody goes there. What is
 * asked for in the same moment goes in one request. A run that had not ended is asked again when the trace has changed.
 */

import { runOfDetails } from "../../model/run_of_details.js";
import { NO_RUN } from "../../model/trace.js";

/** @typedef {import("../../ask/traces.js").TraceSource} TraceSource */
/** @typedef {import("../../model/trace.js").Trace} Trace */
/** @typedef {{revision: string, answer: Promise<any>, details: any | null}} Known */
/** @typedef {{id: string, resolve: (details: any) => void, reject: (error: unknown) => void}} Wish */

const KEPT = 160;
const MOST_AT_ONCE = 20;

export class RunCache {
  /** @type {Map<string, Known>} */
  #kept = new Map();
  /** @type {Wish[]} */
  #wishes = [];

  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    /** @type {Trace | null} */
    this.trace = null;
  }

  /**
   * All of one run. Raises what the source raises, and asks again the next time.
   * @param {string} id
   * @returns {Promise<any>}
   */
  get(id) {
    const known = this.#kept.get(id);
    if (!known || this.#isStale(known)) return this.#ask(id);
    this.#kept.delete(id); // the last asked is the last to go
    this.#kept.set(id, known);
    return known.answer;
  }

  /** What is known of a run right now; null while it is being asked. @param {string} id @returns {any | null} */
  peek(id) {
    return this.#kept.get(id)?.details ?? null;
  }

  /** Ask once more, though it is known: something about it was changed here. @param {string} id */
  again(id) {
    this.#kept.delete(id);
    return this.get(id);
  }

  /** Ask for runs that are likely next; what goes wrong is told to whoever really asks. @param {string[]} ids */
  prefetch(ids) {
    for (const id of ids) this.get(id).catch(() => undefined);
  }

  /** @param {Known} known */
  #isStale(known) {
    return known.revision !== this.trace?.revision && known.details !== null && !known.details.end_time;
  }

  /** @param {string} id */
  #ask(id) {
    /** @type {Known} */
    const known = { revision: this.trace?.revision ?? "", answer: this.#wish(id), details: this.peek(id) };
    this.#kept.set(id, known);
    known.answer.then(
      (details) => (known.details = details),
      () => this.#kept.delete(id),
    );
    if (this.#kept.size > KEPT) this.#kept.delete(/** @type {string} */ (this.#kept.keys().next().value));
    return known.answer;
  }

  /** @param {string} id @returns {Promise<any>} */
  #wish(id) {
    if (!this.#wishes.length) queueMicrotask(() => this.#send());
    return new Promise((resolve, reject) => this.#wishes.push({ id, resolve, reject }));
  }

  #send() {
    const wishes = this.#wishes;
    this.#wishes = [];
    for (let at = 0; at < wishes.length; at += MOST_AT_ONCE) this.#sendSome(wishes.slice(at, at + MOST_AT_ONCE));
  }

  /** @param {Wish[]} wishes */
  async #sendSome(wishes) {
    try {
      const { runs, left_out } = await this.source.runs(wishes.map((wish) => wish.id));
      const found = new Map(runs.map((run) => [run.id, run]));
      const later = new Set(left_out);
      const again = wishes.filter((wish) => !found.has(wish.id) && later.has(wish.id) && runs.length > 0);
      for (const wish of wishes) if (!again.includes(wish)) this.#grant(wish, found.get(wish.id));
      if (again.length) await this.#sendSome(again);
    } catch (error) {
      for (const wish of wishes) wish.reject(error);
    }
  }

  /** @param {Wish} wish @param {any} details */
  #grant({ id, resolve, reject }, details) {
    const run = this.trace?.indexOf(id) ?? NO_RUN;
    if (details && this.trace && run !== NO_RUN) resolve(runOfDetails(details, this.trace, run));
    else reject(new Error(`Run ${id} is not in this trace any more.`));
  }
}
