import { valuesOf } from "../../model/facet_values.js";
import { offersAt, parsed, placeAt, tokensOf } from "../../model/filter_text.js";
import { Part, define, html, nothing } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {import("../../model/filter_text.js").Wrong} Wrong */
/** @typedef {import("../../model/filter_text.js").Offer} Offer */

const PAUSE_MS = 700;
let made = 0;

/**
 * The filter language in a field: coloured, completed as one types, and with what is wrong underlined. Tells `text`
 * on Enter, when it is left, and when somebody pauses at something that can be read.
 */
export class FilterText extends Part {
  static properties = {
    text: {},
    label: {},
    placeholder: {},
    facets: { attribute: false },
    wrong: { attribute: false },
    draft: { state: true },
    offers: { state: true },
    at: { state: true },
    isQuiet: { state: true },
  };

  constructor() {
    super();
    this.text = "";
    this.label = "Filter";
    this.placeholder = 'and(eq(status, "error"), gt(latency, "5s"))';
    /** @type {any} */
    this.facets = null;
    /** @type {Wrong | null} what the server says of `text` */
    this.wrong = null;
    this.draft = "";
    /** @type {Offer[]} */
    this.offers = [];
    this.at = 0;
    /** Whether what is wrong is kept back, while somebody types. */
    this.isQuiet = false;
    /** @type {import("../../model/filter_text.js").Place | null} */
    this.typing = null;
    this.pause = 0;
    this.name = `filter-text${++made}`;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("text") && this.text !== this.draft) this.draft = this.text;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.pause);
  }

  /** @returns {HTMLTextAreaElement} */
  get #area() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  /** What is wrong with what is typed, by our own reading first. @returns {Wrong | null} */
  get #problem() {
    if (this.isQuiet) return null;
    return parsed(this.draft).wrong ?? (this.draft === this.text ? this.wrong : null);
  }

  render() {
    const problem = this.#problem;
    const isOpen = this.offers.length > 0;
    return html`<div class="filter-text ${problem ? "wrong" : ""}">
        <pre class="filter-paint mono" aria-hidden="true">${this.#paint(problem)}${"\n"}</pre>
        <textarea
          class="mono"
          rows="1"
          spellcheck="false"
          autocomplete="off"
          autocapitalize="off"
          aria-label=${this.label}
          aria-haspopup="listbox"
          aria-controls=${this.name}
          aria-autocomplete="list"
          aria-activedescendant=${isOpen ? `${this.name}-${this.at}` : nothing}
          aria-invalid=${problem ? "true" : nothing}
          aria-describedby="${this.name}-wrong"
          placeholder=${this.placeholder}
          .value=${this.draft}
          @input=${this.#typed}
          @keydown=${this.#key}
          @click=${() => (this.offers = [])}
          @blur=${this.#left}
        ></textarea>
        <div
          class="menu left filter-offers"
          id=${this.name}
          role="listbox"
          aria-label="What may stand here"
          ?hidden=${!isOpen}
        >
          ${this.offers.map((offer, at) => this.#offer(offer, at))}
        </div>
      </div>
      <p class="filter-wrong" id="${this.name}-wrong" role="status">
        ${problem ? html`${icon("alert")}<span>Character ${problem.from + 1}: ${problem.message}</span>` : nothing}
      </p>`;
  }

  /** @param {Wrong | null} problem */
  #paint(problem) {
    const painted = tokensOf(this.draft).map((token) => {
      const isWrong = problem !== null && token.from < problem.to && problem.from < token.to;
      return html`<span class="filter-token" data-kind=${token.kind} ?data-wrong=${isWrong} data-from=${token.from}
        >${token.text}</span
      >`;
    });
    const isAtEnd = problem !== null && problem.from >= this.draft.length;
    return html`${painted}${isAtEnd ? html`<span class="filter-token" data-wrong> </span>` : nothing}`;
  }

  updated() {
    const offers = /** @type {HTMLElement} */ (this.querySelector(".filter-offers"));
    for (const [name, value] of Object.entries(this.#offersPlace)) offers.style.setProperty(name, value);
  }

  get #offersPlace() {
    const from = this.typing?.from ?? 0;
    const token = /** @type {HTMLElement | null} */ (this.querySelector(`.filter-token[data-from="${from}"]`));
    const last = /** @type {HTMLElement | null} */ (this.querySelector(".filter-paint")?.lastElementChild ?? null);
    const left = token ? token.offsetLeft : last ? last.offsetLeft + last.offsetWidth : 0;
    const top = (token ?? last)?.offsetTop ?? 0;
    return { left: `${Math.max(0, Math.min(left, this.clientWidth - 260))}px`, top: `${top + 26}px` };
  }

  /** @param {Offer} offer @param {number} at */
  #offer(offer, at) {
    return html`<div
      class="menu-item combo-option ${at === this.at ? "at" : ""}"
      role="option"
      id="${this.name}-${at}"
      aria-selected=${at === this.at}
      @pointerdown=${(/** @type {Event} */ event) => (event.preventDefault(), this.#put(offer))}
    >
      <span class="spread mono cut">${offer.word}</span><span class="faint small">${offer.hint ?? ""}</span>
    </div>`;
  }

  #typed = () => {
    this.draft = this.#area.value;
    this.isQuiet = true;
    this.#offerNow();
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.isQuiet = false;
      if (!parsed(this.draft).wrong) this.#tell();
    }, PAUSE_MS);
  };

  #offerNow() {
    this.typing = placeAt(this.draft, this.#area.selectionStart);
    const offers = offersAt(this.typing, (field, key) => valuesOf(this.facets, field, key));
    const isSaid =
      offers.length === 1 && offers[0].text.startsWith(this.typing.typed) && offers[0].text === this.typing.typed;
    this.offers = isSaid ? [] : offers;
    this.at = 0;
  }

  /** @param {Offer} offer */
  #put(offer) {
    const { from, to } = /** @type {import("../../model/filter_text.js").Place} */ (this.typing);
    this.draft = this.draft.slice(0, from) + offer.text + this.draft.slice(to);
    this.#area.value = this.draft;
    this.#area.setSelectionRange(from + offer.caret, from + offer.caret);
    this.offers = [];
    this.#typed();
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const isOpen = this.offers.length > 0;
    if (event.key === "Enter" && !event.shiftKey && !isOpen) this.#done();
    else if (isOpen && (event.key === "Enter" || event.key === "Tab")) this.#put(this.offers[this.at]);
    else if (isOpen && event.key === "ArrowDown") this.#walk(1);
    else if (isOpen && event.key === "ArrowUp") this.#walk(-1);
    else if (isOpen && event.key === "Escape") this.offers = [];
    else if (event.key === " " && event.ctrlKey) this.#offerNow();
    else if (event.key === "Escape") this.#area.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {number} step */
  #walk(step) {
    this.at = (this.at + step + this.offers.length) % this.offers.length;
    this.updateComplete.then(() => this.querySelector(".combo-option.at")?.scrollIntoView({ block: "nearest" }));
  }

  #left = () => {
    this.offers = [];
    this.#done();
  };

  #done() {
    clearTimeout(this.pause);
    this.isQuiet = false;
    this.offers = [];
    this.#tell();
  }

  #tell() {
    const text = this.draft.trim();
    if (text !== this.text) this.tell("text", text);
  }
}

define("tk-filter-text", FilterText);
