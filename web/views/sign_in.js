import { ApiError } from "../api.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { mark } from "../parts/icon.js";
import { go } from "../router.js";
import { signIn } from "../session.js";

/** Paste a key once; `make run` prints a link that brings it after the #, where no server sees it. */
export class SignInView extends Part {
  static properties = { place: { attribute: false }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place | null} */
    this.place = null;
    this.problem = "";
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    const key = new URLSearchParams(location.hash.slice(1)).get("key");
    if (!key) return;
    history.replaceState(null, "", location.pathname + location.search); // the key stays in no history
    this.#enter(key);
  }

  firstUpdated() {
    this.querySelector("input")?.focus();
  }

  render() {
    const hasEnded = this.place?.query.has("ended");
    return html`<form class="sign-in card" @submit=${this.#submit}>
      <div class="sign-in-mark">${mark()}</div>
      <h1>Sign in to Tracekeep</h1>
      ${
        hasEnded
          ? html`<p class="notice warn" role="status">Your session has ended. Sign in to go on where you were.</p>`
          : nothing
      }
      <p class="muted">
        Paste an API key of your workspace. It is sent once; this browser then keeps a cookie that no script can read.
      </p>
      <label class="label">
        API key
        <input
          class="field mono"
          type="password"
          name="key"
          autocomplete="off"
          spellcheck="false"
          placeholder="lsv2_…"
          required
          autofocus
          aria-invalid=${this.problem ? "true" : nothing}
          aria-describedby="sign-in-wrong"
        />
      </label>
      <p class="said-wrong" id="sign-in-wrong" role="alert">${this.problem}</p>
      <button class="button primary" ?disabled=${this.busy}>${this.busy ? "Signing in…" : "Sign in"}</button>
      <p class="faint small">On your own machine, <code>make run</code> prints a link that signs you in.</p>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    this.#enter(String(form.get("key")).trim());
  };

  /** @param {string} key */
  async #enter(key) {
    this.busy = true;
    this.problem = "";
    try {
      await signIn(key);
      go(safe(this.place?.query.get("to")), { replace: true });
    } catch (error) {
      this.problem = saidOf(error);
    } finally {
      this.busy = false;
    }
  }
}

/** The server speaks to programs of LANGSMITH_API_KEY; a person pasted something. @param {unknown} error */
const saidOf = (error) =>
  error instanceof ApiError && error.status === 401
    ? "This key does not sign in here. It may be of another server, revoked, or expired."
    : error instanceof Error
      ? error.message
      : String(error);

/** An address of this page, whatever a link claimed. @param {string | null | undefined} to */
const safe = (to) => (to?.startsWith("/") && !to.startsWith("//") && !to.startsWith("/\\") ? to : "/");

define("tk-sign-in-view", SignInView);
