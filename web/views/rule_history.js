import { traceAddress } from "../addresses.js";
import { ruleLog as askLog, triggerRule } from "../ask/rules.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { ruleLog } from "../parts/rules/rule_log.js";
import { bones, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/rules.js").Applied} Applied */

const ASK_AGAIN_MS = 3_000;

/** What a rule did, page after page, and a way to have it look now. */
export class RuleHistory extends Part {
  static properties = {
    rule: { attribute: false },
    me: { attribute: false },
    workspace: {},
    looksBack: { state: true },
    entries: { state: true },
    next: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../model/rules.js").Rule} */
    this.rule = /** @type {any} */ (null);
    /** @type {any} */
    this.me = null;
    this.workspace = "";
    /** Whether it shows what was done to past traces. */
    this.looksBack = false;
    /** @type {Applied[] | null} */
    this.entries = null;
    /** @type {string | null} */
    this.next = null;
    this.shownPages = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    /** @type {unknown} */
    this.problem = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#open();
    this.timer = setInterval(() => this.#follow(), ASK_AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** What came since, unless somebody went on to earlier pages; that it cannot be asked is told by the next click. */
  async #follow() {
    const { looksBack } = this;
    const isFirstPage = this.entries !== null && this.shownPages === 1;
    if (!isFirstPage || document.visibilityState !== "visible") return;
    const page = await askLog(this.rule.id, { looksBack }).catch(() => null);
    if (page && looksBack === this.looksBack && this.shownPages === 1) this.#show(page, false);
  }

  /** @param {Awaited<ReturnType<typeof askLog>>} page @param {boolean} isMore */
  #show(page, isMore) {
    this.entries = isMore ? [...(this.entries ?? []), ...page.logs] : page.logs;
    this.next = page.has_more ? page.cursor : null;
    this.shownPages = isMore ? this.shownPages + 1 : 1;
  }

  /** Where nothing came since it was made, what it did to past traces is what there is. */
  async #open() {
    await this.#ask();
    if (this.entries?.length || !this.rule.backfill_from) return;
    this.looksBack = true;
    await this.#ask();
  }

  /** @param {string | null} [cursor] */
  async #ask(cursor = null) {
    this.problem = null;
    try {
      const page = await askLog(this.rule.id, { cursor, looksBack: this.looksBack });
      this.#show(page, cursor !== null);
    } catch (error) {
      this.problem = error;
    }
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.entries) return bones(6);
    return html`<div class="row rule-log-head">
        <button class="button slim" @click=${this.#trigger}>${icon("play")}Look now</button>
        <button class="button quiet slim" @click=${() => this.#ask()}>${icon("sync")}Refresh</button>
        <span class="spread"></span>
        ${this.rule.backfill_from ? this.#which() : nothing}
      </div>
      ${ruleLog(this.entries, { addressOf: this.#addressOf, now_ms: serverNow_ms(this.me) })}
      ${this.next ? html`<button class="button rule-more" @click=${() => this.#ask(this.next)}>Earlier</button>` : nothing}`;
  }

  /** @param {Applied} entry */
  #addressOf = ({ run_session_id, run_id }) => traceAddress(this.workspace, run_session_id, run_id);

  #which() {
    const choices = /** @type {[boolean, string][]} */ ([
      [false, "New runs"],
      [true, "Looking back"],
    ]);
    return html`<div class="segments" role="group" aria-label="What it acted on">
      ${choices.map(
        ([looksBack, word]) =>
          html`<button
            class="button quiet slim"
            aria-pressed=${looksBack === this.looksBack}
            @click=${() => ((this.looksBack = looksBack), this.#ask())}
          >
            ${word}
          </button>`,
      )}
    </div>`;
  }

  #trigger = async () => {
    try {
      await triggerRule(this.rule.id);
      say("It looks at what has come within a minute");
    } catch (error) {
      sayError(error);
    }
  };
}

define("tk-rule-history", RuleHistory);
