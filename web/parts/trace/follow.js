/**
 * The skeleton of a trace, kept as new as the server has it: often while it runs, less often the longer nothing came,
 * never while nobody looks.
 */

import { ApiError } from "../../api_error.js";

const SOON_MS = 1_000;
const LATE_MS = 10_000;
const SLOWER = 1.3;
const WAITS_FOR_MS = 120_000;

export class Follower {
  #timer = 0;
  #wait_ms = SOON_MS;
  #isOver = false;
  #since_ms = 0;
  /** @type {string | null} */
  #revision = null;

  /**
   * @param {import("../../ask/traces.js").TraceSource} source
   * @param {{found: (answer: any) => boolean, failed: (error: unknown) => void, waiting: () => void}} told `found`
   *   answers whether more may come
   * @param {boolean} waits whether a trace that is not there yet may come: a link that is opened while it is sent
   */
  constructor(source, told, waits) {
    this.source = source;
    this.told = told;
    this.waits = waits;
  }

  /** Begin, or ask right now. */
  now() {
    clearTimeout(this.#timer);
    this.#since_ms ||= Date.now();
    this.#ask();
  }

  stop() {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #ask() {
    try {
      if (document.hidden && this.#revision) return this.#later();
      const answer = await this.source.skeleton(this.#revision);
      if (!this.#isOver) this.#take(answer);
    } catch (error) {
      if (!this.#isOver) this.#fail(error);
    }
  }

  /** @param {any | null} answer */
  #take(answer) {
    if (!answer) return this.#later();
    this.#revision = answer.revision;
    this.#wait_ms = SOON_MS;
    if (this.told.found(answer)) this.#later();
  }

  /** @param {unknown} error */
  #fail(error) {
    const isMissing = error instanceof ApiError && error.status === 404;
    const mayCome = isMissing && this.waits && !this.#revision && Date.now() - this.#since_ms < WAITS_FOR_MS;
    if (mayCome) this.told.waiting();
    else if (this.#revision === null || isMissing) return this.told.failed(error);
    this.#later();
  }

  #later() {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => this.#ask(), this.#wait_ms);
    this.#wait_ms = Math.min(LATE_MS, this.#wait_ms * SLOWER);
  }
}
