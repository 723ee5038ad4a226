import { SIGN_IN } from "../../addresses.js";
import { timeOf } from "../../model/format.js";
import { Part, define, html } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import { facts } from "../../parts/settings/facts.js";
import "../../parts/theme_switch.js";
import { sayError } from "../../parts/toast.js";
import { at } from "../../parts/when.js";
import { go } from "../../router.js";
import { signOut } from "../../session.js";
import { serverNow_ms } from "../server_clock.js";

/** What concerns this browser alone: its colours, and who is signed in. */
export class BrowserSettings extends Part {
  static properties = { me: { attribute: false } };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
  }

  render() {
    const { api_key, session } = this.me;
    const end = timeOf(session?.expires_at);
    return html`<section class="settings-section" aria-labelledby="appearance-title">
        <header class="settings-section-head"><h2 id="appearance-title">Appearance</h2></header>
        ${facts([{ word: "Colours", value: html`<tk-theme-switch></tk-theme-switch>`, hint: "Light, dark, or as the system has it; kept in this browser" }])}
      </section>
      <section class="settings-section" aria-labelledby="session-title">
        <header class="settings-section-head">
          <h2 id="session-title">Session</h2>
          <span class="spread"></span>
          <button class="button" @click=${this.#leave}>${icon("sign-out")}Sign out</button>
        </header>
        ${facts([
          { word: "Signed in with", value: html`<code>${api_key.short_key}</code> ${api_key.description}` },
          { word: "May", value: api_key.read_only ? "read" : "read and write" },
          {
            word: "Ends",
            value: end === null ? "with the key" : at(end, serverNow_ms(this.me)),
            hint: "A cookie that no script can read; revoking the key ends it too",
          },
        ])}
      </section>`;
  }

  #leave = async () => {
    try {
      await signOut();
      go(SIGN_IN);
    } catch (error) {
      sayError(error);
    }
  };
}

define("tk-settings-browser", BrowserSettings);
