import { money } from "../../model/format.js";
import { allowedExpiries, endSaid, expiryAsked, firstExpiry, sameRules } from "../../model/sharing.js";
import { define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { SavingForm } from "../saving_form.js";
import { previewed } from "./preview.js";
import { rulesFields } from "./rules.js";

/** @typedef {import("../../model/sharing.js").Redaction} Redaction */

const AS_IT_IS = "same";

/** How a trace is shared, or is to be; tells `rules` when other places are to be hidden, so that they are counted. */
export class ShareForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    share: { attribute: false },
    settings: { attribute: false },
    preview: { attribute: false },
    upgrade: { attribute: false },
    first: { attribute: false },
    asPublic: { attribute: false },
    now_ms: { attribute: false },
    choice: { state: true },
    date: { state: true },
    rules: { state: true },
    keeps: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../../ask/shares.js").Share | null} null is a new one */
    this.share = null;
    /** @type {import("../../ask/shares.js").ShareSettings} */
    this.settings = /** @type {any} */ (null);
    /** @type {Parameters<typeof previewed>[0]} */
    this.preview = { found: null, problem: "", isAsking: true };
    /** What keeping the trace means; null where it is kept as long already. @type {{days: number, usd_per_1000: string | null} | null} */
    this.upgrade = null;
    this.now_ms = Date.now();
    /** The rules to begin with, where they are neither the share's nor the workspace's. @type {Redaction | null} */
    this.first = null;
    /** Where the trace can be seen as these rules leave it. @type {((rules: Redaction) => string) | null} */
    this.asPublic = null;
    this.choice = "";
    this.date = "";
    /** @type {Redaction} */
    this.rules = /** @type {any} */ (null);
    this.keeps = false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("share") && this.rules) return;
    this.rules = this.first ?? this.share?.redaction ?? this.settings.redaction;
    this.first = null;
    this.choice = this.share ? AS_IT_IS : firstExpiry(this.settings);
    this.date = "";
    this.keeps = false;
  }

  render() {
    return html`<form class="stack share-form" aria-label="How it is shared" @submit=${this.#submit}>
      ${this.#expiry()}
      <fieldset class="share-hidden">
        <legend class="label">Hidden</legend>
        ${rulesFields(this.rules, this.#ruled, this.preview.problem)}
        ${
          sameRules(this.rules, this.settings.redaction)
            ? html`<p class="faint small">These are the workspace's defaults.</p>`
            : html`<button type="button" class="link-button small" @click=${() => this.#ruled(this.settings.redaction)}>
                Back to the workspace's defaults
              </button>`
        }
        ${previewed(this.preview)}
        ${
          this.asPublic
            ? html`<a
                class="button slim share-look"
                href=${this.asPublic(this.rules)}
                @click=${() => this.tell("done")}
              >
                ${icon("eye")}View as public
              </a>`
            : nothing
        }
      </fieldset>
      ${this.upgrade ? this.#keeping(this.upgrade) : nothing}
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        ${this.share ? this.#saving() : html`<button class="button primary" ?disabled=${this.busy}>${this.busy ? "Sharing…" : "Share and copy the link"}</button>`}
      </div>
    </form>`;
  }

  #saving() {
    const isSame = Object.keys(this.#said).length === 0;
    return html`<button class="button primary" ?disabled=${this.busy || isSame}>
      ${this.busy ? "Saving…" : "Save changes"}
    </button>`;
  }

  #expiry() {
    const choices = allowedExpiries(this.settings.max_expires_in);
    return html`<div class="share-expiry">
      <label class="label">
        The link works for
        <select class="field" @change=${(/** @type {any} */ event) => (this.choice = event.target.value)}>
          ${this.share ? option(AS_IT_IS, `As it is: ${untilSaid(this.share.expires_at, this.now_ms)}`, this.choice) : nothing}
          ${choices.map(({ id, word }) => option(id, word, this.choice))}
        </select>
      </label>
      ${
        this.choice === "date"
          ? html`<label class="label">
              Last day
              <input
                class="field"
                type="date"
                required
                min=${new Date(this.now_ms).toISOString().slice(0, 10)}
                .value=${this.date}
                @input=${(/** @type {any} */ event) => (this.date = event.target.value)}
              />
            </label>`
          : nothing
      }
    </div>`;
  }

  /** @param {{days: number, usd_per_1000: string | null}} upgrade */
  #keeping({ days, usd_per_1000 }) {
    const price = usd_per_1000 === null ? "" : ` of ${money(Number(usd_per_1000) / 1_000)}, once`;
    return html`<label class="check-line">
      <input
        type="checkbox"
        .checked=${this.keeps}
        @change=${(/** @type {any} */ event) => (this.keeps = event.target.checked)}
      />
      <span
        >Keep the trace for ${days} days
        <span class="muted small"
          >So that the link need not end with it. That is an upgrade${price}, and stays when it is unshared.</span
        ></span
      >
    </label>`;
  }

  /** @param {Redaction} rules */
  #ruled = (rules) => {
    this.rules = rules;
    this.tell("rules", rules);
  };

  /** What is asked: all of a new share, of another what is to be different. @returns {import("../../ask/shares.js").ShareSaid} */
  get #said() {
    const ends = this.choice === AS_IT_IS ? null : expiryAsked(this.choice, this.date);
    const rules = this.share && sameRules(this.rules, this.share.redaction) ? null : this.rules;
    return { ...ends, ...(rules ? { redaction: rules } : {}), ...(this.keeps ? { keep_trace: true } : {}) };
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    event.preventDefault();
    return this.send(this.#said);
  };
}

/** @param {string} id @param {string} word @param {string} chosen */
const option = (id, word, chosen) => html`<option value=${id} ?selected=${id === chosen}>${word}</option>`;

/** @param {string | null} expires_at @param {number} now_ms */
const untilSaid = (expires_at, now_ms) =>
  expires_at ? `until ${endSaid(expires_at, now_ms).word}` : "as long as the trace is kept";

define("tk-share-form", ShareForm);
