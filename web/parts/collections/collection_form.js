import { define, html, nothing } from "../element.js";
import { SavingForm } from "../saving_form.js";

/** The name of a queue or dataset, and a text about it; `save` is asked with `{name, text}`. */
export class CollectionForm extends SavingForm {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { name: {}, text: {}, about: {}, hint: {}, word: {} };

  constructor() {
    super();
    this.name = "";
    this.text = "";
    this.about = "Description";
    this.hint = "";
    this.word = "Save";
  }

  render() {
    return html`<form class="stack" @submit=${this.#submit}>
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
          aria-describedby="collection-wrong"
        />
      </label>
      <label class="label">
        ${this.about}
        <textarea
          class="field"
          name="text"
          rows="3"
          maxlength="10000"
          placeholder=${this.hint}
          .value=${this.text}
        ></textarea>
      </label>
      <p class="said-wrong" id="collection-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button primary" ?disabled=${this.busy}>${this.word}</button>
      </div>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    const { name, text } = this.fieldsOf(event);
    this.send({ name: name.trim(), text: text.trim() });
  };
}

define("tk-collection-form", CollectionForm);
