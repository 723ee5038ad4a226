import { traceAddress } from "../../addresses.js";
import { sharesOfWorkspace, unshareAll, unshareThese } from "../../ask/shares.js";
import { plural } from "../../model/format.js";
import { sharesWith } from "../../model/sharing.js";
import { confirmed } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { shareTable } from "../../parts/share/share_table.js";
import { bones, empty, failure } from "../../parts/states.js";
import { say, sayError } from "../../parts/toast.js";
import { serverNow_ms } from "../server_clock.js";

/** @typedef {import("../../model/sharing.js").Listed} Listed */

/** What the workspace shares: with whom it was meant, until when, how often it was looked at; and taking it back. */
export class ShareSettingsView extends Part {
  static properties = {
    me: { attribute: false },
    shares: { state: true },
    problem: { state: true },
    words: { state: true },
    chosen: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {Listed[] | null} */
    this.shares = null;
    /** @type {unknown} */
    this.problem = null;
    this.words = "";
    /** @type {Set<string>} tokens */
    this.chosen = new Set();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
  }

  async #ask() {
    this.problem = null;
    try {
      this.shares = await sharesOfWorkspace();
      this.chosen = new Set();
    } catch (error) {
      this.problem = error;
    }
  }

  get #mayUnshare() {
    return !this.me.api_key.read_only;
  }

  render() {
    return html`<section class="settings-section wide" aria-labelledby="shares-title">
      <header class="settings-section-head">
        <div>
          <h2 id="shares-title">Shared URLs</h2>
          <p class="muted">${whoSeesThem(this.me.server.allowed_networks ?? [])}</p>
        </div>
        <span class="spread"></span>
        ${
          this.shares?.length && this.#mayUnshare
            ? html`<button class="button danger" @click=${this.#takeAll}>Unshare all…</button>`
            : nothing
        }
      </header>
      ${this.#body()}
    </section>`;
  }

  #body() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.shares) return bones(3);
    if (!this.shares.length) {
      return empty({
        title: "Nothing is shared",
        text: "Open a trace and press Share: whoever has its link sees it, until you take it back here or there.",
        sign: "share",
      });
    }
    const found = sharesWith(this.shares, this.words);
    return html`${this.#bar(found)}
    ${found.length ? this.#table(found) : html`<p class="muted" role="status">No shared trace has these words.</p>`}`;
  }

  /** @param {Listed[]} found */
  #bar(found) {
    const chosen = this.#chosenOf(found);
    return html`<div class="shared-bar">
      <input
        class="field"
        type="search"
        aria-label="Search what is shared"
        placeholder="Trace, project, who, link"
        .value=${this.words}
        @input=${(/** @type {any} */ event) => (this.words = event.target.value)}
      />
      <span class="muted" role="status">${plural(found.length, "link")}</span>
      <span class="spread"></span>
      ${
        chosen.length
          ? html`<button class="button danger" @click=${() => this.#take(chosen)}>
              ${icon("x")}Unshare ${plural(chosen.length, "link")}…
            </button>`
          : nothing
      }
    </div>`;
  }

  /** What is chosen and to be seen: nobody takes back what a search has hidden from them. @param {Listed[]} found */
  #chosenOf(found) {
    return found.filter((one) => this.chosen.has(one.share_token));
  }

  /** @param {Listed[]} found */
  #table(found) {
    const workspace = this.me.workspace.id;
    const chosen = new Set(this.#chosenOf(found).map((one) => one.share_token));
    return shareTable(found, chosen, serverNow_ms(this.me), {
      addressOf: (one) => traceAddress(workspace, one.session_id, one.run_id, { trace_id: one.run_id }),
      unshare: this.#mayUnshare ? (one) => this.#take([one]) : null,
      choose: (tokens) => (this.chosen = new Set(tokens)),
    });
  }

  /** @param {Listed[]} shares */
  async #take(shares) {
    const title = shares.length === 1 ? `Unshare ${shares[0].run_name}?` : `Unshare ${plural(shares.length, "link")}?`;
    const text =
      shares.length === 1
        ? "Its link stops for everyone at once, and never works again."
        : "They stop for everyone at once, and never work again.";
    const tokens = shares.map((one) => one.share_token);
    await this.#done(title, text, () => unshareThese(tokens));
  }

  #takeAll = () =>
    this.#done(
      `Unshare all ${plural(this.shares?.length ?? 0, "link")}?`,
      "Every link of this workspace stops for everyone at once, those too that this list does not show, and never works again.",
      unshareAll,
    );

  /** @param {string} title @param {string} text @param {() => Promise<{unshared: number}>} take */
  async #done(title, text, take) {
    if (!(await confirmed({ title, text: html`<p>${text}</p>`, word: "Unshare", isDanger: true }))) return;
    try {
      const { unshared } = await take();
      say(`${plural(unshared, "link")} unshared`);
      await this.#ask();
    } catch (error) {
      sayError(error);
    }
  }
}

/** @param {string[]} networks of a private deployment; none is anyone */
const whoSeesThem = (networks) =>
  networks.length
    ? `Whoever has one of these links sees its trace from these networks, and from nowhere else: ${networks.join(", ")}.`
    : "Anyone who has one of these links sees its trace, without an account, and can change nothing.";

define("tk-settings-shares", ShareSettingsView);
