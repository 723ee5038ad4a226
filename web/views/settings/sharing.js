import { settingsAddress } from "../../addresses.js";
import { linksCounted, saveOrganizationSharing, saveShareSettings, shareSettings, tryRules } from "../../ask/shares.js";
import { plural } from "../../model/format.js";
import { confirmed } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import "../../parts/share/defaults_form.js";
import { bones, failure } from "../../parts/states.js";
import { say, sayError } from "../../parts/toast.js";

/** @typedef {import("../../ask/shares.js").ShareSettings} ShareSettings */

/** How a workspace shares: whether at all, for how long, and what is hidden; and whether its organization lets it. */
export class SharingSettingsView extends Part {
  static properties = { me: { attribute: false }, settings: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {ShareSettings | null} */
    this.settings = null;
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
      this.settings = await shareSettings();
    } catch (error) {
      this.problem = error;
    }
  }

  get #mayWrite() {
    return !this.me.api_key.read_only;
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.settings) return bones(10);
    const { sharing_disabled: isOff, organization_sharing_disabled: isAllOff } = this.settings;
    const mayAll = this.#mayWrite && this.me.api_key.organization_wide;
    const name = this.me.workspace.display_name;
    return html`<section class="settings-section" aria-labelledby="sharing-title">
        <header class="settings-section-head">
          <div>
            <h2 id="sharing-title">Sharing in ${name}</h2>
            <p class="muted">
              How links begin that anyone makes here, by the page, an SDK or the API. What is shared now is in
              <a href=${settingsAddress(this.me.tenant_id, "shared")}>Shared URLs</a>.
            </p>
          </div>
        </header>
        <tk-share-defaults
          .settings=${this.settings}
          .mayWrite=${this.#mayWrite}
          .attempt=${tryRules}
          .save=${saveShareSettings}
          @saved=${this.#saved}
        ></tk-share-defaults>
      </section>
      ${this.#switch({
        id: "workspace",
        title: "Sharing of this workspace",
        isOff,
        says: isOff ? "Nothing can be shared, and no link works, until it is on again." : "Traces can be shared.",
        mayWrite: this.#mayWrite,
        turn: (off) => this.#turn(off, false),
      })}
      ${this.#switch({
        id: "organization",
        title: "Sharing of the whole organization",
        isOff: isAllOff,
        says: isAllOff
          ? "No workspace shares anything, and no link works, until it is on again."
          : "Each workspace decides for itself.",
        mayWrite: mayAll,
        turn: (off) => this.#turn(off, true),
      })}`;
  }

  /** @param {{id: string, title: string, isOff: boolean, says: string, mayWrite: boolean, turn: (off: boolean) => void}} asked */
  #switch({ id, title, isOff, says, mayWrite, turn }) {
    return html`<section class="settings-section" aria-labelledby="sharing-${id}">
      <div class="card share-switch">
        ${icon(isOff ? "stop" : "globe")}
        <div>
          <h2 id="sharing-${id}">${title}: ${isOff ? "off" : "on"}</h2>
          <p class="muted">${says}</p>
        </div>
        <span class="spread"></span>
        ${
          mayWrite
            ? html`<button class="button ${isOff ? "" : "danger"}" @click=${() => turn(!isOff)}>
                ${isOff ? "Switch on" : "Switch off…"}
              </button>`
            : html`<span class="faint small">Your key may not change this.</span>`
        }
      </div>
    </section>`;
  }

  /** @param {CustomEvent} event */
  #saved = ({ detail }) => {
    this.settings = detail;
    say("It counts for links that are made or changed from now on");
  };

  /** @param {boolean} off @param {boolean} isWhole the organization */
  async #turn(off, isWhole) {
    try {
      if (off && !(await this.#isSure(isWhole))) return;
      this.settings = await (isWhole ? saveOrganizationSharing(off) : saveShareSettings({ sharing_disabled: off }));
      say(off ? "Sharing is off: no link works" : "Sharing is on: links work again");
    } catch (error) {
      sayError(error);
    }
  }

  /** @param {boolean} isWhole */
  async #isSure(isWhole) {
    const count = await linksCounted(isWhole ? "" : this.me.workspace.id);
    const where = isWhole ? "the whole organization" : this.me.workspace.display_name;
    return confirmed({
      title: `Switch sharing off for ${where}?`,
      text: html`<p>
          <strong
            >${count ? `${plural(count, "link")} stop${count === 1 ? "s" : ""} for everyone` : "There is no link now"}</strong
          >, and nothing can be shared until it is switched on again.
        </p>
        ${count ? html`<p class="muted">They are not taken back: they work again when it is on.</p>` : nothing}`,
      word: "Switch off",
      isDanger: true,
    });
  }
}

define("tk-settings-sharing", SharingSettingsView);
