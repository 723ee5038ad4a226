import { projectOf } from "../../model/projects.js";
import { define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { SavingForm } from "../saving_form.js";

/** Name, description and tier of a project, new or known; `save` is asked with what was filled in. */
export class ProjectFormPart extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    row: { attribute: false },
    days: { attribute: false },
    wrong: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../../model/projects.js").ProjectRow | null} null makes a new one */
    this.row = null;
    this.days = { base: 14, extended: 400 };
    /** @type {Record<string, string>} by field */
    this.wrong = {};
  }

  render() {
    return html`<form class="stack" @submit=${this.#submit}>
      <label class="label">
        Name
        <input
          class="field"
          name="name"
          required
          autofocus
          autocomplete="off"
          maxlength="200"
          .value=${this.row?.name ?? ""}
          aria-invalid=${this.problem ? "true" : nothing}
          aria-describedby="project-wrong"
        />
      </label>
      <label class="label">
        Description
        <textarea class="field" name="description" rows="2" .value=${this.row?.description ?? ""}></textarea>
      </label>
      ${this.#tiers()} ${this.#fewer()}
      ${
        this.row
          ? html`<p class="faint small">
              A new name counts at once; programs that still send to the old one make a new project.
            </p>`
          : nothing
      }
      <p class="said-wrong" id="project-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>
          ${this.busy ? "Saving…" : this.row ? "Save" : "Create the project"}
        </button>
      </div>
    </form>`;
  }

  #tiers() {
    const chosen = this.row?.hasOwnTier ? this.row.tier : "";
    return html`<fieldset class="choice-cards">
      <legend class="label">Keep its traces</legend>
      ${this.#tier("", chosen, "As the workspace says", "Settings, Retention: base unless somebody chose otherwise. What is chosen there later counts for this project too.")}
      ${this.#tier("shortlived", chosen, `${this.days.base} days`, "Base tier. For most traces: what happened lately, and why.")}
      ${this.#tier("longlived", chosen, `${this.days.extended} days`, "Extended tier. For what must be shown later. Each trace is stored, and billed by AWS, for longer; hosted LangSmith asks $5.00 for 1,000 such traces, and $0.50 in the base tier.")}
      <p class="faint small">
        ${icon("hourglass")} It counts for traces that are received from now on. Those that are here stay as they are.
      </p>
    </fieldset>`;
  }

  /** Days fewer than the tier's, where somebody wants to be rid of traces sooner. */
  #fewer() {
    const { ttl_days = null, longlived_ttl_days = null } = this.row ?? {};
    const isOpen = ttl_days !== null || longlived_ttl_days !== null || Object.keys(this.wrong).length > 0;
    return html`<details class="project-days" ?open=${isOpen}>
      <summary>Erase its traces sooner</summary>
      <div class="form-pair">
        ${this.#days("ttl_days", "All its traces after, in days", ttl_days)}
        ${this.#days("longlived_ttl_days", "Extended ones after, in days", longlived_ttl_days)}
      </div>
      <p class="faint small">
        Once a day what is older is erased for good, those that are here too, with a receipt. Nothing gives them back.
        Empty keeps each for all days of its tier.
      </p>
    </details>`;
  }

  /** @param {string} name @param {string} word @param {number | null} days */
  #days(name, word, days) {
    const wrong = this.wrong[name];
    return html`<div class="form-field">
      <label class="label" for="project-${name}">${word}</label>
      <input
        class="field number"
        id="project-${name}"
        name=${name}
        inputmode="numeric"
        autocomplete="off"
        placeholder="As its tier"
        .value=${days === null ? "" : String(days)}
        aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${wrong ? `project-${name}-said` : nothing}
      />
      ${wrong ? html`<span class="said-wrong" id="project-${name}-said" role="alert">${wrong}</span>` : nothing}
    </div>`;
  }

  /** @param {string} id @param {string} chosen @param {string} word @param {string} says */
  #tier(id, chosen, word, says) {
    return html`<label class="choice-card">
      <input type="radio" name="trace_tier" value=${id} ?checked=${id === chosen} />
      <span><strong>${word}</strong><span class="muted small">${says}</span></span>
    </label>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { said, wrong } = projectOf(this.fieldsOf(event), this.days.extended);
    this.wrong = wrong;
    return said ? this.send(said) : undefined;
  };
}

define("tk-project-form", ProjectFormPart);
