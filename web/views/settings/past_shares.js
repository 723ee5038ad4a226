import { LINKS_A_PAGE, receiptsOfShares } from "../../ask/shares.js";
import { plural, timeOf } from "../../model/format.js";
import { reasonSaid } from "../../model/shared_urls.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { shareReceipt } from "../../parts/share/receipt.js";
import { bones, empty, failure } from "../../parts/states.js";
import { sayError } from "../../parts/toast.js";
import { when } from "../../parts/when.js";
import { serverNow_ms } from "../server_clock.js";

const ASK_AGAIN_MS = 5_000;

/** Receipts of links that work no more: why, who asked, and each step with its time. They hold no content. */
export class PastShares extends Part {
  static properties = {
    me: { attribute: false },
    isAlone: { attribute: false },
    receipts: { state: true },
    hasMore: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    this.isAlone = true;
    /** @type {any[] | null} open ones too */
    this.receipts = null;
    this.hasMore = false;
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
    this.problem = null;
    try {
      this.receipts = await receiptsOfShares(null);
      this.hasMore = this.receipts.length === LINKS_A_PAGE;
      if (!this.#past.length && this.hasMore) await this.#more();
    } catch (error) {
      this.problem = error;
    }
    const goesOn = this.receipts?.some((one) => one.state === "removing") && this.receipts.length <= LINKS_A_PAGE;
    if (goesOn && this.isConnected) this.timer = setTimeout(() => this.#ask(), ASK_AGAIN_MS);
  }

  /** Until there are past ones among them, or no more. */
  #more = async () => {
    const before = this.#past.length;
    try {
      while (this.hasMore && this.#past.length === before) {
        const found = await receiptsOfShares(this.receipts?.at(-1)?.share_id ?? null);
        this.receipts = [...(this.receipts ?? []), ...found];
        this.hasMore = found.length === LINKS_A_PAGE;
      }
    } catch (error) {
      sayError(error);
    }
  };

  get #past() {
    return (this.receipts ?? []).filter((one) => one.state !== "shared");
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.receipts) return bones(3);
    if (!this.#past.length) {
      return empty({
        title: "No link was taken back yet",
        text: "When one is, or ends by itself, its receipt is here: each step, when it was done, and who asked for it.",
        sign: "shield-lock",
      });
    }
    return html`<div class="card refusals">${this.#past.map((one) => this.#receipt(one))}</div>
      ${this.hasMore ? html`<button class="button share-more" @click=${this.#more}>Show older ones</button>` : nothing}`;
  }

  /** @param {any} receipt */
  #receipt(receipt) {
    const now_ms = serverNow_ms(this.me);
    const isDone = receipt.state === "done";
    const ended = timeOf(receipt.asked_at) ?? timeOf(receipt.steps[0]?.done_at) ?? timeOf(receipt.expires_at);
    return html`<details>
      <summary>
        ${icon("chevron-right")}
        <span class="badge ${isDone ? "ok" : ""}"
          >${icon(isDone ? "check" : "hourglass")}${isDone ? "done" : "removing"}</span
        >
        <span class="refusal-kind">${reasonSaid(receipt)} ${this.#by(receipt)}</span>
        ${this.isAlone ? nothing : html`<span class="faint small">${receipt.workspace_name}</span>`}
        <span class="faint small number">${plural(receipt.views, "view")}</span>
        <span class="faint small">${when(ended, now_ms)}</span>
      </summary>
      <div class="deletion-receipt">
        <p class="muted small">
          Trace <code>${receipt.trace_id}</code> · shared ${when(timeOf(receipt.shared_at), now_ms)} with the key
          ${receipt.shared_by.api_key_description || receipt.shared_by.api_key_id}
        </p>
        ${shareReceipt(receipt, now_ms)}
      </div>
    </details>`;
  }

  /** @param {any} receipt */
  #by({ asked_by: by }) {
    const key = by?.api_key_description || by?.api_key_id;
    return key ? html`<span class="muted">with the key ${key}</span>` : nothing;
  }
}

define("tk-past-shares", PastShares);
