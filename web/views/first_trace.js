import { settingsAddress, traceAddress } from "../addresses.js";
import { createKey } from "../ask/keys.js";
import { newestTrace, projects } from "../ask/projects.js";
import { refusals } from "../ask/workspaces.js";
import { PATIENCE_MS } from "../model/first_trace.js";
import { openDialog } from "../parts/dialog.js";
import { Part, define, html, nothing } from "../parts/element.js";
import "../parts/first_trace/ways.js";
import { waiting } from "../parts/first_trace/waiting.js";
import { icon } from "../parts/icon.js";
import { sayError } from "../parts/toast.js";
import { go } from "../router.js";

const ASK_AGAIN_MS = 1_500;

/**
 * How to send a trace, with a key that it makes, and waiting for it: the trace opens when it arrives.
 * `<tk-first-trace .me=${…} .project=${{id, name}}></tk-first-trace>`; without a project any new trace counts.
 * Tells `arrived` with `{trace_id, session_id}`; unless that is prevented it goes there.
 */
export class FirstTrace extends Part {
  static properties = {
    me: { attribute: false },
    project: { attribute: false },
    known: { attribute: false },
    key: { state: true },
    busy: { state: true },
    isLong: { state: true },
    refusal: { state: true },
    isLost: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {{id: string, name: string} | null} */
    this.project = null;
    /** @type {string | null} */
    this.key = null;
    this.busy = false;
    this.isLong = false;
    /** @type {string | null} why something was refused since it waits */
    this.refusal = null;
    this.isLost = false;
    /** @type {string | null | undefined} the newest trace that does not count, null where any does; if not given, what it finds first */
    this.known = undefined;
    /** @type {string | undefined} the receipt of what was refused last when it began to wait */
    this.refusedBefore = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.since_ms = performance.now();
    this.#look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** @returns {import("../model/first_trace.js").Target} */
  get #target() {
    return { endpoint: this.me.server.endpoint, key: this.key, project: this.project?.name ?? null };
  }

  get #settings() {
    return settingsAddress(this.me.tenant_id, "ingest");
  }

  render() {
    if (!this.me) return nothing;
    const { isLong, refusal, isLost } = this;
    return html`<div class="first-trace">
      <ol class="first-trace-steps">
        <li>
          <h3>Make a key</h3>
          ${this.#keyStep()}
        </li>
        <li>
          <h3>Send a trace</h3>
          <tk-first-trace-ways .target=${this.#target}></tk-first-trace-ways>
        </li>
        <li>
          <h3>Look at it</h3>
          ${waiting({ target: this.#target, isLong, refusal, isLost, settings: this.#settings })}
        </li>
      </ol>
    </div>`;
  }

  #keyStep() {
    if (this.key) {
      return html`<p class="row first-trace-key" role="status">
          ${icon("key")}<code class="cut">${this.key}</code>
          <tk-copy .text=${this.key} label="Copy the key" word="Copy"></tk-copy>
        </p>
        <p class="faint small">
          It stands in every text below. It is shown this once: keep it where your program finds it.
        </p>`;
    }
    if (this.me.api_key.read_only) {
      return html`<p class="muted">
        You are signed in with a read-only key, which makes no keys: ask for one that writes.
      </p>`;
    }
    return html`<p class="muted">
        Programs send with an API key of this workspace. You may also use one that you have.
      </p>
      <button class="button primary" ?disabled=${this.busy} @click=${this.#makeKey}>
        ${icon("key")}${this.busy ? "Making a key…" : "Make a key"}
      </button>`;
  }

  #makeKey = async () => {
    this.busy = true;
    try {
      const description = this.project ? `Sends traces to ${this.project.name}`.slice(0, 200) : "Sends traces";
      this.key = (await createKey({ description })).key;
    } catch (error) {
      sayError(error);
    } finally {
      this.busy = false;
    }
  };

  async #look() {
    try {
      const newest = await newestTrace(await this.#projects());
      this.isLost = false;
      if (this.known === undefined) this.known = newest?.trace_id ?? null;
      else if (newest && newest.trace_id !== this.known) return this.#arrived(newest);
      await this.#lookForRefusals();
    } catch {
      this.isLost = true; // it is asked again; a session that ended is the page's to tell
    }
    this.isLong = performance.now() - (this.since_ms ?? 0) > PATIENCE_MS;
    if (this.isConnected) this.timer = setTimeout(() => this.#look(), ASK_AGAIN_MS);
  }

  async #projects() {
    return this.project ? [this.project.id] : (await projects()).map((one) => one.id);
  }

  async #lookForRefusals() {
    const [newest] = await refusals(1);
    this.refusedBefore ??= newest?.receipt ?? "";
    if (newest && newest.receipt !== this.refusedBefore) this.refusal = newest.reason;
  }

  /** @param {{trace_id: string, session_id: string}} trace */
  #arrived(trace) {
    if (!this.isConnected || !this.tell("arrived", trace)) return;
    go(traceAddress(this.me.tenant_id, trace.session_id, trace.trace_id, { trace_id: trace.trace_id }));
  }
}

define("tk-first-trace", FirstTrace);

/**
 * The same in a dialog; it closes when a trace arrives, and that opens.
 * @param {any} me
 * @param {{id: string, name: string} | null} project
 */
export const openSendTraces = (me, project) =>
  openDialog({
    title: project ? `Send traces to ${project.name}` : "Send traces",
    wide: true,
    body: (close) => html`<tk-first-trace .me=${me} .project=${project} @arrived=${() => close()}></tk-first-trace>`,
  });
