import { define, html, Part } from "./element.js";
import { icon } from "./icon.js";

/** A button that copies a text and says that it did: `<tk-copy .text=${…} label="Copy the id"></tk-copy>`. */
export class CopyButton extends Part {
  static properties = { text: {}, label: {}, word: {}, done: { state: true } };

  constructor() {
    super();
    /** @type {string | (() => string)} */
    this.text = "";
    this.label = "Copy";
    /** A word beside the icon; none where there is no room. */
    this.word = "";
    this.done = false;
  }

  render() {
    const says = this.done ? "Copied" : this.label;
    return html`<button
        class="button quiet slim ${this.word ? "" : "only-icon"}"
        title=${says}
        aria-label=${says}
        @click=${this.#copy}
      >
        ${icon(this.done ? "check" : "copy")}${this.word ? (this.done ? "Copied" : this.word) : ""}
      </button>
      <span class="visually-hidden" role="status">${this.done ? "Copied" : ""}</span>`;
  }

  /** @param {Event} event */
  #copy = async (event) => {
    event.stopPropagation();
    await copyText(typeof this.text === "function" ? this.text() : this.text);
    this.done = true;
    setTimeout(() => (this.done = false), 1_500);
  };
}

/**
 * Put a text on the clipboard, also where the page has no secure origin.
 * @param {string} text
 */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

define("tk-copy", CopyButton);
