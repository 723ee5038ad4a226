import { Part, define, html, nothing } from "../element.js";

/** @typedef {{value: unknown, word: string, hint?: string}} Option */

const SHOWN = 60;
let made = 0;

/**
 * A field with a list of what it may hold, which narrows as one types. Tells `pick` with an option's value, or with
 * the text where anything may be typed (`free`). Source: WAI-ARIA Authoring Practices, "Combobox Pattern".
 */
export class Combo extends Part {
  static properties = {
    options: { attribute: false },
    label: {},
    placeholder: {},
    free: { type: Boolean },
    text: {},
    at: { state: true },
  };

  constructor() {
    super();
    /** @type {Option[]} */
    this.options = [];
    this.label = "";
    this.placeholder = "";
    this.free = false;
    this.text = "";
    this.at = -1;
    /** Whether somebody typed: what stood there before narrows nothing. */
    this.isTyped = false;
    this.name = `combo${++made}`;
  }

  firstUpdated() {
    this.querySelector("input")?.focus({ preventScroll: true });
    this.querySelector("input")?.select();
  }

  get fitting() {
    const typed = this.text.trim().toLowerCase();
    const has = (/** @type {Option} */ one) => one.word.toLowerCase().includes(typed);
    return (this.isTyped ? this.options.filter(has) : this.options).slice(0, SHOWN);
  }

  render() {
    const { fitting } = this;
    const at = this.free ? this.at : Math.max(0, Math.min(this.at, fitting.length - 1));
    return html`<input
        class="field"
        role="combobox"
        aria-label=${this.label}
        aria-expanded=${fitting.length > 0}
        aria-controls=${this.name}
        aria-autocomplete="list"
        aria-activedescendant=${at >= 0 && fitting.length ? `${this.name}-${at}` : nothing}
        autocomplete="off"
        spellcheck="false"
        placeholder=${this.placeholder}
        .value=${this.text}
        @input=${this.#typed}
        @keydown=${this.#key}
      />
      <div class="combo-list" role="listbox" id=${this.name} aria-label=${this.label} ?hidden=${!fitting.length}>
        ${fitting.map((one, index) => this.#option(one, index, index === at))}
      </div>`;
  }

  /** @param {Option} one @param {number} index @param {boolean} isAt */
  #option(one, index, isAt) {
    return html`<div
      class="menu-item combo-option ${isAt ? "at" : ""}"
      role="option"
      id="${this.name}-${index}"
      aria-selected=${isAt}
      @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()}
      @click=${() => this.tell("pick", one.value)}
    >
      <span class="spread cut">${one.word}</span
      >${one.hint ? html`<span class="faint small number">${one.hint}</span>` : nothing}
    </div>`;
  }

  /** @param {Event} event */
  #typed = (event) => {
    this.text = /** @type {HTMLInputElement} */ (event.target).value;
    this.isTyped = true;
    this.at = this.free ? -1 : 0;
    this.tell("typed", this.text);
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const { fitting } = this;
    const last = fitting.length - 1;
    if (event.key === "ArrowDown") this.at = this.at >= last ? 0 : this.at + 1;
    else if (event.key === "ArrowUp") this.at = this.at <= 0 ? last : this.at - 1;
    else if (event.key === "Enter") this.#pick(fitting);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.updateComplete.then(() => this.querySelector(".combo-option.at")?.scrollIntoView({ block: "nearest" }));
  };

  /** @param {Option[]} fitting */
  #pick(fitting) {
    const chosen = fitting[this.free ? this.at : Math.max(0, this.at)];
    if (chosen) this.tell("pick", chosen.value);
    else if (this.free && this.text.trim()) this.tell("pick", this.text);
  }
}

define("tk-combo", Combo);
