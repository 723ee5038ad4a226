import { extendedDays, goByOrganization, saveExtendedDays, saveTtlSettings, ttlSettings } from "../../ask/retention.js";
import { plural } from "../../model/format.js";
import { choicesOf, saysSomething } from "../../model/retention.js";
import { confirmed, openDialog } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { facts } from "../../parts/settings/facts.js";
import "../../parts/settings/retention_forms.js";
import { bones, failure } from "../../parts/states.js";
import { say, sayError } from "../../parts/toast.js";

/** @typedef {import("../../model/retention.js").TtlRow} TtlRow */
/** @typedef {"organization" | "workspace"} Scope */

/** How long traces are kept: where new ones begin, what keeps them longer, and the days of each tier. */
export class RetentionSettings extends Part {
  static properties = {
    me: { attribute: false },
    rows: { state: true },
    days: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {TtlRow[] | null} */
    this.rows = null;
    /** @type {import("../../ask/retention.js").Days | null} */
    this.days = null;
    /** @type {unknown} */
    this.problem = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
  }

  async #ask() {
    this.problem = null;
    try {
      [this.rows, this.days] = await Promise.all([ttlSettings(), extendedDays()]);
    } catch (error) {
      this.problem = error;
    }
  }

  get #mayWrite() {
    return !this.me.api_key.read_only;
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.rows || !this.days) return bones(10);
    const { organization, own, counts } = choicesOf(this.rows, this.me.tenant_id);
    const mayAll = this.#mayWrite && this.me.api_key.organization_wide;
    const says = own
      ? "Chosen for this workspace. A project can choose otherwise for its own traces."
      : "As the organization says, until something is chosen here. A project can choose otherwise for its own traces.";
    return html`${this.#scope("workspace", `Workspace: ${this.me.workspace.display_name}`, says, counts, this.#mayWrite)}
    ${this.#scope("organization", "Whole organization", "For workspaces that have chosen nothing themselves.", organization, mayAll)}
    ${this.#tiers(this.days)}`;
  }

  /** @param {Scope} scope @param {string} title @param {string} says @param {TtlRow} row @param {boolean} mayWrite */
  #scope(scope, title, says, row, mayWrite) {
    return html`<section class="settings-section" aria-labelledby="retention-${scope}">
      <header class="settings-section-head">
        <div>
          <h2 id="retention-${scope}">${title}</h2>
          <p class="muted">${says}</p>
        </div>
      </header>
      ${scope === "workspace" && mayWrite && saysSomething(row) ? this.#back() : nothing}
      <tk-tier-form
        .row=${row}
        .days=${{ base: this.me.server.retention_days.base, extended: this.#extended(scope) }}
        .scope=${scope}
        .mayWrite=${mayWrite}
        .save=${(/** @type {any} */ said) => saveTtlSettings(scope === "organization", said)}
        @saved=${() => this.#saved(scope)}
      ></tk-tier-form>
    </section>`;
  }

  /** What the workspace says can be taken back, with all of its parts. */
  #back() {
    return html`<p class="notice row retention-back">
      <span class="spread">This workspace has choices of its own.</span>
      <button class="button slim" @click=${this.#goBack}>${icon("reply")}Go by the organization</button>
    </p>`;
  }

  #goBack = async () => {
    const isSure = await confirmed({
      title: "Go by the organization?",
      text: "What this workspace chose is taken back: the tier of new traces, what feedback does, and the days of extended traces. It counts for traces that are received from then on.",
      word: "Go by the organization",
    });
    if (!isSure) return;
    try {
      await goByOrganization();
    } catch (error) {
      sayError(error);
      return;
    }
    say("The workspace goes by what the organization says");
    await this.#ask();
  };

  /** @param {Scope} scope */
  #extended(scope) {
    const most = this.me.server.retention_days.extended;
    return scope === "workspace" ? (this.days?.longlived_ttl_days ?? most) : most;
  }

  /** @param {Scope} scope */
  async #saved(scope) {
    say(`It counts for traces of the ${scope} that are received from now on`);
    await this.#ask();
  }

  /** @param {import("../../ask/retention.js").Days} days */
  #tiers({ longlived_ttl_days, is_custom }) {
    const { base, extended } = this.me.server.retention_days;
    return html`<section class="settings-section" aria-labelledby="retention-days">
      <header class="settings-section-head">
        <div>
          <h2 id="retention-days">Days of the tiers</h2>
          <p class="muted">
            Counted from when the first of a trace was received. At its end a trace is unreadable at once, and erased
            within two days.
          </p>
        </div>
        <span class="spread"></span>
        ${this.#mayWrite ? html`<button class="button" @click=${this.#change}>${icon("pencil")}Change the extended days</button>` : nothing}
      </header>
      ${facts([
        { word: "Base", value: plural(base, "day"), hint: "Of the deployment: its option base_days" },
        {
          word: "Extended",
          value: plural(longlived_ttl_days, "day"),
          hint: is_custom
            ? `Chosen for this workspace; the deployment has ${extended}`
            : "Of the deployment: its option extended_days. A workspace can have fewer",
        },
      ])}
    </section>`;
  }

  #change = async () => {
    const most = this.me.server.retention_days.extended;
    const saved = await openDialog({
      title: "Days of extended traces",
      body: (close) =>
        html`<tk-days-form
          .days=${this.days?.is_custom ? this.days.longlived_ttl_days : null}
          .most=${most}
          .save=${saveExtendedDays}
          @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
        ></tk-days-form>`,
    });
    if (!saved) return;
    say(`Extended traces of this workspace are kept for ${plural(saved.longlived_ttl_days, "day")}`);
    await this.#ask();
  };
}

define("tk-settings-retention", RetentionSettings);
