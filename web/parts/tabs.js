import { define, html, nothing, Part } from "./element.js";

/**
 * A row of tabs: `<tk-tabs .tabs=${[{id, word, count}]} chosen="a" label="Views" @choose=${…}>`. It draws the
 * tabs only; the panel is the caller's, with `role="tabpanel"` and `aria-labelledby="tab-<id>"`.
 * Left, right, Home and End move, and choose as they move.
 */
export class Tabs extends Part {
  static properties = { tabs: { attribute: false }, chosen: {}, label: {} };

  constructor() {
    super();
    /** @type {{id: string, word: string, count?: number | string, hint?: string}[]} */
    this.tabs = [];
    this.chosen = "";
    this.label = "";
  }

  render() {
    return html`<div class="tabs" role="tablist" aria-label=${this.label} @keydown=${this.#key}>
      ${this.tabs.map(
        (one) =>
          html`<button
            role="tab"
            id="tab-${one.id}"
            class="tab"
            title=${one.hint ?? nothing}
            aria-selected=${one.id === this.chosen}
            tabindex=${one.id === this.chosen ? 0 : -1}
            @click=${() => this.tell("choose", one.id)}
          >
            ${one.word}${one.count === undefined ? nothing : html`<span class="tab-count number">${one.count}</span>`}
          </button>`,
      )}
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const at = this.tabs.findIndex((one) => one.id === this.chosen);
    const last = this.tabs.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.tell("choose", this.tabs[to].id);
    /** @type {HTMLElement | null} */ (this.querySelectorAll("[role=tab]")[to])?.focus();
  };
}

define("tk-tabs", Tabs);
