import { COMPLETION_KINDS, PROMPT_KINDS, nameOf, perMillion, priceOf } from "../../model/prices.js";
import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** What a model costs, for a million tokens; what is wrong is said at its field. */
export class PriceForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { price: { attribute: false }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {import("../../model/prices.js").Price | null} what it begins with */
    this.price = null;
    /** @type {Record<string, string>} by field */
    this.wrong = {};
  }

  render() {
    const { price } = this;
    return html`<form class="stack" novalidate @submit=${this.#submit}>
      ${this.#field("match_pattern", "Models", price?.match_pattern ?? "", "A regular expression for the whole name, such as our-model(-\\d{8})?", true)}
      <div class="form-pair">
        ${this.#field("name", "Name in this list", price ? nameOf(price) : "", "")}
        ${this.#field("provider", "Provider", price?.provider ?? "", "Empty is any; else as ls_provider says it")}
      </div>
      <div class="form-pair">
        ${this.#amount("prompt", "Prompt", price?.prompt_cost)}
        ${this.#amount("completion", "Completion", price?.completion_cost)}
      </div>
      <details ?open=${Boolean(price?.prompt_cost_details ?? price?.completion_cost_details)}>
        <summary class="small">Kinds of tokens with a price of their own</summary>
        <div class="form-pair form-kinds">
          ${PROMPT_KINDS.map((kind) => this.#amount(`prompt.${kind}`, `Prompt: ${kind.replaceAll("_", " ")}`, price?.prompt_cost_details?.[kind]))}
          ${COMPLETION_KINDS.map((kind) => this.#amount(`completion.${kind}`, `Completion: ${kind}`, price?.completion_cost_details?.[kind]))}
        </div>
      </details>
      <p class="faint small">It counts for runs that start from now on; runs that started before keep their cost.</p>
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? "Saving…" : "Save the price"}</button>
      </div>
    </form>`;
  }

  /** @param {string} name @param {string} word @param {string | null | undefined} perToken */
  #amount(name, word, perToken) {
    return this.#field(name, `${word}, $ for a million`, perMillion(perToken), "", false, true);
  }

  /** @param {string} name @param {string} word @param {string} value @param {string} hint */
  #field(name, word, value, hint, isFirst = false, isAmount = false) {
    const wrong = this.wrong[name];
    const said = wrong ?? hint;
    return html`<div class="form-field">
      <label class="label" for="price-${name}">${word}</label>
      <input
        class="field ${name === "match_pattern" ? "mono" : ""}"
        id="price-${name}"
        name=${name}
        autocomplete="off"
        spellcheck="false"
        inputmode=${isAmount ? "decimal" : nothing}
        ?autofocus=${isFirst}
        .value=${value}
        aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${said ? `price-${name}-said` : nothing}
      />
      ${said ? html`<span class=${wrong ? "said-wrong" : "faint small"} id="price-${name}-said" role=${wrong ? "alert" : nothing}>${said}</span>` : nothing}
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { said, wrong } = priceOf(this.fieldsOf(event));
    this.wrong = wrong ?? {};
    return said ? this.send(said) : undefined;
  };
}

define("tk-price-form", PriceForm);
