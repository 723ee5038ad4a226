import { valuesOf } from "../../model/facet_values.js";
import { valueOf } from "../../model/filter_chips.js";
import { CHIP_FIELDS, FIELDS, OPERATORS } from "../../model/filter_fields.js";
import { count } from "../../model/format.js";
import { Part, define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "./combo.js";

/** @typedef {import("../../model/filter_chips.js").Chip} Chip */

const MARGIN_PX = 16;

/**
 * One condition, put together step by step: field, key where there is one, comparator and value. Tells `done` with
 * the chip, or `leave`.
 */
export class ChipEditor extends Part {
  static properties = {
    chip: { attribute: false },
    facets: { attribute: false },
    draft: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {Chip | null} the one that is changed; null begins another */
    this.chip = null;
    /** @type {any} */
    this.facets = null;
    /** @type {{field?: string, key?: string, op?: string, typed: string}} */
    this.draft = { typed: "" };
    this.problem = "";
  }

  connectedCallback() {
    super.connectedCallback();
    const { chip } = this;
    if (chip) this.draft = { ...chip, typed: chip.value === undefined ? "" : String(chip.value) };
    // The press that opened it is still on its way up.
    setTimeout(() => document.addEventListener("pointerdown", this.#outside));
  }

  /** Stay within the page, wherever the button is that opened it. */
  firstUpdated() {
    const box = /** @type {HTMLElement} */ (this.querySelector(".chip-editor"));
    const beyond_px = box.getBoundingClientRect().right + MARGIN_PX - document.documentElement.clientWidth;
    if (beyond_px > 0) box.style.setProperty("left", `${-beyond_px}px`);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.#outside);
  }

  /** @param {PointerEvent} event */
  #outside = (event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.tell("leave");
  };

  get kind() {
    return FIELDS.get(this.draft.field ?? "")?.kind ?? "text";
  }

  get #hasKey() {
    return this.kind === "entry" || this.kind === "score";
  }

  render() {
    return html`<div class="chip-editor" role="dialog" aria-label="A filter" @keydown=${this.#key}>
      ${this.#step()}
    </div>`;
  }

  #step() {
    const { field, key } = this.draft;
    if (!field)
      return this.#combo("Field", fieldOptions(), (value) => this.#go({ field: String(value), op: undefined }));
    if (this.#hasKey && key === undefined) {
      return html`${this.#path()}
      ${this.#combo(field === "metadata" ? "Metadata key" : "Feedback key", this.#options(valuesOf(this.facets, field)), (value) => this.#go({ key: String(value) }), true)}`;
    }
    return html`${this.#path()}
      <div class="chip-editor-ops" role="group" aria-label="Comparator">
        ${OPERATORS[this.kind].map(([id, word]) => this.#op(id, word))}
      </div>
      ${this.op === "exists" ? nothing : this.#value()}
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary slim" @click=${() => this.#finish(this.draft.typed)}>Apply</button>
      </div>`;
  }

  get op() {
    return this.draft.op ?? OPERATORS[this.kind][0][0];
  }

  #path() {
    const { field = "", key } = this.draft;
    return html`<div class="row small chip-editor-path">
      <button
        class="link-button"
        @click=${() => this.#go({ field: undefined, key: undefined, op: undefined, typed: "" })}
      >
        ${FIELDS.get(field)?.word ?? field}
      </button>
      ${key === undefined ? nothing : html`${icon("chevron-right")}<button class="link-button cut" @click=${() => this.#go({ key: undefined })}>${key}</button>`}
    </div>`;
  }

  /** @param {string} id @param {string} word */
  #op(id, word) {
    return html`<button class="button slim" aria-pressed=${id === this.op} @click=${() => this.#go({ op: id })}>
      ${word}
    </button>`;
  }

  #value() {
    const { field = "", key } = this.draft;
    const values = this.kind === "score" ? [] : valuesOf(this.facets, field, key ?? null);
    return html`<tk-combo
      free
      label="Value"
      placeholder=${FIELDS.get(field)?.hint ?? "Value"}
      .options=${this.#options(values)}
      .text=${this.draft.typed}
      @typed=${(/** @type {CustomEvent} */ event) => ((this.draft.typed = event.detail), (this.problem = ""))}
      @pick=${(/** @type {CustomEvent} */ event) => this.#finish(event.detail)}
    ></tk-combo>`;
  }

  /** @param {string} label @param {import("./combo.js").Option[]} options @param {(value: unknown) => void} pick @param {boolean} [free] */
  #combo(label, options, pick, free = false) {
    return html`<tk-combo
      ?free=${free}
      label=${label}
      placeholder="${label}…"
      .options=${options}
      @pick=${(/** @type {CustomEvent} */ event) => pick(event.detail)}
    ></tk-combo>`;
  }

  /** @param {import("../../model/facet_values.js").Value[]} values @returns {import("./combo.js").Option[]} */
  #options(values) {
    return values.map(({ value, count: many }) => ({
      value,
      word: String(value),
      hint: many === undefined ? "" : count(many),
    }));
  }

  /** @param {Partial<ChipEditor["draft"]>} changes */
  #go(changes) {
    this.problem = "";
    this.draft = { ...this.draft, ...changes };
    this.updateComplete.then(() => this.querySelector("input")?.focus({ preventScroll: true }));
  }

  /** @param {unknown} picked */
  #finish(picked) {
    const { field = "", key } = this.draft;
    const { op } = this;
    if (op === "exists") return this.tell("done", { field, op, key });
    const value = typeof picked === "string" ? valueOf(this.kind, picked) : picked;
    if (value === undefined) return (this.problem = this.#wanted());
    return this.tell("done", { field, op, value, ...(key === undefined ? {} : { key }) });
  }

  #wanted() {
    if (this.kind === "duration") return "A duration, like 5s, 200ms or 2m";
    if (this.kind === "time") return "A time, like 2026-11-20T18:23:00Z";
    if (["number", "money", "score"].includes(this.kind)) return "A number";
    return this.kind === "truth" ? "true or false" : "A value is missing";
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.tell("leave");
  };
}

/** @returns {import("./combo.js").Option[]} */
const fieldOptions = () => CHIP_FIELDS.map((one) => ({ value: one.id, word: one.word, hint: one.hint }));

define("tk-chip-editor", ChipEditor);
