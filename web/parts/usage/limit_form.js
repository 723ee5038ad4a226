import { exactCount } from "../../model/format.js";
import { UPGRADES, limitOf, nounOf } from "../../model/limits.js";
import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** @typedef {import("../../model/limits.js").WhenReached} WhenReached */

/** How many traces a month may have, and what happens beyond; `save` is asked with what was filled in. */
export class LimitForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    limit: { attribute: false },
    mayAll: { attribute: false },
    type: { state: true },
    beyond: { state: true },
    wrong: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../../model/limits.js").Limit | null} null sets a new one */
    this.limit = null;
    /** Whether the whole organization may be limited. */
    this.mayAll = false;
    /** @type {import("../../model/limits.js").LimitType | null} */
    this.type = null;
    /** @type {WhenReached | null} */
    this.beyond = null;
    /** @type {Record<string, string>} by field */
    this.wrong = {};
  }

  render() {
    const type = this.type ?? this.limit?.limit_type ?? "monthly_traces";
    return html`<form class="stack" novalidate @submit=${this.#submit}>
      ${this.limit ? this.#fixed(this.limit) : this.#kinds(type)}
      <label class="label">
        ${type === UPGRADES ? "Extended traces" : "Traces"} a month
        <input
          class="field number"
          name="value"
          inputmode="numeric"
          autofocus
          autocomplete="off"
          .value=${this.limit ? exactCount(this.limit.limit_value) : ""}
          aria-invalid=${this.wrong.value ? "true" : nothing}
          aria-describedby="limit-wrong"
        />
      </label>
      <p class="said-wrong" id="limit-wrong" role="alert">${this.wrong.value ?? ""}</p>
      ${type === UPGRADES ? upgradesSaid : this.#beyond()}
      <p class="faint small">
        It is checked every five minutes, so a little more may come in. It begins anew with each month (UTC).
      </p>
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? "Saving…" : "Save the limit"}</button>
      </div>
    </form>`;
  }

  /** @param {import("../../model/limits.js").Limit} limit */
  #fixed = (limit) =>
    html`<input type="hidden" name="scope" value=${limit.tenant_id ? "workspace" : "organization"} />
      <input type="hidden" name="type" value=${limit.limit_type} />
      <p class="muted">
        Of ${limit.tenant_id ? "this workspace" : "the whole organization"}, for ${nounOf(limit.limit_type)}.
      </p>`;

  /** @param {string} type */
  #kinds(type) {
    return html`<fieldset class="choice-cards pair">
        <legend class="label">What it counts</legend>
        ${this.#type("monthly_traces", type, "Traces", "Each trace, in the month in which it is first received.")}
        ${this.#type(UPGRADES, type, "Extended traces", "Each trace that comes into the extended tier, or is born there.")}
      </fieldset>
      <fieldset class="choice-cards pair">
        <legend class="label">Of what</legend>
        ${card("scope", "workspace", true, "This workspace", "Its traces alone.")}
        ${this.mayAll ? card("scope", "organization", false, "The whole organization", "The traces of all its workspaces together.") : nothing}
      </fieldset>`;
  }

  /** @param {import("../../model/limits.js").LimitType} id @param {string} chosen @param {string} word @param {string} says */
  #type(id, chosen, word, says) {
    return card("type", id, id === chosen, word, says, () => (this.type = id));
  }

  #beyond() {
    const chosen = this.beyond ?? this.limit?.when_reached ?? "reject";
    return html`<fieldset class="choice-cards">
      <legend class="label">Beyond it</legend>
      ${this.#choice("reject", chosen, "Refuse new traces", "Whatever sends runs is answered 429, which names the limit. Reading goes on.")}
      ${this.#choice("base_only", chosen, "Base tier alone", "All traces are taken, none is extended: neither born there nor upgraded.")}
      ${this.#choice("sample", chosen, "Take a sample", "A share of new traces is taken, whole; the others are left out and counted. Traces that began before go on.")}
      ${chosen === "sample" ? this.#share() : nothing}
    </fieldset>`;
  }

  /** @param {WhenReached} id @param {string} chosen @param {string} word @param {string} says */
  #choice(id, chosen, word, says) {
    return card("beyond", id, id === chosen, word, says, () => (this.beyond = id));
  }

  #share() {
    const wrong = this.wrong.share;
    return html`<div class="form-field limit-share">
      <label class="label" for="limit-share">Percent of new traces</label>
      <input
        class="field number"
        id="limit-share"
        name="share"
        inputmode="decimal"
        autocomplete="off"
        .value=${String(Math.round((this.limit?.sample_rate ?? 0.1) * 10_000) / 100)}
        aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${wrong ? "limit-share-said" : nothing}
      />
      ${wrong ? html`<span class="said-wrong" id="limit-share-said" role="alert">${wrong}</span>` : nothing}
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { said, wrong } = limitOf(this.fieldsOf(event));
    this.wrong = wrong;
    return said ? this.send(said) : undefined;
  };
}

const upgradesSaid = html`<p class="muted">
  Beyond it nothing more is upgraded, and projects of the extended tier have new traces in the base tier. What was
  refused is listed, and can be tried again once there is room.
</p>`;

/**
 * @param {string} name
 * @param {string} id
 * @param {boolean} isChosen
 * @param {string} word
 * @param {string} says
 * @param {() => void} [choose]
 */
const card = (name, id, isChosen, word, says, choose) =>
  html`<label class="choice-card">
    <input type="radio" name=${name} value=${id} ?checked=${isChosen} @change=${choose ?? nothing} />
    <span><strong>${word}</strong><span class="muted small">${says}</span></span>
  </label>`;

define("tk-limit-form", LimitForm);
