import { piecesOf } from "../../model/redacted.js";
import { hiddenPlaces } from "../../model/sharing.js";
import { plural } from "../../model/format.js";
import { define, html, nothing, Part } from "../element.js";

/** @typedef {import("../../model/sharing.js").Redaction} Redaction */

const SOON_MS = 250;
const MOST_CHARS = 20_000;

/** A text on which rules are tried: what they hit is marked. Tells `wrong` with what the server says of the rules. */
export class RulesTrial extends Part {
  static properties = { rules: { attribute: false }, text: { state: true }, tried: { state: true } };

  constructor() {
    super();
    /** @type {Redaction | null} */
    this.rules = null;
    /** @type {(rules: Redaction, text: string, signal: AbortSignal) => Promise<{text: string, hidden: Record<string, number>}>} */
    this.attempt = () => Promise.reject(new Error("Nothing tries rules here"));
    this.text = "";
    /** @type {{text: string, hidden: Record<string, number>} | null} */
    this.tried = null;
    this.asking = new AbortController();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.asking.abort();
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("rules") || changed.has("text")) this.#ask();
  }

  /** Also without a text: whether the rules are any. */
  async #ask() {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    await new Promise((done) => setTimeout(done, SOON_MS));
    if (signal.aborted || !this.rules) return;
    try {
      const tried = await this.attempt(this.rules, this.text, signal);
      this.tried = tried;
      this.tell("wrong", "");
    } catch (error) {
      if (!signal.aborted) this.tell("wrong", error instanceof Error ? error.message : String(error));
    }
  }

  render() {
    return html`<label class="label">
        Try it on a text
        <textarea
          class="field mono share-names"
          rows="3"
          maxlength=${MOST_CHARS}
          spellcheck="false"
          placeholder="Paste what should be hidden, and what should not"
          .value=${this.text}
          @input=${(/** @type {any} */ event) => (this.text = event.target.value)}
        ></textarea>
      </label>
      ${this.text && this.tried ? this.#shown(this.tried) : nothing}`;
  }

  /** @param {{text: string, hidden: Record<string, number>}} tried */
  #shown({ text, hidden }) {
    const { total, rules } = hiddenPlaces(hidden);
    const names = rules.map(({ rule }) => rule);
    const pieces = piecesOf(text, names).map((one) => (one.isHidden ? html`<mark>${one.text}</mark>` : one.text));
    return html`<div class="share-preview" role="status">
      <p><strong>${total ? `${plural(total, "place")} hidden` : "Nothing is hidden"}</strong></p>
      <p class="trial-text mono">${pieces}</p>
    </div>`;
  }
}

define("tk-rules-trial", RulesTrial);
