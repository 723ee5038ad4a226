import { NEW_RULE, datasetAddress, queueAddress, ruleAddress } from "../addresses.js";
import { changeRule, deleteRule, rules } from "../ask/rules.js";
import { listenKeys } from "../keys.js";
import { money } from "../model/format.js";
import { bodyOf, draftOf, sumOf } from "../model/rules.js";
import { confirmed } from "../parts/dialog.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { ruleTable } from "../parts/rules/rule_table.js";
import { bones, empty, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import { go } from "../router.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/rules.js").Rule} Rule */

const ASK_AGAIN_MS = 30_000;

/** Rules worth beginning with. @type {{word: string, says: string, query: Record<string, string>}[]} */
const IDEAS = [
  {
    word: "Keep what failed",
    says: "Every trace with an error, for 400 days",
    query: { tree_filter: 'eq(status, "error")' },
  },
  {
    word: "Keep what people disliked",
    says: "Traces with feedback of 0",
    query: { filter: "and(eq(is_root, true), eq(feedback_score, 0))" },
  },
  {
    word: "Keep what was slow",
    says: "Traces longer than 30 seconds",
    query: { filter: 'and(eq(is_root, true), gt(latency, "30s"))' },
  },
];

/** The automation rules of a workspace: what each is asked of, what it does, what that costs, how it fares. */
export class RulesView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    rules: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
    /** @type {Rule[] | null} */
    this.rules = null;
    /** @type {unknown} */
    this.problem = null;
    /** @type {(() => void) | null} */
    this.endKeys = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
    this.timer = setInterval(() => document.visibilityState === "visible" && this.#ask(), ASK_AGAIN_MS);
    this.endKeys = listenKeys("Rules", [
      { keys: ["c"], does: "Make a rule", run: () => this.#mayWrite && go(this.#address(NEW_RULE)) },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.endKeys?.();
  }

  async #ask() {
    try {
      this.rules = await rules();
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  get #mayWrite() {
    return !this.me?.api_key.read_only;
  }

  /** @param {string} id @param {Record<string, string>} [query] */
  #address = (id, query) => ruleAddress(this.place?.workspace ?? this.me.tenant_id, id, query);

  /** Where what a rule collects is looked at. @param {Rule} rule @param {string} action */
  #collectionOf = (rule, action) => {
    const workspace = this.place?.workspace ?? this.me.tenant_id;
    if (action === "queue") return queueAddress(workspace, rule.add_to_annotation_queue_id ?? "");
    return action === "dataset" ? datasetAddress(workspace, rule.add_to_dataset_id ?? "") : "";
  };

  updated() {
    document.title = "Rules · Tracekeep";
  }

  render() {
    return html`<header class="view-head">
        <h1>Rules</h1>
        <span class="spread"></span>
        ${
          this.#mayWrite
            ? html`<a
                class="button ${this.rules?.length === 0 ? "" : "primary"}"
                href=${this.#address(NEW_RULE)}
                title="c"
                >${icon("plus")}New rule</a
              >`
            : nothing
        }
      </header>
      <div class="view-body rules-body">${this.#body()}</div>`;
  }

  #body() {
    if (this.problem && !this.rules) return failure(this.problem, () => this.#ask());
    if (!this.rules) return bones(5);
    if (!this.rules.length) return this.#first();
    const shown = {
      addressOf: (/** @type {Rule} */ rule) => this.#address(rule.id),
      collectionOf: this.#collectionOf,
      now_ms: serverNow_ms(this.me),
      deeds: this.#mayWrite ? { toggle: this.#toggle, remove: this.#remove } : null,
    };
    const sum = sumOf(this.rules);
    return html`<p class="muted rules-sum">
        ${sum.words}: ${money(sum.usd)} at LangSmith's price, ${money(sum.aws_usd)} on your AWS bill.
      </p>
      ${ruleTable(this.rules, shown)}`;
  }

  #first() {
    return html`${empty({
      title: "Nothing is kept by itself yet",
      text: "A rule looks at each run when it has ended, and keeps its trace for longer, queues it for a person, adds it to a dataset, or tells somebody. Before you switch it on, it says what it would have done, and what that costs.",
      sign: "workflow",
      action: this.#mayWrite
        ? html`<a class="button primary" href=${this.#address(NEW_RULE)}>${icon("plus")}New rule</a>`
        : nothing,
    })}
    ${
      this.#mayWrite
        ? html`<ul class="rule-ideas" aria-label="Rules to begin with">
            ${IDEAS.map(
              ({ word, says, query }) =>
                html`<li>
                  <a class="card" href=${this.#address(NEW_RULE, query)}
                    ><b>${word}</b><span class="muted small">${says}</span></a
                  >
                </li>`,
            )}
          </ul>`
        : nothing
    }`;
  }

  /** @param {Rule} rule */
  #toggle = async (rule) => {
    try {
      await changeRule(rule.id, bodyOf({ ...draftOf(rule), isEnabled: !rule.is_enabled }));
      say(
        rule.is_enabled
          ? `${rule.display_name} is off`
          : `${rule.display_name} is on: it looks at what comes from now on`,
      );
      await this.#ask();
    } catch (error) {
      sayError(error);
    }
  };

  /** @param {Rule} rule */
  #remove = async (rule) => {
    const isSure = await confirmed({
      title: `Delete the rule ${rule.display_name}?`,
      text: "It acts no more, and its log goes with it. What it kept, queued and collected stays.",
      word: "Delete the rule",
      isDanger: true,
    });
    if (!isSure) return;
    try {
      await deleteRule(rule.id);
      await this.#ask();
    } catch (error) {
      sayError(error);
    }
  };
}

define("tk-rules-view", RulesView);
