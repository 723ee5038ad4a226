import { listenKeys } from "../keys.js";
import { copyText } from "../parts/copy_button.js";
import { define, html, Part } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/trace/trace.js";

/** Few ask for them, so they come when somebody does. */
const help = async () => (await import("../parts/help.js")).openHelp();

/** @param {unknown} error */
const trouble = async (error) => (await import("../parts/toast.js")).sayError(error);

/** A shared trace, read only: the same parts as for those who signed in, over files and with no session. */
export class SharedView extends Part {
  static properties = {
    source: { attribute: false },
    token: { attribute: false },
    strip: { attribute: false },
    downloads: { attribute: false },
    query: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../ask/traces.js").TraceSource | null} */
    this.source = null;
    this.token = "";
    this.strip = "";
    /** @type {{name: string, word: string}[]} */
    this.downloads = [];
    this.query = new URLSearchParams(location.search);
    this.endKeys = () => {};
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("popstate", this.#read);
    this.endKeys = listenKeys("Everywhere", [{ keys: ["?"], does: "Show the keys", run: help }]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.endKeys();
    removeEventListener("popstate", this.#read);
  }

  #read = () => (this.query = new URLSearchParams(location.search));

  /** @returns {import("../parts/trace/trace.js").TracePlace} */
  get #place() {
    return {
      run: this.query.get("run"),
      view: this.query.get("view") ?? "tree",
      only: this.query.get("only")?.split(",").filter(Boolean) ?? [],
      words: this.query.get("q") ?? "",
    };
  }

  render() {
    return html`<main class="shared-trace">
      <tk-trace
        .source=${this.source}
        .place=${this.#place}
        .crumbs=${html`<span class="shared-strip">${icon("globe")} ${this.strip}</span>`}
        .actions=${this.#actions()}
        .links=${{ run: (/** @type {string} */ id) => this.#address(id) }}
        @place=${this.#moved}
        @copy-link=${this.#copied}
        @trouble=${(/** @type {CustomEvent} */ event) => trouble(event.detail)}
      ></tk-trace>
    </main>`;
  }

  #actions() {
    return html`${this.#downloads()}
      <button class="button quiet slim only-icon" title="Keys (?)" aria-label="Keys and help" @click=${help}>
        ${icon("question")}
      </button>`;
  }

  /** All of it, to be taken along; a large trace comes in several files. */
  #downloads() {
    const close = (/** @type {any} */ event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
    };
    return html`<details class="shared-downloads" @focusout=${close}>
      <summary class="button slim">${icon("download")}Download</summary>
      <ul>
        ${this.downloads.map((one) => html`<li><a href="/public/${this.token}/download/${one.name}" download>${one.word}</a></li>`)}
      </ul>
    </details>`;
  }

  /** @param {string} run */
  #address(run) {
    return `${location.origin}${location.pathname}?run=${run}`;
  }

  /** @param {CustomEvent} event */
  #moved = ({ detail }) => {
    const { run, view, only, words } = detail.changes;
    const query = new URLSearchParams(this.query);
    const put = (/** @type {string} */ name, /** @type {string | null | undefined} */ value) => {
      if (value) query.set(name, value);
      else if (value !== undefined) query.delete(name);
    };
    put("run", run);
    put("view", view === "tree" ? null : view);
    put("only", only?.join(","));
    put("q", words);
    const text = query.toString();
    history[detail.isStep ? "pushState" : "replaceState"](null, "", location.pathname + (text && `?${text}`));
    this.query = query;
  };

  /** @param {CustomEvent} event */
  #copied = async ({ detail }) => {
    await copyText(this.#address(detail));
    const { say } = await import("../parts/toast.js");
    say("A link to this run is copied");
  };
}

define("tk-shared-view", SharedView);
