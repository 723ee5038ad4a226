import { define, html, Part } from "./element.js";
import { icon } from "./icon.js";

const KEPT = "tracekeep-theme";
const CHOICES = [
  { id: "system", word: "As the system", sign: "device-desktop" },
  { id: "light", word: "Light", sign: "sun" },
  { id: "dark", word: "Dark", sign: "moon" },
];

/** Light, dark, or as the system says; kept in this browser. */
export class ThemeSwitch extends Part {
  static properties = { chosen: { state: true } };

  constructor() {
    super();
    this.chosen = document.documentElement.dataset.theme ?? "system";
  }

  render() {
    return html`<div class="theme-switch" role="radiogroup" aria-label="Colours">
      ${CHOICES.map(
        (one) =>
          html`<button
            role="radio"
            class="button quiet slim only-icon"
            aria-checked=${one.id === this.chosen}
            aria-label=${one.word}
            title=${one.word}
            tabindex=${one.id === this.chosen ? 0 : -1}
            @click=${() => this.#choose(one.id)}
            @keydown=${this.#key}
          >
            ${icon(one.sign)}
          </button>`,
      )}
    </div>`;
  }

  /** @param {string} id */
  #choose(id) {
    this.chosen = id;
    if (id === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = id;
    try {
      if (id === "system") localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, id);
    } catch {
      // A browser that keeps nothing shows it for as long as the page is open.
    }
  }

  /** @param {KeyboardEvent} event */
  #key = async (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = CHOICES.findIndex((one) => one.id === this.chosen);
    this.#choose(CHOICES[(at + step + CHOICES.length) % CHOICES.length].id);
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector("[aria-checked=true]"))?.focus();
  };
}

define("tk-theme-switch", ThemeSwitch);
