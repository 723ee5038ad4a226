import { ApiError } from "../api.js";
import { dryRun } from "../ask/rules.js";
import { trialBody } from "../model/rules.js";

/** @typedef {import("../model/rules.js").Draft} Draft */
/** @typedef {import("../model/rule_trial.js").Trial} Trial */

const PAUSE_MS = 500;
const MOST_DAYS = 14;

/** What a draft would do, asked for anew when what it selects changes, and shown as it becomes known. */
export class RuleTrials {
  /** @param {import("lit").ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    host.addController(this);
    /** @type {Trial | null} */
    this.trial = null;
    /** @type {unknown} */
    this.problem = null;
    this.days = MOST_DAYS;
    /** @type {Draft | null} */
    this.draft = null;
    this.asked = "";
    /** @type {AbortController | null} */
    this.asking = null;
    this.pause = 0;
  }

  hostDisconnected() {
    this.asking?.abort();
    clearTimeout(this.pause);
    this.asked = "";
  }

  /** Whether it is the draft that is wrong, and not the asking. */
  get isWrong() {
    return this.problem instanceof ApiError && (this.problem.status === 422 || this.problem.status === 400);
  }

  /** @param {Draft} draft */
  follow(draft) {
    this.draft = draft;
    const wanted = JSON.stringify(trialBody(draft, this.days));
    if (wanted === this.asked) return;
    const isFirst = this.asked === "";
    this.asked = wanted;
    this.asking?.abort();
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.#ask(), isFirst ? 0 : PAUSE_MS);
  }

  /** Look further back, or less far. @param {number} days */
  look(days) {
    this.days = days;
    this.trial = null;
    if (this.draft) this.follow(this.draft);
    this.host.requestUpdate();
  }

  again() {
    this.asked = "";
    if (this.draft) this.follow(this.draft);
  }

  async #ask() {
    const asking = new AbortController();
    this.asking = asking;
    const body = trialBody(/** @type {Draft} */ (this.draft), this.days);
    let cursor = /** @type {string | null} */ (null);
    try {
      do {
        const found = await dryRun({ ...body, ...(cursor ? { cursor } : {}) }, asking.signal);
        [this.trial, this.problem, cursor] = [found, null, found.cursor];
        this.host.requestUpdate();
      } while (cursor);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.problem = error;
      this.host.requestUpdate();
    }
  }
}
