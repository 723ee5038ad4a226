import { asPublicAddress } from "../addresses.js";
import { previewOf, receiptOfShare, share, shareOf, shareSettings, unshare, upgradePrice } from "../ask/shares.js";
import { rulesText } from "../model/sharing.js";
import { copyText } from "../parts/copy_button.js";
import { openDialog } from "../parts/dialog.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { audience, shareLink, whoSees } from "../parts/share/link.js";
import { shareReceipt } from "../parts/share/receipt.js";
import "../parts/share/share_form.js";
import { bones, failure } from "../parts/states.js";
import { say } from "../parts/toast.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/sharing.js").Redaction} Redaction */
/** @typedef {import("../model/trace.js").Trace} Trace */

const SOON_MS = 300;
const RECEIPT_AGAIN_MS = 2_000;
const RECEIPT_ASKS = 60;

/** Whether a trace is shared, its link, until when, what it hides; and taking it back. Tells `shared` when that changed. */
export class ShareDialog extends Part {
  static properties = {
    me: { attribute: false },
    trace: { attribute: false },
    canWrite: { attribute: false },
    rules: { attribute: false },
    place: { attribute: false },
    share: { state: true },
    settings: { state: true },
    price: { state: true },
    preview: { state: true },
    problem: { state: true },
    isSure: { state: true },
    isTaking: { state: true },
    receipt: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {Trace} */
    this.trace = /** @type {any} */ (null);
    this.canWrite = false;
    /** The rules to begin with, where somebody has chosen some. @type {Redaction | null} */
    this.rules = null;
    /** Where the trace stands. @type {import("../addresses.js").Place | null} */
    this.place = null;
    /** @type {import("../ask/shares.js").Share | null} */
    this.share = null;
    /** @type {import("../ask/shares.js").ShareSettings | null} */
    this.settings = null;
    /** @type {string | null} */
    this.price = null;
    /** @type {{found: import("../ask/shares.js").Preview | null, problem: string, isAsking: boolean}} */
    this.preview = { found: null, problem: "", isAsking: true };
    /** @type {unknown} */
    this.problem = null;
    /** Whether it was asked if it is really to be taken back. */
    this.isSure = false;
    this.isTaking = false;
    /** @type {any} */
    this.receipt = null;
    this.asking = new AbortController();
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
    this.asking.abort();
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (!changed.has("isSure") || changed.get("isSure") === undefined) return;
    const to = this.isSure ? ".share-sure button" : ".share-end button";
    /** @type {HTMLElement | null} */ (this.querySelector(to))?.focus();
    this.querySelector(".share-sure")?.scrollIntoView({ block: "nearest" });
  }

  async #ask() {
    this.problem = null;
    try {
      const price = upgradePrice().catch(() => null); // whose key may not read it sees the choice without its price
      [this.share, this.settings] = await Promise.all([shareOf(this.trace.id), shareSettings()]);
      if (this.canWrite && !this.#isOff) this.#count(this.rules ?? this.share?.redaction ?? this.settings.redaction);
      this.price = await price;
    } catch (error) {
      this.problem = error;
    }
  }

  /** @param {Redaction} rules */
  async #count(rules) {
    this.asking.abort();
    const asking = (this.asking = new AbortController());
    this.preview = { ...this.preview, isAsking: true };
    await new Promise((done) => (this.timer = setTimeout(done, SOON_MS)));
    if (asking.signal.aborted) return;
    try {
      const found = await previewOf(this.trace.id, rules, asking.signal);
      this.preview = { found, problem: "", isAsking: false };
    } catch (error) {
      if (asking.signal.aborted) return;
      this.preview = { found: null, problem: error instanceof Error ? error.message : "", isAsking: false };
    }
  }

  get #isOff() {
    return this.settings?.sharing_disabled || this.settings?.organization_sharing_disabled;
  }

  get #networks() {
    return /** @type {string[]} */ (this.me?.server.allowed_networks ?? []);
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.settings) return bones(4);
    if (this.receipt) return this.#taken();
    const { share: shared } = this;
    return html`<div class="stack share-dialog">
      ${audience(shared !== null, this.#networks)} ${shared ? shareLink(shared, serverNow_ms(this.me)) : nothing}
      ${this.trace.isRunning ? html`<p class="muted small share-follows">${icon("sync")}<span>This trace is still running: its link follows it until it has ended, and shows what has arrived.</span></p>` : nothing}
      ${this.#isOff ? this.#off() : nothing} ${this.canWrite ? this.#form() : nothing}
      ${shared && this.canWrite ? this.#takingBack() : nothing}
    </div>`;
  }

  #off() {
    const by = this.settings?.organization_sharing_disabled ? "the organization" : "this workspace";
    return html`<p class="notice warn">Sharing is switched off for ${by}: no link works until it is on again.</p>`;
  }

  #form() {
    if (this.#isOff) return nothing;
    const days = this.me.server.retention_days.extended;
    return html`${this.share ? nothing : html`<p class="notice warn share-warning">${icon("alert")}<span>${whoSees(this.#networks)}</span></p>`}
      <tk-share-form
        .share=${this.share}
        .settings=${this.settings}
        .first=${this.rules}
        .asPublic=${this.place && ((/** @type {Redaction} */ rules) => this.#asPublic(rules))}
        .preview=${this.preview}
        .upgrade=${this.trace.tier === "longlived" ? null : { days, usd_per_1000: this.price }}
        .now_ms=${serverNow_ms(this.me)}
        .save=${(/** @type {any} */ said) => share(this.trace.id, said)}
        @rules=${(/** @type {CustomEvent} */ event) => this.#count(event.detail)}
        @saved=${this.#saved}
      ></tk-share-form>`;
  }

  /** @param {Redaction} rules */
  #asPublic(rules) {
    const { workspace = "", project = "" } = /** @type {import("../addresses.js").Place} */ (this.place);
    return asPublicAddress(workspace, project, this.trace.id, { rules: rulesText(rules) });
  }

  /** @param {CustomEvent} event */
  #saved = async ({ detail }) => {
    const isNew = this.share === null;
    this.share = detail;
    this.tell("shared", true);
    if (!isNew) return say("The share is changed");
    try {
      await copyText(detail.url);
      say("Shared: the link is copied");
    } catch {
      say("Shared: the link is above, to be copied"); // the browser lets no page write to the clipboard
    }
  };

  #takingBack() {
    if (!this.isSure)
      return html`<div class="share-end">
        <button class="button danger" @click=${() => (this.isSure = true)}>${icon("shield-lock")}Unshare…</button>
      </div>`;
    return html`<div class="notice error share-sure" role="group" aria-label="Unshare this trace?">
      <p>
        <strong>Unshare this trace?</strong> The link stops for everyone at once, and this same link never works again.
      </p>
      <div class="row">
        <button class="button" @click=${() => (this.isSure = false)}>Keep it shared</button>
        <button class="button danger" ?disabled=${this.isTaking} @click=${this.#take}>
          ${this.isTaking ? "Unsharing…" : "Unshare"}
        </button>
      </div>
    </div>`;
  }

  #take = async () => {
    this.isTaking = true;
    try {
      const receipt = await unshare(this.trace.id);
      this.tell("shared", false);
      this.receipt = receipt ?? { steps: [], views: 0, share_id: this.share?.share_id };
      this.#follow(RECEIPT_ASKS);
    } catch (error) {
      this.problem = error;
    } finally {
      this.isTaking = false;
      this.isSure = false;
    }
  };

  /** Ask again until the last step is done. @param {number} asks that are left */
  #follow(asks) {
    if (this.receipt.state === "done" || !asks || !this.isConnected) return;
    this.timer = setTimeout(async () => {
      this.receipt = await receiptOfShare(this.receipt.share_id).catch(() => this.receipt);
      this.#follow(asks - 1);
    }, RECEIPT_AGAIN_MS);
  }

  #taken() {
    return html`<div class="stack share-dialog">
      <p class="share-state" role="status">
        ${icon("shield-lock")}<span
          ><strong>No longer shared.</strong> Whoever opens the link is told that it is not there.</span
        >
      </p>
      ${shareReceipt(this.receipt, serverNow_ms(this.me))}
      <div class="dialog-feet">
        <button class="button primary" @click=${() => this.tell("done")}>Done</button>
      </div>
    </div>`;
  }
}

define("tk-share-dialog", ShareDialog);

/**
 * Open it over the page.
 * @param {object} asked
 * @param {Trace} asked.trace
 * @param {any} asked.me
 * @param {boolean} asked.canWrite
 * @param {Redaction | null} [asked.rules] to begin with
 * @param {import("../addresses.js").Place | null} [asked.place] where it stands; then it can be viewed as public from there
 * @param {(isShared: boolean) => void} asked.shared
 */
export const openShareDialog = ({ trace, me, canWrite, rules = null, place = null, shared }) =>
  openDialog({
    title: "Share this trace",
    body: (close) =>
      html`<tk-share-dialog
        .trace=${trace}
        .me=${me}
        .canWrite=${canWrite}
        .rules=${rules}
        .place=${place}
        @shared=${(/** @type {CustomEvent} */ event) => shared(event.detail)}
        @done=${() => close()}
      ></tk-share-dialog>`,
  });

/**
 * The mark of a shared trace, and the button that shares it or shows how it is shared.
 * @param {{isShared: boolean, isPrivate: boolean, open: () => void}} asked
 */
export const shareButton = ({ isShared, isPrivate, open }) =>
  html`${isShared ? html`<span class="badge share-mark" title="Whoever has the link sees it">${icon("globe")}${isPrivate ? "Shared" : "Public"}</span>` : nothing}
    <button class="button" @click=${open}>${icon("share")}<span class="share-word">Share</span></button>`;
