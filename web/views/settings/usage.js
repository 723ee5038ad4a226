import { limits } from "../../ask/limits.js";
import { billing, granularUse, invoices, monthUse } from "../../ask/usage.js";
import { timeOf } from "../../model/format.js";
import { endsOf, metersOf, monthOf, monthWord, rowsBy, tracesChart, upgradesChart } from "../../model/usage.js";
import "../../parts/chart/chart.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { bones, empty, failure } from "../../parts/states.js";
import "../../parts/tabs.js";
import { meterCard } from "../../parts/usage/meter.js";
import { moneyCards } from "../../parts/usage/money.js";
import { causeTable, invoiceTable, useTable } from "../../parts/usage/tables.js";
import { amend, here } from "../../router.js";
import { openPlan, saveInvoice } from "./usage_deeds.js";
import "./usage_limits.js";

/** @typedef {import("../../model/usage.js").MonthUse} MonthUse */
/** @typedef {import("../../model/usage.js").Grouping} Grouping */

/** @type {{id: Grouping, word: string}[]} */
const GROUPINGS = [
  { id: "project", word: "By project" },
  { id: "api_key", word: "By API key" },
  { id: "workspace", word: "By workspace" },
];

/**
 * @typedef {object} Known all that the view asked for
 * @property {MonthUse} use
 * @property {import("../../model/usage.js").Bucket[]} buckets
 * @property {import("../../model/usage.js").Invoice[]} invoices
 * @property {import("../../model/usage.js").Billing} billing
 * @property {import("../../model/limits.js").Limit[]} limits
 */

/** What a month used and costs, who used it, and what limits it. */
export class UsageSettings extends Part {
  static properties = {
    me: { attribute: false },
    month: { state: true },
    by: { state: true },
    known: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    const { query } = here();
    this.month = query.get("month") ?? "";
    /** @type {Grouping} */
    this.by = GROUPINGS.find(({ id }) => id === query.get("by"))?.id ?? "project";
    /** @type {Known | null} */
    this.known = null;
    /** @type {unknown} */
    this.problem = null;
    this.asking = new AbortController();
  }

  connectedCallback() {
    super.connectedCallback();
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(this.month)) this.month = this.#now;
    this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.asking.abort();
  }

  get #now() {
    return monthOf(timeOf(this.me.server.now) ?? Date.now());
  }

  get #mayAll() {
    return !this.me.api_key.read_only && this.me.api_key.organization_wide;
  }

  async #ask() {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    this.problem = null;
    try {
      this.known = await askAll(this.month, this.by, signal);
    } catch (error) {
      if (!signal.aborted) this.problem = error;
    }
  }

  render() {
    return html`<section class="settings-section wide" aria-labelledby="usage-title">
        <header class="settings-section-head">
          <div>
            <h2 id="usage-title">Usage</h2>
            <p class="muted">${this.#said()}</p>
          </div>
          <span class="spread"></span>
          ${this.#months()}
        </header>
        ${this.problem ? failure(this.problem, () => this.#ask()) : this.known ? this.#month(this.known) : bones(10)}
      </section>
      ${this.known && !this.problem ? html`<tk-usage-limits .me=${this.me} @changed=${() => this.#ask()}></tk-usage-limits> ${this.#plan(this.known)}` : nothing}`;
  }

  #said() {
    const use = this.known?.use;
    const finality = use?.is_final ? "This month is final." : "A month is final four days after its end.";
    const scope = use && !use.is_whole ? " Your key sees this workspace alone." : "";
    return `Counted every five minutes, by calendar months of UTC. ${finality}${scope}`;
  }

  /** The months that there are invoices of. */
  #months() {
    const all = new Set([...(this.known?.invoices.map((one) => one.month) ?? []), this.month, this.#now]);
    return html`<label>
      <span class="visually-hidden">Month</span>
      <select class="field usage-month" @change=${this.#choose}>
        ${[...all]
          .sort()
          .reverse()
          .map((one) => html`<option value=${one} ?selected=${one === this.month}>${monthWord(one)}</option>`)}
      </select>
    </label>`;
  }

  /** @param {Event} event */
  #choose = (event) => {
    this.month = /** @type {HTMLSelectElement} */ (event.target).value;
    amend({ month: this.month === this.#now ? "" : this.month });
    this.#ask();
  };

  /** @param {CustomEvent<string>} event */
  #group = (event) => {
    this.by = GROUPINGS.find(({ id }) => event.detail === `by-${id}`)?.id ?? this.by;
    amend({ by: this.by === "project" ? "" : this.by });
    this.#ask();
  };

  /** @param {Known} known */
  #month(known) {
    const { use } = known;
    const limits = this.month === this.#now ? known.limits : [];
    return html`<div class="usage-pair">${metersOf(use, limits).map(meterCard)}</div>
      ${moneyCards(use)}
      ${
        use.traces || use.upgrades
          ? this.#days(known)
          : empty({
              title: `Nothing was counted in ${monthWord(use.month)}`,
              text: "A trace is counted within five minutes of its first request.",
              sign: "meter",
            })
      }`;
  }

  /** @param {Known} known */
  #days({ use, buckets }) {
    const rows = rowsBy(use, this.by);
    return html`<tk-tabs
        class="usage-by"
        label="Who used it"
        .tabs=${GROUPINGS.map(({ id, word }) => ({ id: `by-${id}`, word }))}
        chosen="by-${this.by}"
        @choose=${this.#group}
      ></tk-tabs>
      <div role="tabpanel" aria-labelledby="tab-by-${this.by}">
        <div class="usage-pair">
          <tk-chart class="card" .chart=${tracesChart(use.month, buckets, this.by, rows)}></tk-chart>
          <tk-chart class="card" .chart=${upgradesChart(use)}></tk-chart>
        </div>
        <div class="usage-pair">
          ${useTable(rows, this.by)} ${use.by_cause.length ? causeTable(use.by_cause) : nothing}
        </div>
      </div>`;
  }

  /** @param {Known} known */
  #plan({ billing, invoices }) {
    return html`<section class="settings-section" aria-labelledby="plan-title">
      <header class="settings-section-head">
        <div>
          <h2 id="plan-title">Plan and invoices</h2>
          <p class="muted">
            Counted by the rates of LangSmith's <b>${billing.plan.name}</b> plan, to see what it would cost there.
            Nobody is charged by it.
          </p>
        </div>
        <span class="spread"></span>
        ${this.#mayAll ? html`<button class="button" @click=${() => this.#after(openPlan(billing))}>${icon("pencil")}Choose the plan</button>` : nothing}
      </header>
      ${invoiceTable(invoices, saveInvoice)}
    </section>`;
  }

  /** Ask again where something was changed. @param {Promise<boolean>} deed */
  async #after(deed) {
    if (await deed) await this.#ask();
  }
}

/**
 * @param {string} month
 * @param {Grouping} by
 * @param {AbortSignal} signal
 * @returns {Promise<Known>}
 */
async function askAll(month, by, signal) {
  const all = await Promise.all([
    monthUse(month, signal),
    granularUse(...endsOf(month), by, signal),
    invoices(signal),
    billing(signal),
    limits(signal),
  ]);
  const [found, granular, bills, plan, bounds] = all;
  return { use: found, buckets: granular.usage, invoices: bills, billing: plan, limits: bounds };
}

define("tk-settings-usage", UsageSettings);
