import { count, money } from "../../model/format.js";
import { alreadyWords, matchWords, monthRows, trialChart } from "../../model/rule_trial.js";
import "../chart/chart.js";
import { Part, define, html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { bones, failure } from "../states.js";
import { styled } from "../style.js";
import { when } from "../when.js";

/** @typedef {import("../../model/rule_trial.js").Trial} Trial */
/** @typedef {import("../../model/rule_trial.js").Sample} Sample */

const DAYS = [1, 7, 14];
const MOST = 6;

/**
 * What a rule would do, as it becomes known: a plot, a sample, a month's price. Tells `days` with another span, and
 * `again` where it failed.
 */
export class RuleTrial extends Part {
  static properties = {
    trial: { attribute: false },
    problem: { attribute: false },
    days: { attribute: false },
    now_ms: { attribute: false },
    addressOf: { attribute: false },
    all: { state: true },
  };

  constructor() {
    super();
    /** @type {Trial | null} */
    this.trial = null;
    /** @type {unknown} */
    this.problem = null;
    this.days = 14;
    this.now_ms = 0;
    /** @type {(sample: Sample) => string} */
    this.addressOf = () => "";
    /** Whether all of the sample is shown. */
    this.all = false;
    this.drawn = /** @type {{trial: Trial, chart: any} | null} */ (null);
  }

  render() {
    return html`<section class="card rule-trial" aria-label="What it would do">
      <header class="rule-trial-head">
        <h2>What it would do</h2>
        <span class="spread"></span>
        <div class="segments" role="group" aria-label="Looked at">
          ${DAYS.map(
            (days) =>
              html`<button
                type="button"
                class="button quiet slim"
                aria-pressed=${days === this.days}
                @click=${() => this.tell("days", days)}
              >
                ${days === 1 ? "24 h" : `${days} d`}
              </button>`,
          )}
        </div>
      </header>
      ${this.#body()}
    </section>`;
  }

  #body() {
    const { trial } = this;
    if (this.problem) return failure(this.problem, () => this.tell("again"));
    if (!trial) return bones(5);
    return html`${progress(trial)}
      <p class="rule-trial-words" role="status">${matchWords(trial)}. ${alreadyWords(trial)}</p>
      ${trial.matched.traces ? html`<tk-chart class="rule-trial-chart" .chart=${this.#chart(trial)}></tk-chart>` : this.#nothing(trial)}
      ${this.#did(trial)} ${this.#month(trial)} ${this.#sample(trial)}`;
  }

  /** The same chart for the same answer, so that what is hovered stays. @param {Trial} trial */
  #chart(trial) {
    if (this.drawn?.trial !== trial) this.drawn = { trial, chart: trialChart(trial) };
    return this.drawn.chart;
  }

  /** @param {Trial} trial */
  #nothing(trial) {
    if (!trial.is_complete) return nothing;
    return html`<p class="muted small">
      ${trial.traces ? "Nothing matches. Loosen the filter, or look further back." : "No trace began in this time."}
    </p>`;
  }

  /** @param {Trial} trial */
  #did({ did }) {
    if (!did) return nothing;
    return html`<p class="muted small">
      ${icon("check")} In the same ${did.days} whole days it kept ${count(did.upgrades)} traces; a trial says
      ${count(did.forecast_upgrades)}.
    </p>`;
  }

  /** @param {Trial} trial */
  #month(trial) {
    const rows = monthRows(trial);
    if (!rows.length)
      return trial.is_complete && trial.traces
        ? html`<p class="faint small">A month is told from the first whole day on.</p>`
        : nothing;
    return html`<h3 class="rule-trial-title">A month like this</h3>
      <dl class="rule-month">
        ${rows.map(
          ({ word, amount, hint }) =>
            html`<div>
              <dt>${word}${hint ? html`<span class="faint small">${hint}</span>` : nothing}</dt>
              <dd class="number">${amount}</dd>
            </div>`,
        )}
      </dl>
      <p class="faint small">
        The ${trial.days} days alone: ${money(trial.price.langsmith_extra_usd)} at LangSmith,
        ${money(trial.price.aws_extra_usd)} here. Ranges hold nineteen of twenty such months.
      </p>`;
  }

  /** @param {Trial} trial */
  #sample({ sample }) {
    if (!sample.length) return nothing;
    const shown = this.all ? sample : sample.slice(0, MOST);
    return html`<h3 class="rule-trial-title">Among what matches</h3>
      <ul class="rule-sample">
        ${shown.map(
          (one) =>
            html`<li class=${one.is_drawn ? "" : "faint"}>
              <a class="rule-run" href=${this.addressOf(one)}
                >${kindIcon(one.run_type ?? "chain")}<span class="cut">${one.run_name ?? "unnamed"}</span></a
              >
              ${one.status === "error" ? html`<span class="badge error">error</span>` : nothing}
              ${one.is_drawn ? nothing : html`<span class="small" title="Sampling leaves this trace out">not drawn</span>`}
              ${one.trace_tier === "longlived" ? html`<span class="small" title="Something keeps it for longer already">kept already</span>` : nothing}
              <span class="spread"></span>
              ${when(Date.parse(one.start_time), this.now_ms)}
            </li>`,
        )}
      </ul>
      ${
        sample.length > MOST
          ? html`<button type="button" class="link-button small rule-all" @click=${() => (this.all = !this.all)}>
              ${this.all ? "Fewer" : `All ${sample.length} of the sample`}
            </button>`
          : nothing
      }`;
  }
}

/** How far it has looked, while it does. @param {Trial} trial */
function progress({ is_complete, progress: { done, looked_at } }) {
  if (is_complete) return nothing;
  const width = `${(done * 100).toFixed(1)}%`;
  return html`<div
    class="rule-progress"
    role="progressbar"
    aria-label="Looking through past traces"
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(done * 100)}
  >
    <span class="rule-progress-track"><span class="rule-progress-bar" ${styled({ width })}></span></span>
    <span class="faint small number">${count(looked_at)} looked at</span>
  </div>`;
}

define("tk-rule-trial", RuleTrial);
