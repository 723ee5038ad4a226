import { splitsOf } from "../../model/collections.js";
import { timeOf } from "../../model/format.js";
import "../copy_button.js";
import { Part, define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { jsonTree } from "../run/json_tree.js";
import "../run/payload.js";
import { when } from "../when.js";

/** @typedef {import("../../model/collections.js").Example} Example */

/**
 * One example, whole. Tells `step` (1 or -1), `remove` and `leave`; whoever holds it knows the list, and where the run
 * is that it was made of: an address, "" while that is being asked, null where it is gone.
 */
export class ExamplePane extends Part {
  static properties = {
    example: { attribute: false },
    source: { attribute: false },
    now_ms: { attribute: false },
    canWrite: { type: Boolean },
    modes: { state: true },
  };

  constructor() {
    super();
    /** @type {Example | null} */
    this.example = null;
    /** @type {string | null} */
    this.source = "";
    this.now_ms = 0;
    this.canWrite = false;
    /** @type {Record<string, string>} */
    this.modes = {};
  }

  render() {
    const { example } = this;
    if (!example) return nothing;
    return html`<section class="example" aria-label="Example ${example.name}">
      <header class="queue-bar">
        <h2 class="mono">${example.name}</h2>
        <tk-copy .text=${example.id} label="Copy the id"></tk-copy>
        <span class="spread"></span>
        ${this.#button("chevron-up", "Previous (k)", () => this.tell("step", -1))}
        ${this.#button("chevron-down", "Next (j)", () => this.tell("step", 1))}
        ${this.canWrite ? this.#button("trash", "Delete this example", () => this.tell("remove")) : nothing}
        ${this.#button("x", "Close (Esc)", () => this.tell("leave"))}
      </header>
      <div class="example-body">
        <p class="example-facts muted small">
          <span>made ${when(timeOf(example.created_at), this.now_ms)}</span>
          ${splitsOf(example).map((one) => html`<span class="chip">${one}</span>`)} ${this.#source(example)}
        </p>
        ${this.#side("inputs", "Input", example)} ${this.#side("outputs", "Output", example)}
        ${hasMore(example.metadata) ? html`<div class="example-metadata">${jsonTree(example.metadata, { label: "Metadata" })}</div>` : nothing}
      </div>
    </section>`;
  }

  /** @param {string} sign @param {string} word @param {() => void} run */
  #button(sign, word, run) {
    return html`<button class="button quiet slim only-icon" aria-label=${word} title=${word} @click=${run}>
      ${icon(sign)}
    </button>`;
  }

  /** @param {Example} example */
  #source({ source_run_id }) {
    if (!source_run_id) return nothing;
    if (this.source === null)
      return html`<span class="faint" title=${source_run_id}>the run it was made of is gone</span>`;
    return this.source ? html`<a href=${this.source}>The run it was made of</a>` : nothing;
  }

  /** @param {"inputs" | "outputs"} field @param {string} word @param {Example} example */
  #side(field, word, example) {
    return html`<tk-payload
      .heading=${word}
      .field=${field}
      .run=${example}
      .mode=${this.modes[field] ?? "rendered"}
      @mode=${(/** @type {CustomEvent} */ event) => (this.modes = { ...this.modes, [field]: event.detail })}
    ></tk-payload>`;
  }
}

/** Whether it says more than the split. @param {Record<string, unknown> | null} metadata */
const hasMore = (metadata) => Object.keys(metadata ?? {}).some((key) => key !== "dataset_split");

define("tk-example", ExamplePane);
