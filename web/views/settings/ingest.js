import { ingestHealth, refusals } from "../../ask/workspaces.js";
import { count } from "../../model/format.js";
import { byReason, healthOf } from "../../model/ingest.js";
import { Part, define, html } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { healthCards, refusalGroups } from "../../parts/settings/ingest.js";
import { bones, empty, failure } from "../../parts/states.js";
import { at } from "../../parts/when.js";
import { serverNow_ms } from "../server_clock.js";

const ASK_AGAIN_MS = 10_000;
const FIRST = 100;
const MOST = 1_000;

/** How well traces come in; what was refused, why, and the way out. */
export class IngestSettings extends Part {
  static properties = {
    me: { attribute: false },
    health: { state: true },
    refused: { state: true },
    limit: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {any} */
    this.health = null;
    /** @type {import("../../model/ingest.js").Refusal[] | null} */
    this.refused = null;
    this.limit = FIRST;
    /** @type {unknown} */
    this.problem = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
    this.timer = setInterval(() => document.visibilityState === "visible" && this.#ask(), ASK_AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  async #ask() {
    try {
      [this.health, this.refused] = await Promise.all([ingestHealth(), refusals(this.limit)]);
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  render() {
    if (this.problem && !this.health) return failure(this.problem, () => this.#ask());
    if (!this.health || !this.refused) return bones(6);
    return html`<section class="settings-section wide" aria-labelledby="health-title">
        <header class="settings-section-head">
          <div>
            <h2 id="health-title">Ingest health</h2>
            <p class="muted">How well traces come in, which is another question than how your applications do.</p>
          </div>
          <span class="spread"></span>
          <span class="faint small">as of ${at(Date.parse(this.health.as_of), serverNow_ms(this.me))}</span>
          <button class="button" @click=${() => this.#ask()}>${icon("sync")}Look again</button>
        </header>
        ${healthCards(healthOf(this.health), this.health.dead_letters)}
      </section>
      ${this.#refusals(this.refused)}`;
  }

  /** @param {import("../../model/ingest.js").Refusal[]} refused */
  #refusals(refused) {
    return html`<section class="settings-section wide" aria-labelledby="refused-title">
      <header class="settings-section-head">
        <div>
          <h2 id="refused-title">Refused operations</h2>
          <p class="muted">
            What could not be taken in the last 14 days, by its reason. What stood beside it in the same request was
            kept.
          </p>
        </div>
      </header>
      ${
        refused.length
          ? html`${refusalGroups(byReason(refused), serverNow_ms(this.me))}${this.#more(refused.length)}`
          : empty({
              title: "Nothing was refused",
              text: "Everything that was sent in the last 14 days could be taken.",
              sign: "check-circle",
            })
      }
    </section>`;
  }

  /** @param {number} shown */
  #more(shown) {
    if (shown < this.limit) return html`<p class="faint small">That is all of them: ${count(shown)}.</p>`;
    if (shown >= MOST) return html`<p class="faint small">The newest ${count(MOST)} are shown. There may be more.</p>`;
    return html`<p class="row">
      <button class="button" @click=${this.#loadMore}>Load more</button>
      <span class="faint small">The newest ${count(shown)} are shown</span>
    </p>`;
  }

  #loadMore = () => {
    this.limit = Math.min(MOST, this.limit * 4);
    return this.#ask();
  };
}

define("tk-settings-ingest", IngestSettings);
