/** A search through what the runs of a trace hold, asked a little after the last letter, and dropped by the next. */

const AFTER_MS = 350;
const LEAST_LETTERS = 2;

export class Search {
  #asked = new AbortController();

  /** @param {import("../element.js").Part} host is drawn again when something was found, and tells `trouble` */
  constructor(host) {
    this.host = host;
    /** @type {import("../../ask/traces.js").TraceSource | null} */
    this.source = null;
    /** @type {string[]} ids of the runs whose contents have the words */
    this.found = [];
    this.isRunning = false;
  }

  /**
   * Look for other words.
   * @param {string} words
   * @param {number} [wait_ms]
   */
  soon(words, wait_ms = AFTER_MS) {
    this.#asked.abort();
    this.found = [];
    this.isRunning = Boolean(this.source?.search) && words.trim().length >= LEAST_LETTERS;
    if (!this.isRunning) return;
    const { signal } = (this.#asked = new AbortController());
    setTimeout(() => signal.aborted || this.#ask(words, signal), wait_ms);
  }

  /** @param {string} words @param {AbortSignal} signal */
  async #ask(words, signal) {
    try {
      const found = (await this.source?.search?.(words, signal)) ?? [];
      if (!signal.aborted) this.found = found;
    } catch (error) {
      if (!signal.aborted) this.host.tell("trouble", error);
    }
    if (signal.aborted) return;
    this.isRunning = false;
    this.host.requestUpdate();
  }
}
