import { wrongIn } from "../../model/rules.js";
import { html, define, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../list/filter_bar.js";
import { SavingForm } from "../saving_form.js";
import { alertFields, webhookFields } from "./rule_hooks.js";

/** @typedef {import("../../model/rules.js").Draft} Draft */
/** @typedef {{id: string, name: string}} Named */

const NEW = "+";

/**
 * A rule as a form: what it is asked of, what it does. `draft` is what it holds; it tells `draft` with each change,
 * `make` ({what, name, done}) where a queue or a dataset is to be made, and `saved`.
 */
export class RuleForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    draft: { attribute: false },
    projects: { attribute: false },
    queues: { attribute: false },
    datasets: { attribute: false },
    facets: { attribute: false },
    filterWrong: { attribute: false },
    days: { attribute: false },
    mayWrite: { attribute: false },
    wrong: { state: true },
  };

  constructor() {
    super();
    /** @type {Draft} */
    this.draft = /** @type {any} */ (null);
    /** @type {Named[]} */
    this.projects = [];
    /** @type {Named[]} */
    this.queues = [];
    /** @type {Named[]} */
    this.datasets = [];
    /** @type {any} */
    this.facets = null;
    /** @type {import("../../model/filter_text.js").Wrong | null} */
    this.filterWrong = null;
    this.days = { base: 14, extended: 400 };
    this.mayWrite = true;
    /** @type {Record<string, string>} by field */
    this.wrong = {};
  }

  /** @param {Partial<Draft>} changes */
  #change(changes) {
    this.tell("draft", { ...this.draft, ...changes });
  }

  render() {
    const { draft } = this;
    return html`<form class="rule-form" novalidate @submit=${this.#submit}>
      <fieldset class="rule-fields" ?disabled=${!this.mayWrite}>
        ${this.#what(draft)} ${this.#which(draft)} ${this.#does(draft)}
        <p class="said-wrong" role="alert">${this.problem}</p>
        ${this.mayWrite ? this.#feet(draft) : html`<p class="faint small">Your key may not change rules.</p>`}
      </fieldset>
    </form>`;
  }

  /** @param {Draft} draft */
  #what(draft) {
    return html`<section class="card rule-part">
      <div class="form-pair">
        <div class="form-field">
          <label class="label" for="rule-name">Name</label>
          <input
            class="field"
            id="rule-name"
            autocomplete="off"
            maxlength="200"
            placeholder="Failed refunds"
            ?autofocus=${draft.revision === null}
            .value=${draft.name}
            aria-invalid=${this.wrong.name ? "true" : nothing}
            aria-describedby="rule-name-said"
            @input=${(/** @type {any} */ event) => this.#change({ name: event.target.value })}
          />
          <span class=${this.wrong.name ? "said-wrong" : "faint small"} id="rule-name-said"
            >${this.wrong.name ?? "Every trace that it keeps says this name."}</span
          >
        </div>
        <div class="form-field">
          <label class="label" for="rule-project">Project</label>
          <select
            class="field"
            id="rule-project"
            ?disabled=${draft.revision !== null}
            aria-describedby="rule-project-said"
            @change=${(/** @type {any} */ event) => this.#change({ project: event.target.value })}
          >
            <option value="" ?selected=${draft.project === ""}>Every project of the workspace</option>
            ${this.projects.map((one) => html`<option value=${one.id} ?selected=${one.id === draft.project}>${one.name}</option>`)}
          </select>
          <span class="faint small" id="rule-project-said"
            >${draft.revision === null ? "It cannot be changed later." : "A rule stays where it was made."}</span
          >
        </div>
      </div>
    </section>`;
  }

  /** @param {Draft} draft */
  #which(draft) {
    return html`<section class="card rule-part" aria-labelledby="rule-which">
      <h2 id="rule-which">Which runs</h2>
      <tk-filter-bar
        bare
        .query=${{ tab: "runs", filter: draft.filter, traceFilter: draft.traceFilter, treeFilter: draft.treeFilter, words: "", isDeep: false, group: null }}
        .facets=${this.facets}
        .wrong=${this.filterWrong}
        @amend=${this.#filtered}
      ></tk-filter-bar>
      <div class="form-field rule-sampling">
        <label class="label" for="rule-percent">Share of traces</label>
        <span class="row">
          <input
            type="range"
            min="0"
            max="100"
            step="1"
            aria-label="Share of traces, by a slider"
            .value=${draft.percent}
            @input=${(/** @type {any} */ event) => this.#change({ percent: event.target.value })}
          />
          <input
            class="field number rule-percent"
            id="rule-percent"
            inputmode="decimal"
            .value=${draft.percent}
            aria-invalid=${this.wrong.percent ? "true" : nothing}
            aria-describedby="rule-percent-said"
            @input=${(/** @type {any} */ event) => this.#change({ percent: event.target.value })}
          />
          %
        </span>
        <span class=${this.wrong.percent ? "said-wrong" : "faint small"} id="rule-percent-said">
          ${this.wrong.percent ?? "Of the traces that match, drawn by their ids: a trace is drawn whole or not at all."}
        </span>
      </div>
      ${draft.revision === null ? this.#past(draft) : nothing}
    </section>`;
  }

  /** @param {Draft} draft */
  #past(draft) {
    return html`<div class="form-field">
      <label class="label" for="rule-since">Apply to past traces, since</label>
      <input
        class="field rule-since"
        type="date"
        id="rule-since"
        .value=${draft.since}
        aria-describedby="rule-since-said"
        @change=${(/** @type {any} */ event) => this.#change({ since: event.target.value })}
      />
      <span class="faint small" id="rule-since-said">Empty: only what is received from now on.</span>
    </div>`;
  }

  /** @param {CustomEvent<{changes: Record<string, string | number | null>}>} event */
  #filtered = ({ detail: { changes } }) => {
    const names = { filter: "filter", trace_filter: "traceFilter", tree_filter: "treeFilter" };
    const said = Object.entries(names).filter(([wire]) => wire in changes);
    if (said.length) this.#change(Object.fromEntries(said.map(([wire, name]) => [name, String(changes[wire] ?? "")])));
  };

  /** @param {Draft} draft */
  #does(draft) {
    const { wrong, days } = this;
    return html`<section class="card rule-part" aria-labelledby="rule-does">
      <h2 id="rule-does">What it does</h2>
      <label class="check-line">
        <input
          type="checkbox"
          .checked=${draft.extends}
          @change=${(/** @type {any} */ event) => this.#change({ extends: event.target.checked })}
        />
        <span
          >Keep the whole trace for ${days.extended} days<span class="faint small"
            >instead of ${days.base}; runs that come later too. An upgrade, counted once a trace, whatever else keeps
            it.</span
          ></span
        >
      </label>
      ${draft.extends ? this.#cap(draft) : nothing}
      ${this.#place("queue", "Add the run to an annotation queue", this.queues, draft.queue)}
      ${this.#place("dataset", "Add the run to a dataset", this.datasets, draft.dataset)}
      ${
        draft.dataset
          ? html`<label class="check-line rule-under">
              <input
                type="checkbox"
                .checked=${draft.prefersCorrection}
                @change=${(/** @type {any} */ event) => this.#change({ prefersCorrection: event.target.checked })}
              />
              <span>With the correction that feedback gives, where there is one</span>
            </label>`
          : nothing
      }
      ${webhookFields(draft.webhooks, wrong.webhooks, (webhooks) => this.#change({ webhooks }))}
      ${alertFields(draft.alerts, (alerts) => this.#change({ alerts }))}
      ${wrong.actions ? html`<p class="said-wrong" role="alert">${wrong.actions}</p>` : nothing}
    </section>`;
  }

  /** @param {Draft} draft */
  #cap(draft) {
    return html`<div class="form-field rule-under">
      <label class="label" for="rule-cap">At most, a month, $</label>
      <input
        class="field number rule-percent"
        id="rule-cap"
        inputmode="decimal"
        placeholder="no cap"
        .value=${draft.cap}
        aria-invalid=${this.wrong.cap ? "true" : nothing}
        aria-describedby="rule-cap-said"
        @input=${(/** @type {any} */ event) => this.#change({ cap: event.target.value })}
      />
      <span class=${this.wrong.cap ? "said-wrong" : "faint small"} id="rule-cap-said">
        ${this.wrong.cap ?? "At LangSmith's price of an upgrade. What comes beyond it is not kept, and its log says so."}
      </span>
    </div>`;
  }

  /** @param {"queue" | "dataset"} what @param {string} word @param {Named[]} choices @param {string} chosen */
  #place(what, word, choices, chosen) {
    return html`<div class="form-field">
      <label class="label" for="rule-${what}">${word}</label>
      <select
        class="field rule-place"
        id="rule-${what}"
        @change=${(/** @type {any} */ event) => this.#choose(what, event.target)}
      >
        <option value="" ?selected=${!chosen}>No</option>
        ${choices.map((one) => html`<option value=${one.id} ?selected=${one.id === chosen}>${one.name}</option>`)}
        <option value=${NEW}>New ${what === "queue" ? "queue" : "dataset"}…</option>
      </select>
    </div>`;
  }

  /** @param {"queue" | "dataset"} what @param {HTMLSelectElement} select */
  #choose(what, select) {
    if (select.value !== NEW) return this.#change({ [what]: select.value });
    select.value = this.draft[what];
    this.tell("make", { what });
  }

  /** @param {Draft} draft */
  #feet(draft) {
    return html`<div class="row rule-feet">
      <button class="button primary" ?disabled=${this.busy}>
        ${this.busy ? "Saving…" : draft.revision === null ? "Create the rule" : "Save"}
      </button>
      <label class="check-line">
        <input
          type="checkbox"
          .checked=${draft.isEnabled}
          @change=${(/** @type {any} */ event) => this.#change({ isEnabled: event.target.checked })}
        />
        <span>${draft.revision === null ? "Switch it on" : "On"}</span>
      </label>
      <span class="faint small">${icon("clock")} Runs are looked at within a minute of their end.</span>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    event.preventDefault();
    this.wrong = wrongIn(this.draft);
    if (Object.keys(this.wrong).length) this.#pointAtWrong();
    else this.send(this.draft);
  };

  async #pointAtWrong() {
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid=true]"))?.focus();
  }
}

define("tk-rule-form", RuleForm);
