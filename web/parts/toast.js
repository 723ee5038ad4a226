import { define, html, Part } from "./element.js";
import { icon } from "./icon.js";

const STAYS_MS = 6_000;

/** What just happened, at the edge of the page; it goes by itself, an error when it is closed. */
export class Toasts extends Part {
  static properties = { shown: { state: true } };

  constructor() {
    super();
    /** @type {{id: number, text: string, isError: boolean, action?: {word: string, run: () => void}}[]} */
    this.shown = [];
  }

  render() {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${this.shown.map(
        (one) =>
          html`<div class="toast ${one.isError ? "error" : ""}">
            ${icon(one.isError ? "alert" : "check-circle")}<span class="spread">${one.text}</span>
            ${one.action && html`<button class="link-button" @click=${() => this.#act(one)}>${one.action.word}</button>`}
            <button class="button quiet slim only-icon" aria-label="Close" @click=${() => this.drop(one.id)}>
              ${icon("x")}
            </button>
          </div>`,
      )}
    </div>`;
  }

  /** @param {any} one */
  #act(one) {
    one.action.run();
    this.drop(one.id);
  }

  /** @param {number} id */
  drop(id) {
    this.shown = this.shown.filter((one) => one.id !== id);
  }
}

define("tk-toasts", Toasts);

let last = 0;

/**
 * Say what happened.
 * @param {string} text
 * @param {{isError?: boolean, action?: {word: string, run: () => void}}} [how]
 */
export function say(text, { isError = false, action } = {}) {
  let toasts = /** @type {Toasts | null} */ (document.querySelector("tk-toasts"));
  if (!toasts) {
    toasts = /** @type {Toasts} */ (document.createElement("tk-toasts"));
    document.body.append(toasts);
  }
  const id = ++last;
  toasts.shown = [...toasts.shown, { id, text, isError, action }].slice(-4);
  if (!isError) setTimeout(() => toasts.drop(id), STAYS_MS);
}

/** Say what went wrong, in the words of whoever noticed. @param {unknown} error */
export const sayError = (error) => say(error instanceof Error ? error.message : String(error), { isError: true });
