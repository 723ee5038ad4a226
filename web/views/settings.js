import { settingsAddress } from "../addresses.js";
import { Part, define, html } from "../parts/element.js";
import "../parts/tabs.js";
import { go } from "../router.js";
import "./settings/browser.js";
import "./settings/deletions.js";
import "./settings/ingest.js";
import "./settings/keys.js";
import "./settings/prices.js";
import "./settings/shares.js";
import "./settings/sharing.js";
import "./settings/retention.js";
import "./settings/usage.js";
import "./settings/workspace.js";

/** The sections, in order; each is an element that gets `.me`. */
const SECTIONS = [
  {
    id: "workspace",
    word: "Workspace",
    draw: (/** @type {any} */ me) => html`<tk-settings-workspace .me=${me}></tk-settings-workspace>`,
  },
  {
    id: "keys",
    word: "API keys",
    draw: (/** @type {any} */ me) => html`<tk-settings-keys .me=${me}></tk-settings-keys>`,
  },
  {
    id: "ingest",
    word: "Ingest",
    draw: (/** @type {any} */ me) => html`<tk-settings-ingest .me=${me}></tk-settings-ingest>`,
  },
  {
    id: "prices",
    word: "Prices",
    draw: (/** @type {any} */ me) => html`<tk-settings-prices .me=${me}></tk-settings-prices>`,
  },
  {
    id: "retention",
    word: "Retention",
    draw: (/** @type {any} */ me) => html`<tk-settings-retention .me=${me}></tk-settings-retention>`,
  },
  {
    id: "usage",
    word: "Usage",
    draw: (/** @type {any} */ me) => html`<tk-settings-usage .me=${me}></tk-settings-usage>`,
  },
  {
    id: "sharing",
    word: "Sharing",
    draw: (/** @type {any} */ me) => html`<tk-settings-sharing .me=${me}></tk-settings-sharing>`,
  },
  {
    id: "shared",
    word: "Shared URLs",
    draw: (/** @type {any} */ me, /** @type {any} */ place) =>
      html`<tk-settings-shares .me=${me} .place=${place}></tk-settings-shares>`,
  },
  {
    id: "deletions",
    word: "Deletions",
    draw: (/** @type {any} */ me) => html`<tk-settings-deletions .me=${me}></tk-settings-deletions>`,
  },
  {
    id: "browser",
    word: "This browser",
    draw: (/** @type {any} */ me) => html`<tk-settings-browser .me=${me}></tk-settings-browser>`,
  },
];

/** What the owner of a workspace sets and looks after, a section a tab; the address names the section. */
export class SettingsView extends Part {
  static properties = { place: { attribute: false }, me: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
  }

  get #section() {
    return SECTIONS.find((one) => one.id === this.place?.section) ?? SECTIONS[0];
  }

  updated() {
    document.title = `${this.#section.word} · Settings · Tracekeep`;
  }

  render() {
    const section = this.#section;
    return html`<header class="view-head settings-head">
        <h1>Settings</h1>
        <tk-tabs
          label="Sections of the settings"
          .tabs=${SECTIONS.map(({ id, word }) => ({ id, word }))}
          chosen=${section.id}
          @choose=${(/** @type {CustomEvent} */ event) => go(settingsAddress(this.me.tenant_id, event.detail))}
        ></tk-tabs>
      </header>
      <div class="view-body settings-body" role="tabpanel" aria-labelledby="tab-${section.id}">
        ${section.draw(this.me, this.place)}
      </div>`;
  }
}

define("tk-settings-view", SettingsView);
