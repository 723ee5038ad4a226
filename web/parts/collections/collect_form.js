import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** Which collection, or the name of a new one; `save` is asked with `{id, name}`, `id` empty for a new one. */
export class CollectForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { word: {}, choices: { attribute: false }, chosen: { state: true } };

  constructor() {
    super();
    this.word = "";
    /** @type {{id: string, name: string}[]} */
    this.choices = [];
    /** @type {string | null} an id; empty for a new one */
    this.chosen = null;
  }

  render() {
    const chosen = this.chosen ?? this.choices[0]?.id ?? "";
    return html`<form class="stack" @submit=${this.#submit}>
      <label class="label">
        Which ${this.word}
        <select
          class="field"
          name="id"
          autofocus
          @change=${(/** @type {Event} */ event) => (this.chosen = /** @type {HTMLSelectElement} */ (event.target).value)}
        >
          ${this.choices.map(({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}
          <option value="" ?selected=${chosen === ""}>A new ${this.word}…</option>
        </select>
      </label>
      ${
        chosen
          ? nothing
          : html`<label class="label">
              Name
              <input class="field" name="name" required autocomplete="off" maxlength="200" />
            </label>`
      }
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>Add</button>
      </div>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { id, name } = this.fieldsOf(event);
    const known = this.choices.find((one) => one.id === id);
    this.send(known ?? { id: "", name: (name ?? "").trim() });
  };
}

define("tk-collect-form", CollectForm);
