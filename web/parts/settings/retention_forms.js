import { daysOf, ttlOf } from "../../model/retention.js";
import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** @typedef {import("../../model/retention.js").TtlRow} TtlRow */

/** In which tier new traces of a scope begin, and what feedback does; `save` is asked with it. */
export class TierForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    row: { attribute: false },
    days: { attribute: false },
    scope: {},
    mayWrite: { attribute: false },
    changed: { state: true },
  };

  constructor() {
    super();
    /** @type {TtlRow | null} what counts now */
    this.row = null;
    this.days = { base: 14, extended: 400 };
    /** @type {"organization" | "workspace"} */
    this.scope = "workspace";
    this.mayWrite = false;
    this.changed = false;
  }

  render() {
    const { row } = this;
    if (!row) return nothing;
    return html`<form @submit=${this.#submit} @change=${() => (this.changed = true)}>
      <fieldset class="card retention-form" ?disabled=${!this.mayWrite}>
        <legend class="visually-hidden">New traces of the ${this.scope}</legend>
        <div class="retention-tiers" role="radiogroup" aria-label="Tier of new traces">
          ${this.#tier("shortlived", `Base: ${this.days.base} days`, "What happened lately, and why. LangSmith asks $0.50 for 1,000 such traces.")}
          ${this.#tier("longlived", `Extended: ${this.days.extended} days`, "For what must be shown later. LangSmith asks $5.00 for 1,000: each trace is an upgrade too. AWS stores them for longer.")}
        </div>
        ${this.#box("feedback", row.feedback_extends_retention, "Feedback by the API or an SDK keeps its trace", "It is upgraded to the extended tier, unless the call says extend_trace_retention=False.")}
        ${this.#box("app_feedback", row.app_feedback_extends_retention, "Feedback that people give on this page keeps its trace", "As above, for who looks at a trace and rates it.")}
        ${
          this.scope === "organization"
            ? this.#box(
                "all",
                false,
                "Take away what workspaces and projects chose for themselves",
                "All go by this tier from now on.",
              )
            : this.#box(
                "all",
                false,
                "Take away what projects chose for themselves",
                "All projects of this workspace go by its tier from now on.",
              )
        }
        <p class="said-wrong" role="alert">${this.problem}</p>
        ${
          this.mayWrite
            ? html`<div class="row">
                <button class="button primary" ?disabled=${this.busy || !this.changed}>
                  ${this.busy ? "Saving…" : `Save for the ${this.scope}`}
                </button>
                <span class="faint small">Counts for traces received from then on.</span>
              </div>`
            : html`<p class="faint small">Your key may not change this.</p>`
        }
      </fieldset>
    </form>`;
  }

  /** @param {string} id @param {string} word @param {string} says */
  #tier(id, word, says) {
    return html`<label class="choice-card">
      <input type="radio" name="tier" value=${id} .checked=${id === this.row?.default_trace_tier} />
      <span><strong>${word}</strong><span class="muted small">${says}</span></span>
    </label>`;
  }

  /** @param {string} name @param {boolean} isOn @param {string} word @param {string} says */
  #box(name, isOn, word, says) {
    return html`<label class="check-line">
      <input type="checkbox" name=${name} .checked=${isOn} />
      <span>${word}<span class="faint small">${says}</span></span>
    </label>`;
  }

  /** @param {SubmitEvent} event */
  #submit = async (event) => {
    await this.send(ttlOf(this.fieldsOf(event)));
    if (this.problem) return;
    this.changed = false;
    /** @type {HTMLInputElement} */ (this.querySelector("[name=all]")).checked = false;
  };
}

define("tk-tier-form", TierForm);

/** How many days extended traces of a workspace have. */
export class DaysForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { days: { attribute: false }, most: { attribute: false } };

  constructor() {
    super();
    /** @type {number | null} null is all that the tier has */
    this.days = null;
    this.most = 400;
  }

  render() {
    return html`<form class="stack" novalidate @submit=${this.#submit}>
      <label class="label">
        Days, at most ${this.most}
        <input
          class="field number"
          name="days"
          inputmode="numeric"
          autofocus
          autocomplete="off"
          placeholder=${this.most}
          .value=${this.days === null ? "" : String(this.days)}
          aria-invalid=${this.problem ? "true" : nothing}
          aria-describedby="days-wrong"
        />
      </label>
      <p class="faint small">
        Once a day extended traces that are older are erased for good, those that are here too. Nothing gives them back.
        Empty keeps them for all ${this.most} days.
      </p>
      <p class="said-wrong" id="days-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? "Saving…" : "Save the days"}</button>
      </div>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { days, wrong } = daysOf(this.fieldsOf(event).days, this.most);
    this.problem = wrong ?? "";
    return wrong ? undefined : this.send(days);
  };
}

define("tk-days-form", DaysForm);
