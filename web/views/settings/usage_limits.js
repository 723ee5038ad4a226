import { traceAddress } from "../../addresses.js";
import { leftOut, limits, refusedUpgrades, retryRefused, standing } from "../../ask/limits.js";
import { exactCount, timeOf } from "../../model/format.js";
import { retriedWords } from "../../model/limits.js";
import { monthOf } from "../../model/usage.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { bones, failure } from "../../parts/states.js";
import { say, sayError } from "../../parts/toast.js";
import { leftOutTable, limitTable, refusedTable } from "../../parts/usage/limits.js";
import { serverNow_ms } from "../server_clock.js";
import { openLimit, removeSure } from "./usage_deeds.js";

/** @typedef {import("../../model/limits.js").Limit} Limit */
/** @typedef {import("../../model/limits.js").RefusedUpgrade} RefusedUpgrade */

/**
 * @typedef {object} Known
 * @property {Limit[]} limits
 * @property {import("../../model/limits.js").Standing} standing
 * @property {import("../../model/limits.js").LeftOut} leftOut of the month that runs
 * @property {RefusedUpgrade[]} refused
 * @property {string | null} cursor behind them
 */

/** What owners allow, and what their limits kept out: refused upgrades, traces that a sample left out. */
export class UsageLimitSettings extends Part {
  static properties = {
    me: { attribute: false },
    known: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {Known | null} */
    this.known = null;
    /** @type {unknown} */
    this.problem = null;
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
  }

  get #mayWrite() {
    return !this.me.api_key.read_only;
  }

  get #mayAll() {
    return this.#mayWrite && this.me.api_key.organization_wide;
  }

  async #ask() {
    this.problem = null;
    try {
      const month = monthOf(timeOf(this.me.server.now) ?? Date.now());
      const all = await Promise.all([limits(), standing(), leftOut(month), refusedUpgrades(null)]);
      const [bounds, stands, out, { items, cursor }] = all;
      this.known = { limits: bounds, standing: stands, leftOut: out, refused: items, cursor };
    } catch (error) {
      this.problem = error;
    }
  }

  render() {
    const { known } = this;
    return html`<section class="settings-section wide" aria-labelledby="limits-title">
        <header class="settings-section-head">
          <div>
            <h2 id="limits-title">Limits</h2>
            <p class="muted">
              What may come in a month, and what happens beyond it. Owners are told once when 80 % are used, and once
              when a limit is reached.
            </p>
          </div>
          <span class="spread"></span>
          ${this.#mayWrite ? html`<button class="button" @click=${() => this.#change(openLimit(null, this.#mayAll))}>${icon("plus")}Set a limit</button>` : nothing}
        </header>
        ${this.problem ? failure(this.problem, () => this.#ask()) : known ? this.#limits(known) : bones(3)}
      </section>
      ${known?.refused.length ? this.#refused(known) : nothing} ${known?.leftOut.runs ? this.#leftOut(known) : nothing}`;
  }

  /** @param {Known} known */
  #limits({ limits, standing }) {
    const plan = standing.limits.find((one) => one.limit_id === null);
    return html`${plan ? html`<p class="notice">${icon("credit-card")} ${this.#planSaid(plan)}</p>` : nothing}
    ${limits.length ? limitTable(limits, standing, this.#deeds) : html`<p class="notice">No owner has set a limit.</p>`}`;
  }

  /** @param {import("../../model/limits.js").Stand} plan */
  #planSaid = (plan) =>
    `${plan.owner.replace(/^t/, "T")} stops at ${exactCount(plan.limit)} traces a month for the whole organization: ${exactCount(plan.used)} are used.`;

  #deeds = {
    change: (/** @type {Limit} */ limit) => this.#change(openLimit(limit, this.#mayAll)),
    remove: (/** @type {Limit} */ limit) => this.#change(removeSure(limit)),
    may: (/** @type {Limit} */ limit) => (limit.tenant_id ? this.#mayWrite : this.#mayAll),
  };

  /** @param {Known} known */
  #refused({ refused, cursor }) {
    return html`<section class="settings-section wide" aria-labelledby="refused-title">
      <header class="settings-section-head">
        <div>
          <h2 id="refused-title">Refused upgrades</h2>
          <p class="muted">
            These traces stay in the base tier, since a limit was reached. Raise it and try them again, before they end.
          </p>
        </div>
        <span class="spread"></span>
        ${this.#mayWrite ? html`<button class="button" ?disabled=${this.busy} @click=${this.#retry}>${icon("sync")}${this.busy ? "Trying…" : "Try all again"}</button>` : nothing}
      </header>
      ${refusedTable(refused, this.#addressOf, serverNow_ms(this.me))}
      ${cursor ? html`<button class="button quiet" @click=${this.#more}>Show more</button>` : nothing}
    </section>`;
  }

  /** @param {RefusedUpgrade} refused */
  #addressOf = ({ project_id, trace_id }) =>
    project_id ? traceAddress(this.me.workspace.id, project_id, trace_id) : null;

  /** @param {Known} known */
  #leftOut({ leftOut }) {
    return html`<section class="settings-section wide" aria-labelledby="left-out-title">
      <header class="settings-section-head">
        <div>
          <h2 id="left-out-title">Left out by the sample</h2>
          <p class="muted">
            ${exactCount(leftOut.traces)} traces with ${exactCount(leftOut.runs)} runs were not taken this month. They
            are stored nowhere, and nobody is billed for them.
          </p>
        </div>
      </header>
      ${leftOutTable(leftOut, serverNow_ms(this.me))}
    </section>`;
  }

  /** @param {Promise<boolean>} deed */
  async #change(deed) {
    if (!(await deed)) return;
    dispatchEvent(new Event("tracekeep:limits-changed"));
    this.tell("changed");
    await this.#ask();
  }

  #retry = async () => {
    this.busy = true;
    try {
      say(retriedWords(await retryRefused()));
    } catch (error) {
      sayError(error);
    }
    this.busy = false;
    await this.#ask();
  };

  #more = async () => {
    const { known } = this;
    if (!known) return;
    try {
      const { items, cursor } = await refusedUpgrades(known.cursor);
      this.known = { ...known, refused: [...known.refused, ...items], cursor };
    } catch (error) {
      sayError(error);
    }
  };
}

define("tk-usage-limits", UsageLimitSettings);
