import { bytes } from "../../model/format.js";
import { jsonOf } from "../../model/json_text.js";
import { outputShape, shapeOf, textOfShape } from "../../model/payloads.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { later } from "../later.js";
import { shape } from "./shape.js";
import "../copy_button.js";
import { jsonTree } from "./json_tree.js";
import "./text.js";

/** @typedef {{id: string, word: string}} Mode */
/** @type {Mode[]} */
const MODES = [
  { id: "rendered", word: "Rendered" },
  { id: "json", word: "JSON" },
  { id: "text", word: "Text" },
];
/** @type {Mode} */
const DIFF = { id: "diff", word: "Diff" };

const loadDiff = later("parts/run/diff.js", () => import("./diff.js"));

/** One side of a run, its input or its output, as it is best read, as JSON, as text, or against another run's. */
export class Payload extends Part {
  static properties = {
    heading: {},
    field: {},
    run: { attribute: false },
    baseline: { attribute: false },
    mode: {},
    isOpen: { state: true },
  };

  constructor() {
    super();
    this.heading = "";
    /** @type {"inputs" | "outputs"} */
    this.field = "inputs";
    /** @type {any} */
    this.run = null;
    /** @type {unknown} what another run had here; undefined where none is compared */
    this.baseline = undefined;
    this.mode = "rendered";
    this.isOpen = true;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("run") && !changed.has("field")) return;
    this.shape = this.field === "outputs" ? outputShape(this.run ?? {}) : this.#shapeOf(this.#value);
  }

  get #value() {
    return this.run?.[this.field];
  }

  /** @param {unknown} value */
  #shapeOf(value) {
    const role = this.field === "inputs" ? "user" : "assistant";
    return shapeOf(value, { role, isRetriever: this.run?.run_type === "retriever" });
  }

  render() {
    const id = `payload-${this.field}-${this.run?.id}`;
    const isEmpty = this.shape?.kind === "empty" && this.mode !== "diff";
    return html`<section class="payload" aria-labelledby=${id}>
      <div class="payload-head">
        <h3 class="payload-heading" id=${id}>
          <button class="payload-fold" aria-expanded=${this.isOpen} @click=${() => (this.isOpen = !this.isOpen)}>
            ${icon(this.isOpen ? "chevron-down" : "chevron-right")}${this.heading}
          </button>
        </h3>
        <span class="spread"></span>
        ${isEmpty || !this.isOpen ? nothing : this.#tools()}
      </div>
      ${this.isOpen ? html`<div class="payload-body">${isEmpty ? this.#nothing() : this.#body()}</div>` : nothing}
    </section>`;
  }

  #tools() {
    const modes = this.baseline === undefined ? MODES : [...MODES, DIFF];
    return html`<div class="run-segments" role="group" aria-label="Show the ${this.heading.toLowerCase()} as">
        ${modes.map(
          (one) =>
            html`<button
              class="run-segment"
              aria-pressed=${one.id === this.#mode}
              @click=${() => this.tell("mode", one.id)}
            >
              ${one.word}
            </button>`,
        )}
      </div>
      <tk-copy .text=${() => this.#copied()} label="Copy the ${this.heading.toLowerCase()}"></tk-copy>`;
  }

  get #mode() {
    return this.mode === "diff" && this.baseline === undefined ? "rendered" : this.mode;
  }

  #copied() {
    return this.#mode === "json" || !this.shape ? jsonOf(this.#value) : textOfShape(this.shape);
  }

  #body() {
    if (!this.shape) return nothing;
    if (this.#mode === "json") return jsonTree(this.#value, { label: `${this.heading} as JSON` });
    if (this.#mode === "text") return html`<tk-text plain .text=${textOfShape(this.shape)}></tk-text>`;
    if (this.#mode === "diff") return this.#diff(textOfShape(this.shape));
    return shape(this.shape);
  }

  /** @param {string} after */
  #diff(after) {
    loadDiff();
    return html`<tk-text-diff .before=${textOfShape(this.#shapeOf(this.baseline))} .after=${after}></tk-text-diff>`;
  }

  #nothing() {
    const isPending = this.field === "outputs" && !this.run?.end_time && !this.run?.error;
    const preview = this.run?.[`${this.field}_preview`];
    if (typeof preview === "string" && preview) return html`<p class="payload-none faint">Only a preview is here (${bytes(preview.length)}).</p><p>${preview}</p>`; // prettier-ignore
    return html`<p class="payload-none faint">
      ${this.field === "inputs" ? "It was given nothing." : isPending ? "Nothing yet: the run has not ended." : "It gave nothing."}
    </p>`;
  }
}

define("tk-payload", Payload);
