import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {{key: string, score?: number, value?: string, comment?: string}} SaidFeedback */

const KINDS = [
  { id: "thumbs", word: "Thumbs" },
  { id: "score", word: "Score" },
  { id: "value", word: "Word" },
];
let made = 0;

/** Where a person says what they think of a run: `<tk-feedback-form .keys=${…} .save=${…}>`. */
export class FeedbackForm extends Part {
  static properties = {
    keys: { attribute: false },
    save: { attribute: false },
    kind: { state: true },
    said: { state: true },
    problem: { state: true },
    isBusy: { state: true },
  };

  constructor() {
    super();
    /** @type {string[]} */
    this.keys = [];
    /** @type {(said: SaidFeedback) => Promise<void>} */
    this.save = () => Promise.resolve();
    this.kind = "thumbs";
    /** @type {{key: string, thumb: number | null, score: string, value: string, comment: string}} */
    this.said = NOTHING;
    this.problem = "";
    this.isBusy = false;
    this.name = `feedback-form-${++made}`;
  }

  render() {
    return html`<form class="feedback-form card" aria-label="Give feedback" novalidate @submit=${this.#submit}>
      <h3>Give feedback</h3>
      <div class="feedback-row">
        <label class="label feedback-name">
          Key
          <input
            class="field"
            list="${this.name}-keys"
            placeholder="correctness"
            autocomplete="off"
            .value=${this.said.key}
            @input=${this.#on("key")}
          />
        </label>
        <datalist id="${this.name}-keys">${this.keys.map((one) => html`<option value=${one}></option>`)}</datalist>
        <div class="label">
          <span>As</span>
          <div class="run-segments" role="group" aria-label="Kind of verdict">
            ${KINDS.map((one) => html`<button type="button" class="run-segment" aria-pressed=${one.id === this.kind} @click=${() => (this.kind = one.id)}>${one.word}</button>`)}
          </div>
        </div>
        ${this.#verdict()}
      </div>
      <label class="label">
        Comment
        <textarea
          class="field"
          rows="2"
          placeholder="Why? (optional)"
          .value=${this.said.comment}
          @input=${this.#on("comment")}
        ></textarea>
      </label>
      <div class="row">
        ${this.problem ? html`<span class="said-wrong" role="alert">${this.problem}</span>` : nothing}
        <span class="spread"></span>
        <button class="button primary" ?disabled=${this.isBusy}>${this.isBusy ? "Saving…" : "Save feedback"}</button>
      </div>
    </form>`;
  }

  #verdict() {
    if (this.kind === "thumbs") return html`<div class="label"><span>Verdict</span><div class="row">${this.#thumb(1, "Good", "thumbsup")}${this.#thumb(0, "Bad", "thumbsdown")}</div></div>`; // prettier-ignore
    if (this.kind === "value")
      return html`<label class="label feedback-name"
        >Word<input class="field" placeholder="polite" .value=${this.said.value} @input=${this.#on("value")}
      /></label>`;
    return html`<div class="label feedback-name">
      <label for="${this.name}-score">Score</label>
      <div class="row">
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          aria-label="Score, as a slider"
          .value=${this.said.score || "0.5"}
          @input=${this.#on("score")}
        />
        <input
          class="field feedback-number number"
          id="${this.name}-score"
          inputmode="decimal"
          placeholder="0.8"
          .value=${this.said.score}
          @input=${this.#on("score")}
        />
      </div>
    </div>`;
  }

  /** @param {number} score @param {string} word @param {string} sign */
  #thumb = (score, word, sign) =>
    html`<button
      type="button"
      class="button feedback-thumb"
      aria-pressed=${this.said.thumb === score}
      @click=${() => (this.said = { ...this.said, thumb: this.said.thumb === score ? null : score })}
    >
      ${icon(sign)}${word}
    </button>`;

  /** @param {"key" | "score" | "value" | "comment"} field */
  #on = (field) => (/** @type {Event} */ event) => {
    this.said = { ...this.said, [field]: /** @type {HTMLInputElement} */ (event.target).value };
  };

  /** @param {Event} event */
  #submit = async (event) => {
    event.preventDefault();
    const read = saidBy(this.kind, this.said);
    this.problem = typeof read === "string" ? read : "";
    if (typeof read === "string" || this.isBusy) return;
    this.isBusy = true;
    try {
      await this.save(read);
      this.said = NOTHING;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.isBusy = false;
    }
  };
}

const NOTHING = { key: "", thumb: /** @type {number | null} */ (null), score: "", value: "", comment: "" };

/**
 * What was filled in; or, as text, what is missing.
 * @param {string} kind @param {typeof NOTHING} said
 * @returns {SaidFeedback | string}
 */
function saidBy(kind, { key, thumb, score, value, comment }) {
  if (!key.trim()) return "A feedback needs a key: what is it about?";
  const named = { key: key.trim(), ...(comment.trim() ? { comment: comment.trim() } : {}) };
  if (kind === "thumbs" && thumb !== null) return { ...named, score: thumb };
  if (kind === "score" && score.trim())
    return Number.isFinite(Number(score)) ? { ...named, score: Number(score) } : `“${score}” is no number`;
  if (kind === "value" && value.trim()) return { ...named, value: value.trim() };
  return comment.trim() ? named : "Say how it was: a verdict, or a comment.";
}

define("tk-feedback-form", FeedbackForm);
