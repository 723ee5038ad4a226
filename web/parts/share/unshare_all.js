import { plural } from "../../model/format.js";
import { define, html, Part } from "../element.js";

/** Asks to type how many links are to stop before all do. Tells `sure`, or `left`. */
export class UnshareAll extends Part {
  static properties = {
    total: { attribute: false },
    where: { attribute: false },
    isAlone: { attribute: false },
    typed: { state: true },
  };

  constructor() {
    super();
    this.total = 0;
    /** @type {string | null} the workspace's name; null is all of them */
    this.where = null;
    this.isAlone = true;
    this.typed = "";
  }

  firstUpdated() {
    this.querySelector("input")?.focus();
  }

  get #where() {
    if (this.where) return `of the workspace ${this.where}`;
    return this.isAlone ? "of this workspace" : "of all workspaces";
  }

  render() {
    return html`<form class="stack" @submit=${this.#submit}>
      <p>
        <strong>Every link ${this.#where} stops for everyone at once</strong>, those too that a search hides, and none
        of them ever works again. The traces stay.
      </p>
      <label class="label">
        <span>Type <strong>${this.total}</strong>, the number of links, to go on</span>
        <input
          class="field number"
          inputmode="numeric"
          autocomplete="off"
          autofocus
          .value=${this.typed}
          @input=${(/** @type {any} */ event) => (this.typed = event.target.value)}
        />
      </label>
      <div class="dialog-feet">
        <button type="button" class="button" @click=${() => this.tell("left")}>Cancel</button>
        <button class="button danger" ?disabled=${!this.#isSure}>Unshare ${plural(this.total, "link")}</button>
      </div>
    </form>`;
  }

  get #isSure() {
    return this.typed.trim() === String(this.total);
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    event.preventDefault();
    if (this.#isSure) this.tell("sure");
  };
}

define("tk-unshare-all", UnshareAll);
