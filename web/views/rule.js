import { NEW_RULE, ruleAddress, rulesAddress, traceAddress } from "../addresses.js";
import { ApiError } from "../api.js";
import { createDataset, createQueue, annotationQueues, datasets } from "../ask/collections.js";
import { projects } from "../ask/projects.js";
import { changeRule, createRule, rule as askRule } from "../ask/rules.js";
import { facetsOf } from "../ask/runs.js";
import { pointed } from "../model/filter_text.js";
import { bodyOf, draftOf } from "../model/rules.js";
import { openDialog } from "../parts/dialog.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { health } from "../parts/rules/rule_table.js";
import "../parts/rules/rule_form.js";
import "../parts/rules/trial.js";
import "../parts/settings/name_form.js";
import { bones, failure } from "../parts/states.js";
import "../parts/tabs.js";
import { say, sayError } from "../parts/toast.js";
import { amend, go } from "../router.js";
import "./rule_history.js";
import { RuleTrials } from "./rule_trials.js";
import { showSecrets } from "./rule_secrets.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/rules.js").Rule} Rule */
/** @typedef {import("../model/rules.js").Draft} Draft */
/** @typedef {{id: string, name: string}} Named */

/** One rule: the form beside what it would do, and its log. */
export class RuleView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    rule: { state: true },
    draft: { state: true },
    choices: { state: true },
    facets: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place} */
    this.place = /** @type {any} */ (null);
    /** @type {any} */
    this.me = null;
    /** @type {Rule | null} null while it is not there */
    this.rule = null;
    /** @type {Draft | null} */
    this.draft = null;
    /** @type {{projects: Named[], queues: Named[], datasets: Named[]}} */
    this.choices = { projects: [], queues: [], datasets: [] };
    /** @type {any} */
    this.facets = null;
    /** @type {unknown} */
    this.problem = null;
    this.shown = "";
    this.facetsFor = "";
    this.trials = new RuleTrials(this);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("place") && this.place.rule !== this.shown) {
      this.shown = this.place.rule ?? "";
      this.#open();
    }
    if (this.draft) this.trials.follow(this.draft);
  }

  updated() {
    document.title = `${this.rule?.display_name ?? "New rule"} · Rules · Tracekeep`;
  }

  get #isNew() {
    return this.place.rule === NEW_RULE;
  }

  get #mayWrite() {
    return !this.me?.api_key.read_only;
  }

  async #open() {
    const wanted = this.shown;
    this.problem = null;
    if (this.rule?.id !== wanted) [this.rule, this.draft] = [null, null];
    this.#askChoices();
    try {
      if (this.#isNew) this.draft = draftOf(null, this.#fresh());
      else if (this.rule === null) this.#show(await askRule(wanted));
      this.#askFacets();
    } catch (error) {
      if (wanted === this.shown) this.problem = error;
    }
  }

  /** What the address says of a new rule. */
  #fresh() {
    const said = (/** @type {string} */ name) => this.place.query.get(name) ?? "";
    return {
      id: crypto.randomUUID(),
      project: said("project"),
      filter: said("filter"),
      traceFilter: said("trace_filter"),
      treeFilter: said("tree_filter"),
    };
  }

  /** @param {Rule} rule */
  #show(rule) {
    if (rule.id !== this.place.rule) return;
    this.rule = rule;
    this.draft = draftOf(rule);
  }

  async #askChoices() {
    try {
      const [known, queues, sets] = await Promise.all([projects(), annotationQueues(), datasets()]);
      this.choices = { projects: known, queues, datasets: sets };
    } catch (error) {
      sayError(error);
    }
  }

  /** What its runs are called and tagged, for completion: of its project, or of the first one. */
  async #askFacets() {
    const project = this.draft?.project ?? "";
    if (!project || project === this.facetsFor) return;
    this.facetsFor = project;
    this.facets = await facetsOf(project, false).catch(() => null);
  }

  render() {
    return html`<header class="view-head rule-head">
        <a
          class="button quiet slim only-icon"
          href=${rulesAddress(this.#workspace)}
          aria-label="All rules"
          title="All rules"
          >${icon("chevron-left")}</a
        >
        <h1 class="cut">${this.#isNew ? "New rule" : (this.rule?.display_name ?? "Rule")}</h1>
        ${this.rule ? health(this.rule, serverNow_ms(this.me)) : nothing}
        <span class="spread"></span>
        ${this.rule ? this.#tabs() : nothing}
      </header>
      <div class="view-body rules-body">${this.#body()}</div>`;
  }

  get #workspace() {
    return this.place.workspace ?? this.me.tenant_id;
  }

  get #tab() {
    return this.place.query.get("tab") === "log" && this.rule ? "log" : "rule";
  }

  #tabs() {
    return html`<tk-tabs
      label="Of this rule"
      .tabs=${[
        { id: "rule", word: "Rule" },
        { id: "log", word: "Log" },
      ]}
      chosen=${this.#tab}
      @choose=${(/** @type {CustomEvent} */ event) => amend({ tab: event.detail === "log" ? "log" : null })}
    ></tk-tabs>`;
  }

  #body() {
    const { draft, rule } = this;
    if (this.problem) return failure(this.problem, () => this.#open());
    if (!draft) return bones(6);
    if (rule && this.#tab === "log")
      return html`<tk-rule-history .rule=${rule} .me=${this.me} .workspace=${this.#workspace}></tk-rule-history>`;
    const { trials } = this;
    return html`<div class="rule-desk">
      <tk-rule-form
        .draft=${draft}
        .projects=${this.choices.projects}
        .queues=${this.choices.queues}
        .datasets=${this.choices.datasets}
        .facets=${this.facets}
        .filterWrong=${this.#filterWrong()}
        .days=${this.me.server.retention_days}
        .mayWrite=${this.#mayWrite}
        .save=${this.#save}
        @draft=${this.#drafted}
        @make=${this.#make}
        @saved=${this.#saved}
      ></tk-rule-form>
      <tk-rule-trial
        .trial=${trials.trial}
        .problem=${trials.isWrong ? null : trials.problem}
        .days=${trials.days}
        .now_ms=${serverNow_ms(this.me)}
        .addressOf=${this.#addressOf}
        @days=${(/** @type {CustomEvent<number>} */ event) => trials.look(event.detail)}
        @again=${() => trials.again()}
      ></tk-rule-trial>
    </div>`;
  }

  /** Where the server cannot read the filter, pointed at in its field. */
  #filterWrong() {
    const { problem, isWrong } = this.trials;
    return isWrong && problem instanceof ApiError ? pointed(problem.message, 0, this.draft?.filter ?? "") : null;
  }

  /** @param {{session_id: string, trace_id: string, run_id: string}} one */
  #addressOf = ({ session_id, run_id }) => traceAddress(this.#workspace, session_id, run_id);

  /** @param {CustomEvent<Draft>} event */
  #drafted = (event) => {
    this.draft = event.detail;
    this.#askFacets();
  };

  /** @param {Draft} draft */
  #save = (draft) => (this.#isNew ? createRule(bodyOf(draft)) : changeRule(draft.id, bodyOf(draft)));

  /** @param {CustomEvent<Rule>} event */
  #saved = async ({ detail: rule }) => {
    await showSecrets(rule);
    say(
      rule.is_enabled
        ? `${rule.display_name} looks at what ends from now on`
        : `${rule.display_name} is saved, and off`,
    );
    if (!this.#isNew) return this.#show(rule);
    [this.rule, this.draft] = [rule, draftOf(rule)];
    go(ruleAddress(this.#workspace, rule.id), { replace: true });
  };

  /** Make a queue or a dataset on the way. @param {CustomEvent<{what: "queue" | "dataset"}>} event */
  #make = async ({ detail: { what } }) => {
    const make = what === "queue" ? createQueue : createDataset;
    const made = await openDialog({
      title: what === "queue" ? "New annotation queue" : "New dataset",
      body: (close) =>
        html`<tk-name-form
          word="Create"
          .save=${make}
          @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
        ></tk-name-form>`,
    });
    if (!made || !this.draft) return;
    const list = what === "queue" ? "queues" : "datasets";
    this.choices = { ...this.choices, [list]: [...this.choices[list], made] };
    this.draft = { ...this.draft, [what]: made.id };
  };
}

define("tk-rule-view", RuleView);
