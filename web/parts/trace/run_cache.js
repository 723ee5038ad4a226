/**
 * The details of runs, asked once: those that are looked at, and their neighbours before somebody goes there.
 * A run that had not ended is asked again when the trace has changed.
 */

/** @typedef {import("../../ask/traces.js").TraceSource} TraceSource */

const KEPT = 120;

export class RunCache {
  /** @type {Map<string, {revision: string, answer: Promise<any>, details: any | null}>} */
  #kept = new Map();

  /** @param {TraceSource} source */
  constructor(source) {
    this.source = source;
    this.revision = "";
  }

  /**
   * All of one run. Raises what the source raises, and asks again the next time.
   * @param {string} id
   * @returns {Promise<any>}
   */
  get(id) {
    const known = this.#kept.get(id);
    if (known && !this.#isStale(known)) {
      this.#kept.delete(id); // the last asked is the last to go
      this.#kept.set(id, known);
      return known.answer;
    }
    return this.#ask(id);
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

  /** @param {{revision: string, details: any}} known */
  #isStale(known) {
    return known.revision !== this.revision && known.details !== null && !known.details.end_time;
  }

  /** @param {string} id */
  #ask(id) {
    const before = this.peek(id);
    const known = { revision: this.revision, answer: this.source.run(id), details: before };
    this.#kept.set(id, known);
    known.answer.then(
      (details) => (known.details = details),
      () => this.#kept.delete(id),
    );
    if (this.#kept.size > KEPT) this.#kept.delete(/** @type {string} */ (this.#kept.keys().next().value));
    return known.answer;
  }
}
