import { traceAddress } from "../../addresses.js";
import { linksFile, linksOf, unshareAll, unshareThese } from "../../ask/shares.js";
import { workspaces } from "../../ask/workspaces.js";
import { plural } from "../../model/format.js";
import { linksAsked, sortedBy } from "../../model/shared_urls.js";
import { confirmed, openDialog } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import "../../parts/share/share_table.js";
import "../../parts/share/unshare_all.js";
import { bones, empty, failure } from "../../parts/states.js";
import "../../parts/tabs.js";
import { say, sayError } from "../../parts/toast.js";
import { amend } from "../../router.js";
import { serverNow_ms } from "../server_clock.js";
import "./past_shares.js";

/** @typedef {import("../../model/shared_urls.js").Listed} Listed */
/** @typedef {import("../../model/shared_urls.js").LinksAsked} LinksAsked */

const SOON_MS = 250;
const TABS = [
  { id: "shared-now", word: "Shared now" },
  { id: "shared-past", word: "Taken back or ended" },
];

/** What is shared, in all workspaces that one may see: until when, how often it was looked at; and taking it back. */
export class ShareSettingsView extends Part {
  static properties = {
    me: { attribute: false },
    place: { attribute: false },
    links: { state: true },
    total: { state: true },
    spaces: { state: true },
    problem: { state: true },
    chosen: { state: true },
    isMore: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {import("../../addresses.js").Place | null} */
    this.place = null;
    /** @type {Listed[] | null} */
    this.links = null;
    this.total = 0;
    /** @type {import("../../ask/workspaces.js").Workspace[]} */
    this.spaces = [];
    /** @type {unknown} */
    this.problem = null;
    /** @type {Set<string>} tokens */
    this.chosen = new Set();
    this.isMore = false;
    this.known = "";
    this.asking = new AbortController();
  }

  connectedCallback() {
    super.connectedCallback();
    workspaces()
      .then((found) => (this.spaces = found))
      .catch(() => undefined); // without them their names are missing, and no link is
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.asking.abort();
  }

  willUpdate() {
    const wanted = JSON.stringify(this.#asked);
    if (wanted === this.known || this.#isPast) return;
    const isFirst = this.known === "";
    this.known = wanted;
    this.#ask(isFirst ? 0 : SOON_MS);
  }

  get #query() {
    return this.place?.query ?? new URLSearchParams();
  }

  get #asked() {
    return linksAsked(this.#query);
  }

  get #isPast() {
    return this.#query.get("show") === "past";
  }

  /** @param {number} [wait_ms] */
  async #ask(wait_ms = 0) {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    this.problem = null;
    await new Promise((done) => setTimeout(done, wait_ms));
    if (signal.aborted) return;
    await this.#take(0, signal);
  }

  /** @param {number} offset @param {AbortSignal} signal */
  async #take(offset, signal) {
    try {
      const { entities, total } = await linksOf(this.#asked, offset, signal);
      this.links = offset ? [...(this.links ?? []), ...entities] : entities;
      this.total = total;
      if (!offset) this.chosen = new Set();
    } catch (error) {
      if (signal.aborted) return;
      if (offset) sayError(error);
      else this.problem = error;
    }
  }

  #more = async () => {
    this.isMore = true;
    await this.#take(this.links?.length ?? 0, this.asking.signal);
    this.isMore = false;
  };

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
        ${this.#isPast || !this.total ? nothing : this.#deeds()}
      </header>
      <tk-tabs
        class="share-tabs"
        label="Which links"
        .tabs=${TABS}
        chosen=${this.#isPast ? TABS[1].id : TABS[0].id}
        @choose=${(/** @type {CustomEvent} */ event) => {
          event.stopPropagation();
          amend({ show: event.detail === TABS[1].id ? "past" : null });
        }}
      ></tk-tabs>
      <div role="tabpanel" aria-labelledby="tab-${this.#isPast ? TABS[1].id : TABS[0].id}">
        ${this.#isPast ? html`<tk-past-shares .me=${this.me} .isAlone=${this.spaces.length < 2}></tk-past-shares>` : this.#now()}
      </div>
    </section>`;
  }

  #deeds() {
    const file = (/** @type {"csv" | "json"} */ format) =>
      html`<a class="button" href=${linksFile(this.#asked, format)} download
        >${icon("download")}${format.toUpperCase()}</a
      >`;
    return html`${file("csv")} ${file("json")}
    ${this.#mayUnshare ? html`<button class="button danger" @click=${this.#takeAll}>Unshare all…</button>` : nothing}`;
  }

  #now() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.links) return bones(3);
    const { q, workspace } = this.#asked;
    if (!this.total && !q && !workspace) {
      return empty({
        title: "Nothing is shared",
        text: "Open a trace and press Share: whoever has its link sees it, until you take it back here or there.",
        sign: "share",
      });
    }
    return html`${this.#bar(this.#asked)}
    ${this.links.length ? this.#table(this.links) : html`<p class="muted" role="status">No shared trace has these words.</p>`}
    ${
      this.links.length < this.total
        ? html`<button class="button share-more" ?disabled=${this.isMore} @click=${this.#more}>
            ${this.isMore ? "Asking…" : `Show more of ${plural(this.total, "link")}`}
          </button>`
        : nothing
    }`;
  }

  /** @param {LinksAsked} asked */
  #bar({ q, workspace }) {
    return html`<div class="shared-bar">
      <input
        class="field"
        type="search"
        aria-label="Search what is shared"
        placeholder="Trace, project, who, link"
        maxlength="200"
        .value=${q}
        @input=${(/** @type {any} */ event) => amend({ q: event.target.value })}
      />
      ${this.spaces.length > 1 ? this.#spaces(workspace) : nothing}
      <span class="muted" role="status">${plural(this.total, "link")}</span>
      <span class="spread"></span>
      ${
        this.chosen.size
          ? html`<button class="button danger" @click=${() => this.#takeBack(this.#chosen)}>
              ${icon("x")}Unshare ${plural(this.chosen.size, "link")}…
            </button>`
          : nothing
      }
    </div>`;
  }

  /** @param {string} chosen */
  #spaces(chosen) {
    return html`<select
      class="field"
      aria-label="Workspace"
      @change=${(/** @type {any} */ event) => amend({ workspace: event.target.value })}
    >
      <option value="" ?selected=${!chosen}>All workspaces</option>
      ${this.spaces.map(({ id, display_name }) => html`<option value=${id} ?selected=${id === chosen}>${display_name}</option>`)}
    </select>`;
  }

  /** What is chosen and to be seen: nobody takes back what a search has hidden from them. */
  get #chosen() {
    return (this.links ?? []).filter((one) => this.chosen.has(one.share_token));
  }

  /** @param {Listed[]} links */
  #table(links) {
    return html`<tk-share-table
      .links=${links}
      .chosen=${this.chosen}
      .asked=${this.#asked}
      .now_ms=${serverNow_ms(this.me)}
      .addressOf=${(/** @type {Listed} */ one) => traceAddress(one.tenant_id, one.session_id, one.run_id, { trace_id: one.run_id })}
      .mayUnshare=${this.#mayUnshare}
      .hasWorkspaces=${this.spaces.length > 1}
      @sort=${(/** @type {CustomEvent} */ event) => amend(sortedBy(this.#asked, event.detail))}
      @choose=${(/** @type {CustomEvent} */ event) => (this.chosen = new Set(event.detail))}
      @unshare=${(/** @type {CustomEvent} */ event) => this.#takeBack([event.detail])}
    ></tk-share-table>`;
  }

  /** @param {Listed[]} links */
  async #takeBack(links) {
    const [title, text] =
      links.length === 1
        ? [`Unshare ${links[0].run_name}?`, "Its link stops for everyone at once, and never works again."]
        : [`Unshare ${plural(links.length, "link")}?`, "They stop for everyone at once, and never work again."];
    if (!(await confirmed({ title, text: html`<p>${text}</p>`, word: "Unshare", isDanger: true }))) return;
    const tokens = links.map((one) => one.share_token);
    await this.#done(() => unshareThese(tokens));
  }

  /** All of the workspace that is looked at, or of all of them, whatever was searched for. */
  #takeAll = async () => {
    const { workspace } = this.#asked;
    const { total } = await linksOf({ ...this.#asked, q: "" }, 0, this.asking.signal);
    const where = this.spaces.find(({ id }) => id === workspace)?.display_name ?? null;
    const isSure = await openDialog({
      title: "Unshare all",
      body: (close) =>
        html`<tk-unshare-all
          .total=${total}
          .where=${where}
          .isAlone=${this.spaces.length < 2}
          @sure=${() => close(true)}
          @left=${() => close(false)}
        ></tk-unshare-all>`,
    });
    if (isSure === true) await this.#done(() => unshareAll(workspace));
  };

  /** @param {() => Promise<{unshared: number}>} take */
  async #done(take) {
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
