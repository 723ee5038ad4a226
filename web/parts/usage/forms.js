import { exactCount } from "../../model/format.js";
import { planOf, rateWord } from "../../model/usage.js";
import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** The plan by whose rates a month is counted. */
export class PlanForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { billing: { attribute: false }, chosen: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {import("../../model/usage.js").Billing | null} */
    this.billing = null;
    /** @type {string | null} */
    this.chosen = null;
    /** @type {Record<string, string>} by field */
    this.wrong = {};
  }

  render() {
    const { billing } = this;
    if (!billing) return nothing;
    const chosen = this.chosen ?? billing.plan.id;
    const plan = billing.plans.find((one) => one.id === chosen) ?? billing.plan;
    return html`<form class="stack" novalidate @submit=${this.#submit}>
      <fieldset class="choice-cards">
        <legend class="label">Count by the rates of</legend>
        ${billing.plans.map((one) => this.#plan(one, chosen))}
      </fieldset>
      ${plan.is_custom ? this.#terms(billing.plan.id === plan.id ? billing.plan : plan) : nothing}
      <label class="check-line">
        <input type="checkbox" name="has_billing" ?checked=${billing.has_billing} />
        <span
          >Billing is set up<span class="faint small"
            >Without it, the Developer plan stops at what it includes.</span
          ></span
        >
      </label>
      <p class="faint small">
        It counts for the whole of this month. Nobody is charged by it: it says what LangSmith would ask.
      </p>
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? "Saving…" : "Choose the plan"}</button>
      </div>
    </form>`;
  }

  /** @param {import("../../model/usage.js").Plan} plan @param {string} chosen */
  #plan(plan, chosen) {
    const says = plan.is_custom
      ? "What was agreed."
      : `${exactCount(plan.included_traces)} traces a month included, ${rateWord(plan.base_usd_per_1000)} for 1,000 more; ${rateWord(plan.upgrade_usd_per_1000)} for 1,000 extended upgrades.`;
    return html`<label class="choice-card">
      <input
        type="radio"
        name="plan"
        value=${plan.id}
        ?checked=${plan.id === chosen}
        @change=${() => (this.chosen = plan.id)}
      />
      <span><strong>${plan.name}</strong><span class="muted small">${says}</span></span>
    </label>`;
  }

  /** @param {import("../../model/usage.js").Plan} plan */
  #terms(plan) {
    return html`<div class="usage-terms">
      ${this.#field("included_traces", "Included traces", String(plan.included_traces))}
      ${this.#field("base_usd_per_1000", "$ for 1,000 traces", plan.base_usd_per_1000)}
      ${this.#field("upgrade_usd_per_1000", "$ for 1,000 upgrades", plan.upgrade_usd_per_1000)}
    </div>`;
  }

  /** @param {string} name @param {string} word @param {string} value */
  #field(name, word, value) {
    const wrong = this.wrong[name];
    return html`<div class="form-field">
      <label class="label" for="plan-${name}">${word}</label>
      <input
        class="field number"
        id="plan-${name}"
        name=${name}
        inputmode="decimal"
        autocomplete="off"
        .value=${value}
        aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${wrong ? `plan-${name}-said` : nothing}
      />
      ${wrong ? html`<span class="said-wrong" id="plan-${name}-said" role="alert">${wrong}</span>` : nothing}
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { said, wrong } = planOf(this.fieldsOf(event));
    this.wrong = wrong;
    return said ? this.send(said) : undefined;
  };
}

define("tk-plan-form", PlanForm);
