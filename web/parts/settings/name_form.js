import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** One name to fill in; `save` is asked with it. */
export class NameForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { name: {}, word: {} };

  constructor() {
    super();
    this.name = "";
    this.word = "Save";
  }

  render() {
    return html`<form
      class="stack"
      @submit=${(/** @type {SubmitEvent} */ event) => this.send(this.fieldsOf(event).name.trim())}
    >
      <label class="label">
        Name
        <input
          class="field"
          name="name"
          required
          autofocus
          autocomplete="off"
          maxlength="200"
          .value=${this.name}
          aria-invalid=${this.problem ? "true" : nothing}
          aria-describedby="name-wrong"
        />
      </label>
      <p class="said-wrong" id="name-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.word}</button>
      </div>
    </form>`;
  }
}

define("tk-name-form", NameForm);
