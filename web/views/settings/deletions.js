import { deletions } from "../../ask/projects.js";
import { plural, timeOf } from "../../model/format.js";
import { Part, define, html } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { receiptOf } from "../../parts/settings/receipt.js";
import { bones, empty, failure } from "../../parts/states.js";
import { when } from "../../parts/when.js";
import { serverNow_ms } from "../server_clock.js";

/** @type {Record<string, string>} */
const STATES = { finding: "finding the traces", removing: "removing", done: "done" };
const MOST = 100;
const ASK_AGAIN_MS = 5_000;

/** Receipts of what was deleted: who asked, what was done, and when. */
export class DeletionSettings extends Part {
  static properties = { me: { attribute: false }, receipts: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {any[] | null} */
    this.receipts = null;
    /** @type {unknown} */
    this.problem = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async #ask() {
    try {
      this.receipts = await deletions(MOST);
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
    const goesOn = this.receipts?.some((one) => one.state !== "done");
    if (goesOn && this.isConnected) this.timer = setTimeout(() => this.#ask(), ASK_AGAIN_MS);
  }

  render() {
    return html`<section class="settings-section wide" aria-labelledby="deletions-title">
      <header class="settings-section-head">
        <div>
          <h2 id="deletions-title">Deletions</h2>
          <p class="muted">
            What was deleted on request, with a receipt: unreadable at once, then removed from tables and buckets.
          </p>
        </div>
      </header>
      ${this.#body()}
    </section>`;
  }

  #body() {
    if (this.problem && !this.receipts) return failure(this.problem, () => this.#ask());
    if (!this.receipts) return bones(3);
    if (!this.receipts.length) {
      return empty({
        title: "Nothing was deleted",
        text: "Traces go by themselves when their time is over; that needs no receipt.",
        sign: "trash",
      });
    }
    return html`<div class="card refusals">${this.receipts.map((one) => this.#receipt(one))}</div>`;
  }

  /** @param {any} receipt */
  #receipt(receipt) {
    const now_ms = serverNow_ms(this.me);
    const by = receipt.asked_by;
    return html`<details>
      <summary>
        ${icon("chevron-right")}
        ${receipt.state === "done" ? html`<span class="badge ok">${icon("check")}done</span>` : html`<span class="badge">${icon("hourglass")}${STATES[receipt.state] ?? receipt.state}</span>`}
        <span class="refusal-kind">${saidOf(receipt.named)}</span>
        <span class="faint small">${when(timeOf(receipt.asked_at), now_ms)}</span>
      </summary>
      <div class="deletion-receipt">
        <p class="muted small">
          Asked with the key ${by.api_key_description || by.api_key_id} · ${plural(receipt.traces.removed, "trace")}
          removed · receipt <code>${receipt.id}</code>
        </p>
        ${receiptOf(receipt, now_ms)}
      </div>
    </details>`;
  }
}

/** What was asked to be deleted. @param {any} named */
function saidOf(named) {
  if (named.metadata) return html`Traces with metadata <code>${JSON.stringify(named.metadata)}</code>`;
  if (named.trace_ids)
    return html`${plural(named.trace_ids.length, "trace")} of project <code>${named.session_id}</code>`;
  return html`Project <code>${named.session_id}</code>, whole`;
}

define("tk-settings-deletions", DeletionSettings);
