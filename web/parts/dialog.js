import { define, html, nothing, Part } from "./element.js";
import { icon } from "./icon.js";

/**
 * A dialog over the page: `openDialog({title, body})` draws it, focuses its first field, keeps Tab within,
 * closes on Escape and gives the focus back. It is the browser's own <dialog>, which does most of that.
 */
export class Dialog extends Part {
  static properties = { heading: {}, content: { attribute: false }, wide: { type: Boolean } };

  constructor() {
    super();
    this.heading = "";
    /** @type {(close: (value?: unknown) => void) => unknown} */
    this.content = () => nothing;
    this.wide = false;
    /** @type {(value?: unknown) => void} */
    this.closed = () => undefined;
  }

  render() {
    return html`<dialog
      class="dialog ${this.wide ? "wide" : ""}"
      aria-labelledby="dialog-title"
      @close=${() => this.#end()}
      @click=${this.#outside}
    >
      <header class="dialog-head">
        <h2 id="dialog-title">${this.heading}</h2>
        <button class="button quiet slim only-icon" aria-label="Close" @click=${() => this.close()}>
          ${icon("x")}
        </button>
      </header>
      <div class="dialog-body">${this.content(this.close)}</div>
    </dialog>`;
  }

  firstUpdated() {
    this.#native.showModal();
    /** @type {HTMLElement | null} */ (
      this.querySelector("[autofocus], .dialog-body input, .dialog-body textarea")
    )?.focus();
  }

  get #native() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  /** @param {unknown} [value] what `openDialog` answers */
  close = (value) => {
    this.value = value;
    this.#native.close();
  };

  #end() {
    this.closed(this.value);
    this.remove();
  }

  /** @param {MouseEvent} event */
  #outside = (event) => {
    if (event.target === this.#native) this.close();
  };
}

define("tk-dialog", Dialog);

/**
 * Open a dialog; the answer is what it was closed with, undefined where it was left.
 * @param {{title: string, body: (close: (value?: unknown) => void) => unknown, wide?: boolean}} asked
 *   `body` draws the content; call the dialog's `requestUpdate` to draw it again
 * @returns {Promise<any> & {dialog: Dialog}}
 */
export function openDialog({ title, body, wide = false }) {
  const dialog = /** @type {Dialog} */ (document.createElement("tk-dialog"));
  dialog.heading = title;
  dialog.content = body;
  dialog.wide = wide;
  const answer = new Promise((resolve) => (dialog.closed = resolve));
  document.body.append(dialog);
  return Object.assign(answer, { dialog });
}

/**
 * Ask before something that cannot be taken back.
 * @param {{title: string, text: unknown, word: string, isDanger?: boolean}} asked `word` names the deed on the button
 * @returns {Promise<boolean>}
 */
export async function confirmed({ title, text, word, isDanger = false }) {
  const answer = await openDialog({
    title,
    body: (close) =>
      html`<div class="stack">
        <div>${text}</div>
        <div class="dialog-feet">
          <button class="button" autofocus @click=${() => close(false)}>Cancel</button>
          <button class="button ${isDanger ? "danger" : "primary"}" @click=${() => close(true)}>${word}</button>
        </div>
      </div>`,
  });
  return answer === true;
}
