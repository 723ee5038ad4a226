import { LIMITS, limitAsked, limitOf, sameRules } from "../../model/sharing.js";
import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";
import { rulesFields } from "./rules.js";
import "./trial.js";

/** @typedef {import("../../model/sharing.js").Redaction} Redaction */

/** How links of a workspace begin: how long they work, at most too, and what they hide. `save` is asked with what changed. */
export class ShareDefaults extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    settings: { attribute: false },
    mayWrite: { attribute: false },
    attempt: { attribute: false },
    usual: { state: true },
    most: { state: true },
    rules: { state: true },
    wrong: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../../ask/shares.js").ShareSettings} */
    this.settings = /** @type {any} */ (null);
    this.mayWrite = false;
    /** @type {import("./trial.js").RulesTrial["attempt"]} */
    this.attempt = () => Promise.reject(new Error("Nothing tries rules here"));
    this.usual = limitOf(null);
    this.most = limitOf(null);
    /** @type {Redaction} */
    this.rules = /** @type {any} */ (null);
    /** What the server says of the rules. */
    this.wrong = "";
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("settings")) return;
    this.usual = limitOf(this.settings.default_expires_in);
    this.most = limitOf(this.settings.max_expires_in);
    this.rules = this.settings.redaction;
  }

  render() {
    return html`<form @submit=${this.#submit} novalidate>
      <fieldset class="card retention-form share-defaults" ?disabled=${!this.mayWrite}>
        <legend class="visually-hidden">How links of this workspace begin</legend>
        <div class="share-expiry">
          ${this.#limit("usual", "A new link works for", "As long as its trace is kept")}
          ${this.#limit("most", "No link works longer than", "No limit")}
        </div>
        <fieldset class="share-hidden">
          <legend class="label">Hidden where nobody says otherwise</legend>
          ${rulesFields(this.rules, (rules) => (this.rules = rules), this.wrong)} ${this.#whose()}
        </fieldset>
        <tk-rules-trial
          .rules=${this.rules}
          .attempt=${this.attempt}
          @wrong=${(/** @type {CustomEvent} */ event) => (this.wrong = event.detail)}
        ></tk-rules-trial>
        <p class="said-wrong" role="alert">${this.problem}</p>
        ${
          this.mayWrite
            ? html`<div class="row">
                <button
                  class="button primary"
                  ?disabled=${this.busy || Boolean(this.wrong) || !Object.keys(this.#said).length}
                >
                  ${this.busy ? "Saving…" : "Save for the workspace"}
                </button>
                <span class="faint small">Counts for links made or changed from then on.</span>
              </div>`
            : html`<p class="faint small">Your key may not change this.</p>`
        }
      </fieldset>
    </form>`;
  }

  /** Whose rules they are, and the way back to ours. */
  #whose() {
    if (!sameRules(this.rules, this.settings.redaction))
      return html`<button
        type="button"
        class="link-button small"
        @click=${() => (this.rules = this.settings.redaction)}
      >
        Back to what is saved
      </button>`;
    return this.settings.is_default_redaction
      ? html`<p class="faint small">These are Tracekeep's own: what is a secret by its name or its shape.</p>`
      : html`<button type="button" class="link-button small" @click=${() => this.send({ redaction: null })}>
          Back to Tracekeep's own rules
        </button>`;
  }

  /** @param {"usual" | "most"} which @param {string} word @param {string} none */
  #limit(which, word, none) {
    const { choice, days } = this[which];
    const choose = (/** @type {Partial<import("../../model/sharing.js").Limit>} */ said) =>
      (this[which] = { ...this[which], ...said });
    return html`<div class="form-field">
      <label class="label">
        ${word}
        <select class="field" @change=${(/** @type {any} */ event) => choose({ choice: event.target.value })}>
          ${LIMITS.map((one) => html`<option value=${one.id} ?selected=${one.id === choice}>${one.id === "none" ? none : one.word}</option>`)}
        </select>
      </label>
      ${
        choice === "days"
          ? html`<label class="label">
              Days
              <input
                class="field number"
                inputmode="numeric"
                autocomplete="off"
                .value=${days}
                @input=${(/** @type {any} */ event) => choose({ days: event.target.value })}
              />
            </label>`
          : nothing
      }
    </div>`;
  }

  /** What is different from what is kept. */
  get #said() {
    const [usual, most] = [limitAsked(this.usual), limitAsked(this.most)];
    return {
      ...(usual.seconds === this.settings.default_expires_in ? {} : { default_expires_in: usual.seconds }),
      ...(most.seconds === this.settings.max_expires_in ? {} : { max_expires_in: most.seconds }),
      ...(sameRules(this.rules, this.settings.redaction) ? {} : { redaction: this.rules }),
    };
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    event.preventDefault();
    const [usual, most] = [limitAsked(this.usual), limitAsked(this.most)];
    const isTooLong = most.seconds !== null && usual.seconds !== null && usual.seconds > most.seconds;
    this.problem =
      usual.wrong ??
      most.wrong ??
      (isTooLong ? "A new link would work longer than any link may: make it shorter." : "");
    return this.problem ? undefined : this.send(this.#said);
  };
}

define("tk-share-defaults", ShareDefaults);
