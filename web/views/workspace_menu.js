import { SIGN_IN, projectsAddress, settingsAddress } from "../addresses.js";
import { workspaces } from "../ask/workspaces.js";
import { Part, define, html, nothing } from "../parts/element.js";
import "../parts/menu.js";
import { sayError } from "../parts/toast.js";
import { go } from "../router.js";
import { signOut } from "../session.js";

const LONGEST_WORD = 20;

/** Which workspace this is, the others that the key sees, and the way out. */
export class WorkspaceMenu extends Part {
  static properties = { me: { attribute: false }, others: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {import("../ask/workspaces.js").Workspace[]} */
    this.others = [];
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("me") && this.me?.api_key.organization_wide) this.#ask();
  }

  async #ask() {
    try {
      this.others = await workspaces();
    } catch {
      this.others = []; // the menu does without; the view says what is wrong
    }
  }

  render() {
    if (!this.me) return nothing;
    const name = this.me.workspace.display_name;
    return html`<tk-menu
      sign="organization"
      word=${name.length > LONGEST_WORD ? `${name.slice(0, LONGEST_WORD)}…` : name}
      label="Workspace ${name}"
      look="quiet"
      .items=${this.#items()}
    ></tk-menu>`;
  }

  /** @returns {(import("../parts/menu.js").MenuItem | "-")[]} */
  #items() {
    const { tenant_id: here, api_key } = this.me;
    const several = this.others.length > 1 ? this.others : [];
    return [
      ...several.map((one) => ({
        word: one.display_name,
        isChecked: one.id === here,
        run: () => go(projectsAddress(one.id)),
      })),
      .../** @type {"-"[]} */ (several.length ? ["-"] : []),
      { word: "Workspace settings", icon: "gear", href: settingsAddress(here) },
      { word: "API keys", icon: "key", href: settingsAddress(here, "keys") },
      "-",
      { word: "Sign out", icon: "sign-out", hint: api_key.short_key, run: () => this.#leave() },
    ];
  }

  async #leave() {
    try {
      await signOut();
      go(SIGN_IN);
    } catch (error) {
      sayError(error);
    }
  }
}

define("tk-workspace-menu", WorkspaceMenu);
