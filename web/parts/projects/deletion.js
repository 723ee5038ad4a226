import { plural } from "../../model/format.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { receiptOf } from "../settings/receipt.js";

const ASK_AGAIN_MS = 1_000;
/**
 * Deletes a project: first its name must be typed, then the receipt shows what was done of it, and when.
 * `begin` starts it and answers the receipt's id, `receipt` reads it. Tells `deleted` when it has begun.
 */
export class ProjectDeletion extends Part {
  static properties = {
    row: { attribute: false },
    typed: { state: true },
    found: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../../model/projects.js").ProjectRow | null} */
    this.row = null;
    /** @type {(project: string) => Promise<string>} */
    this.begin = () => Promise.reject(new Error("Nothing removes projects here"));
    /** @type {(id: string) => Promise<any>} */
    this.receipt = () => Promise.reject(new Error("Nothing reads receipts here"));
    /** @type {any} */
    this.found = null;
    this.typed = "";
    this.problem = "";
    this.busy = false;
  }

  firstUpdated() {
    this.querySelector("input")?.focus();
  }

  render() {
    return this.found ? this.#shown(this.found) : this.#asked();
  }

  #asked() {
    const { name = "", figures = null } = this.row ?? {};
    return html`<form class="stack" @submit=${this.#submit}>
      <p>
        All traces of <strong>${name}</strong> will be deleted, with their inputs and outputs, attachments and feedback,
        and the views that were saved for
        it${figures?.traces ? html` (${plural(figures.traces, "trace")} in this window alone)` : nothing}. They are
        unreadable at once, then removed from tables and buckets. <strong>This cannot be undone.</strong>
      </p>
      <label class="label">
        <span>Type <strong class="deletion-name">${name}</strong> to go on</span>
        <input
          class="field"
          autofocus
          autocomplete="off"
          spellcheck="false"
          @input=${(/** @type {any} */ event) => (this.typed = event.target.value)}
        />
      </label>
      <p class="said-wrong" role="alert">${this.problem}</p>
      <div class="dialog-feet">
        <button class="button danger" ?disabled=${this.busy || this.typed.trim() !== name.trim()}>
          ${icon("trash")}${this.busy ? "Deleting…" : "Delete the project"}
        </button>
      </div>
    </form>`;
  }

  /** @param {any} receipt */
  #shown(receipt) {
    const isDone = receipt.state === "done";
    return html`<div class="stack" role="status">
      <p>
        ${
          isDone
            ? html`${icon("check-circle-fill")} Gone: ${plural(receipt.traces.removed, "trace")} of
                <strong>${this.row?.name}</strong>.`
            : html`<strong>${this.row?.name}</strong> is unreadable from now on. What it held is being removed; that
                goes on when this is closed.`
        }
      </p>
      ${receiptOf(receipt, Date.parse(receipt.asked_at))}
      ${this.problem ? html`<p class="said-wrong" role="alert">${this.problem}</p>` : nothing}
      <p class="faint small">Receipt <code>${receipt.id}</code></p>
      <div class="dialog-feet">
        <button class="button" autofocus @click=${() => this.tell("done")}>Close</button>
      </div>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit = async (event) => {
    event.preventDefault();
    this.busy = true;
    this.problem = "";
    try {
      const id = await this.begin(/** @type {any} */ (this.row).id);
      this.tell("deleted", this.row);
      await this.#follow(id);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  };

  /** @param {string} id */
  async #follow(id) {
    do {
      this.found = await this.receipt(id);
      if (this.found.state === "done") return;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    } while (this.isConnected);
  }
}

define("tk-project-deletion", ProjectDeletion);
