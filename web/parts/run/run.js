import { attachmentsOf } from "../../model/payloads.js";
import { eventRows } from "../../model/run_facts.js";
import { define, html, nothing, Part } from "../element.js";
import { later } from "../later.js";
import { bones, empty, failure } from "../states.js";
import { errorCard } from "./error_card.js";
import { header } from "./header.js";
import "../tabs.js";
import { jsonTree } from "./json_tree.js";
import "./payload.js";

/**
 * @typedef {object} RunActions what the page lets a person do; what is missing is not offered
 * @property {(feedback: {run_id: string, trace_id: string, session_id: string, key: string, score?: number, value?: string, comment?: string}) => Promise<unknown>} [saveFeedback]
 * @property {(id: string) => Promise<unknown>} [deleteFeedback]
 * @property {(id: string) => void} [openRun]
 * @property {string} [link] where the run can be seen again
 * @property {(name: string) => string | undefined} [attachmentUrl]
 * @property {(url: string) => Promise<string>} [readAttachment] the text behind an attachment's address
 */
/** @typedef {Record<string, any>} RunDetails a run as v1 gives it, and its `feedback` */

const load = {
  attachments: later("parts/run/attachments.js", () => import("./attachments.js")),
  events: later("parts/run/events.js", () => import("./events.js")),
  feedback: later("parts/run/feedback.js", () => import("./feedback.js")),
  metadata: later("parts/run/metadata.js", () => import("./metadata.js")),
};

let made = 0;

/** One run, whole: `<tk-run .run=${…} .loading=${…} .error=${…} .baseline=${…} .actions=${…} .canWrite=${…}>`. */
export class RunView extends Part {
  static properties = {
    run: { attribute: false },
    loading: { type: Boolean },
    error: { attribute: false },
    baseline: { attribute: false },
    actions: { attribute: false },
    canWrite: { type: Boolean },
    now_ms: { attribute: false },
    traceStart_ms: { attribute: false },
    tab: { state: true },
  };

  constructor() {
    super();
    /** @type {RunDetails | null} */
    this.run = null;
    this.loading = false;
    /** @type {unknown} */
    this.error = null;
    /** @type {RunDetails | null} a run to compare with */
    this.baseline = null;
    /** @type {RunActions} */
    this.actions = {};
    this.canWrite = false;
    /** @type {number | null} the server's time, where it is another than the browser's */
    this.now_ms = null;
    /** @type {number | null | undefined} where it is known better than by the run's dotted order */
    this.traceStart_ms = null;
    this.tab = "io";
    this.name = `run${++made}`;
    /** @type {Record<string, string>} how each section is shown; it stays as one goes from run to run */
    this.modes = {};
  }

  render() {
    if (this.error) return failure(this.error, () => this.tell("again"));
    if (!this.run) return this.loading ? bones(10) : empty({ title: "No run is chosen", text: "Choose one to see what it was given and what it gave.", sign: "list-unordered" }); // prettier-ignore
    return html`<article class="run" aria-label="Run ${this.run.name ?? ""}" aria-busy=${this.loading}>
      ${header(this.run, { now_ms: this.now_ms ?? Date.now(), traceStart_ms: this.traceStart_ms, link: this.actions.link })}
      <tk-tabs
        class="run-tabs"
        label="Parts of the run"
        .tabs=${this.#tabs(this.run)}
        .chosen=${this.#id(this.tab)}
        @choose=${(/** @type {CustomEvent} */ event) => (event.stopPropagation(), (this.tab = event.detail.slice(this.name.length + 1)))}
      ></tk-tabs>
      <div class="run-panel" role="tabpanel" tabindex="-1" aria-labelledby="tab-${this.#id(this.tab)}">
        ${this.#panel(this.run)}
      </div>
    </article>`;
  }

  /** @param {string} tab */
  #id = (tab) => `${this.name}-${tab}`;

  /** @param {RunDetails} run */
  #tabs(run) {
    const feedback = run.feedback?.length ?? 0;
    const events = run.events?.length ?? 0;
    return [
      { id: this.#id("io"), word: "Input and output" },
      { id: this.#id("feedback"), word: "Feedback", count: feedback || undefined },
      { id: this.#id("metadata"), word: "Metadata" },
      { id: this.#id("events"), word: "Events", count: events || undefined },
      { id: this.#id("raw"), word: "Raw" },
    ];
  }

  /** @param {RunDetails} run */
  #panel(run) {
    switch (this.tab) {
      case "feedback":
        load.feedback();
        return html`<tk-run-feedback .run=${run} .actions=${this.actions} .canWrite=${this.canWrite} .now_ms=${this.now_ms}></tk-run-feedback>`; // prettier-ignore
      case "metadata":
        load.metadata();
        return html`<tk-run-metadata .run=${run} .openRun=${this.actions.openRun}></tk-run-metadata>`;
      case "events":
        load.events();
        return html`<tk-run-events .rows=${eventRows(run)}></tk-run-events>`;
      case "raw":
        return html`<div class="run-raw">${jsonTree(run, { label: "The run as JSON" })}</div>`;
      default:
        return this.#sides(run);
    }
  }

  /** What went in and what came out; an error stands first, for it is why one is here. @param {RunDetails} run */
  #sides(run) {
    return html`${errorCard(run.error)} ${this.#side(run, "inputs", "Input")} ${this.#attachments(run)}
    ${this.#side(run, "outputs", "Output")}`;
  }

  /** @param {RunDetails} run */
  #attachments(run) {
    const attached = attachmentsOf(run, this.actions.attachmentUrl);
    if (!attached.length) return nothing;
    load.attachments();
    return html`<tk-attachments .attached=${attached} .read=${this.actions.readAttachment}></tk-attachments>`;
  }

  /** @param {RunDetails} run @param {"inputs" | "outputs"} field @param {string} word */
  #side(run, field, word) {
    return html`<tk-payload
      .heading=${word}
      .field=${field}
      .run=${run}
      .baseline=${this.baseline ? (this.baseline[field] ?? {}) : undefined}
      .mode=${this.modes[field] ?? (this.baseline ? "diff" : "rendered")}
      @mode=${(/** @type {CustomEvent} */ event) => ((this.modes = { ...this.modes, [field]: event.detail }), this.requestUpdate())}
    ></tk-payload>`;
  }
}

define("tk-run", RunView);
