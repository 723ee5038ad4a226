import { Part } from "./element.js";

/**
 * A form that saves: while it does its button waits, a refusal is shown with the form still filled in, and success
 * is told as `saved` with what the server answered.
 */
export class SavingForm extends Part {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { save: { attribute: false }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {(said: any) => Promise<unknown>} */
    this.save = () => Promise.resolve();
    this.problem = "";
    this.busy = false;
  }

  /** A dialog that opens finds its fields not there yet. */
  firstUpdated() {
    /** @type {HTMLElement | null} */ (this.querySelector("[autofocus]"))?.focus();
  }

  /**
   * What the fields say.
   * @param {SubmitEvent} event
   * @returns {Record<string, string>}
   */
  fieldsOf(event) {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    return Object.fromEntries([...fields].map(([name, value]) => [name, String(value)]));
  }

  /** @param {unknown} said what `save` is asked with */
  async send(said) {
    this.busy = true;
    this.problem = "";
    try {
      this.tell("saved", await this.save(said));
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }
}
