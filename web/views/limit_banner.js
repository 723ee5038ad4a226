import { settingsAddress } from "../addresses.js";
import { standing } from "../ask/limits.js";
import { Part, define, nothing } from "../parts/element.js";

const ASK_AGAIN_MS = 300_000; // as often as the meter counts
const DISMISSED = "tracekeep-limit-dismissed";

/** What few are near enough to see is loaded when they are. */
const loadWords = async () => {
  const [{ bannerOf }, { limitBanner }] = await Promise.all([
    import("../model/limits.js"),
    import("../parts/usage/limits.js"),
  ]);
  return { bannerOf, limitBanner };
};

/** Says over every view that a limit is reached or near, until it is dismissed for the session. */
export class LimitBanner extends Part {
  static properties = { workspace: {}, banner: { state: true } };

  constructor() {
    super();
    this.workspace = "";
    /** @type {import("../model/limits.js").Banner | null} */
    this.banner = null;
    /** @type {Awaited<ReturnType<typeof loadWords>> | null} */
    this.words = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#ask(), ASK_AGAIN_MS);
    addEventListener("tracekeep:limits-changed", this.#ask);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    removeEventListener("tracekeep:limits-changed", this.#ask);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("workspace") && this.workspace) this.#ask();
  }

  #ask = async () => {
    const { workspace } = this;
    try {
      const found = await standing();
      if (found.limits.some((/** @type {any} */ one) => one.is_near)) this.words ??= await loadWords();
      const banner = this.words?.bannerOf(found) ?? null;
      if (workspace === this.workspace) this.banner = banner;
    } catch {
      // Whoever cannot be asked now is asked again; the views say what is wrong.
    }
  };

  get #dismissed() {
    return (sessionStorage.getItem(DISMISSED) ?? "").split("\n");
  }

  #dismiss = () => {
    if (!this.banner) return;
    sessionStorage.setItem(DISMISSED, [...this.#dismissed, this.banner.key].filter(Boolean).join("\n"));
    this.requestUpdate();
  };

  render() {
    if (!this.banner || !this.words || this.#dismissed.includes(this.banner.key)) return nothing;
    return this.words.limitBanner(this.banner, settingsAddress(this.workspace, "usage"), this.#dismiss);
  }
}

define("tk-limit-banner", LimitBanner);
