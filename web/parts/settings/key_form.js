import { environment } from "../../model/first_trace.js";
import { EXPIRIES, expiresAt } from "../../model/keys.js";
import { define, html, nothing } from "../element.js";
import { codeBlock } from "../first_trace/code_block.js";
import { SavingForm } from "../saving_form.js";

/** Makes a key: what it is for, until when, what it may; then shows it, once. Tells `done` when that is read. */
export class KeyForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    endpoint: {},
    now_ms: { attribute: false },
    mayBeWide: { type: Boolean },
    choice: { state: true },
    made: { state: true },
  };

  constructor() {
    super();
    this.endpoint = "";
    this.now_ms = Date.now();
    this.mayBeWide = false;
    this.choice = "never";
    /** @type {{key: string, read_only: boolean} | null} */
    this.made = null;
    this.addEventListener("saved", (event) => (this.made = /** @type {CustomEvent} */ (event).detail));
  }

  render() {
    return this.made ? this.#shown(this.made) : this.#asked();
  }

  #asked() {
    return html`<form class="stack" @submit=${this.#submit}>
      <label class="label">
        What it is for
        <input
          class="field"
          name="description"
          autofocus
          autocomplete="off"
          maxlength="200"
          placeholder="The shop's backend"
        />
      </label>
      <label class="label">
        Expires
        <select
          class="field"
          name="expires"
          @change=${(/** @type {any} */ event) => (this.choice = event.target.value)}
        >
          ${EXPIRIES.map(({ id, word }) => html`<option value=${id} ?selected=${id === this.choice}>${word}</option>`)}
        </select>
      </label>
      ${
        this.choice === "date"
          ? html`<label class="label">
              Last day
              <input
                class="field"
                type="date"
                name="date"
                required
                min=${new Date(this.now_ms).toISOString().slice(0, 10)}
              />
            </label>`
          : nothing
      }
      <label class="check-line">
        <input type="checkbox" name="read_only" />
        <span>Read only <span class="muted small">It sends no traces, changes nothing, and makes no keys.</span></span>
      </label>
      ${
        this.mayBeWide
          ? html`<label class="check-line">
              <input type="checkbox" name="organization_wide" />
              <span
                >All workspaces
                <span class="muted small"
                  >Of this organization, by LANGSMITH_WORKSPACE_ID; it may make more of them.</span
                ></span
              >
            </label>`
          : nothing
      }
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? "Making the key…" : "Make the key"}</button>
      </div>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const said = this.fieldsOf(event);
    return this.send({
      description: said.description.trim(),
      read_only: said.read_only === "on",
      expires_at: expiresAt(said.expires, said.date ?? "", this.now_ms),
      ...(said.organization_wide === "on" ? { organization_wide: true } : {}),
    });
  };

  /** @param {{key: string, read_only: boolean}} made */
  #shown({ key, read_only }) {
    const lines = environment({ endpoint: this.endpoint, key, project: null });
    return html`<div class="stack">
      <p role="status">
        The key is made. <strong>It is shown now and never again</strong>: keep it where its program finds it.
      </p>
      ${codeBlock({ title: "the key", text: key })}
      ${read_only ? nothing : codeBlock({ title: "for a shell or an env file", text: lines, isSecret: true })}
      <div class="dialog-feet">
        <button class="button primary" @click=${() => this.tell("done")}>I have it</button>
      </div>
    </div>`;
  }
}

define("tk-key-form", KeyForm);
