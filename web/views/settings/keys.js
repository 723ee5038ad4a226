import { createKey, keys, revokeKey } from "../../ask/keys.js";
import { confirmed, openDialog } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import "../../parts/settings/key_form.js";
import { keyTable } from "../../parts/settings/key_table.js";
import { bones, failure } from "../../parts/states.js";
import { say, sayError } from "../../parts/toast.js";
import { serverNow_ms } from "../server_clock.js";

/** @typedef {import("../../ask/keys.js").ApiKey} ApiKey */

/** The API keys of the workspace: who may send and read, until when. */
export class KeySettings extends Part {
  static properties = { me: { attribute: false }, keys: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {ApiKey[] | null} */
    this.keys = null;
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
      this.keys = await keys();
    } catch (error) {
      this.problem = error;
    }
  }

  render() {
    return html`<section class="settings-section wide" aria-labelledby="keys-title">
      <header class="settings-section-head">
        <div>
          <h2 id="keys-title">API keys</h2>
          <p class="muted">A key is shown when it is made, and never again. What is stored is a hash of it.</p>
        </div>
        <span class="spread"></span>
        ${this.#mayManage ? html`<button class="button primary" @click=${this.#create}>${icon("plus")}New key</button>` : html`<span class="faint small">You are signed in with a read-only key, which changes none</span>`}
      </header>
      ${this.#body()}
    </section>`;
  }

  get #mayManage() {
    return this.me.permissions.includes("api-keys:manage");
  }

  #body() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.keys) return bones(3);
    const revoke = this.#mayManage ? (/** @type {ApiKey} */ key) => this.#revoke(key) : null;
    return keyTable(this.keys, serverNow_ms(this.me), revoke);
  }

  #create = async () => {
    await openDialog({
      title: "New API key",
      body: (close) =>
        html`<tk-key-form
          .endpoint=${this.me.server.endpoint}
          .now_ms=${serverNow_ms(this.me)}
          ?mayBeWide=${this.me.api_key.organization_wide}
          .save=${createKey}
          @saved=${() => this.#ask()}
          @done=${() => close()}
        ></tk-key-form>`,
    });
  };

  /** @param {ApiKey} key */
  async #revoke(key) {
    const isSure = await confirmed({
      title: `Revoke ${key.short_key}?`,
      text: html`<div class="stack">
        <p>
          Whatever sends or reads with <strong>${key.description || key.short_key}</strong> is refused from now on,
          within a minute everywhere. A revoked key cannot be brought back.
        </p>
        ${
          key.is_current
            ? html`<p class="notice warn">
                ${icon("alert")} This is the key that you are signed in with. You will be signed out here, and wherever
                else it signed in. Have another key at hand.
              </p>`
            : nothing
        }
      </div>`,
      word: key.is_current ? "Revoke it and sign out" : "Revoke the key",
      isDanger: true,
    });
    if (!isSure) return;
    try {
      await revokeKey(key.id, { evenMine: key.is_current });
      say(`${key.short_key} is revoked`);
      await this.#ask();
    } catch (error) {
      sayError(error);
    }
  }
}

define("tk-settings-keys", KeySettings);
