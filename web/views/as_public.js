import { asPublicAddress, traceAddress } from "../addresses.js";
import { PreviewFiles } from "../ask/preview_files.js";
import { sharedSource } from "../ask/shared_trace.js";
import { tierOfTrace } from "../ask/retention.js";
import { shareOf, shareSettings } from "../ask/shares.js";
import { listenKeys } from "../keys.js";
import { rulesIn, rulesText, sameRules } from "../model/sharing.js";
import { copyText } from "../parts/copy_button.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { hiddenSaid, previewed } from "../parts/share/preview.js";
import { rulesFields } from "../parts/share/rules.js";
import { bones, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import "../parts/trace/trace.js";
import { amend, go } from "../router.js";
import { openShareDialog } from "./share_dialog.js";

/** @typedef {import("../model/sharing.js").Redaction} Redaction */
/** @typedef {import("../addresses.js").Place} Place */

const SOON_MS = 250;

/** A trace as a link of it would show it, before there is one; the rules can be switched, and what they hide is seen. */
export class AsPublicView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    files: { state: true },
    source: { state: true },
    trace: { state: true },
    rules: { state: true },
    share: { state: true },
    preview: { state: true },
    problem: { state: true },
    isRuling: { state: true },
  };

  constructor() {
    super();
    /** @type {Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
    /** @type {import("../ask/traces.js").TraceSource | null} */
    this.source = null;
    /** @type {import("../model/trace.js").Trace | null} */
    this.trace = null;
    /** @type {Redaction | null} */
    this.rules = null;
    /** @type {import("../ask/shares.js").Share | null} */
    this.share = null;
    /** @type {import("../ask/shares.js").ShareSettings | null} */
    this.settings = null;
    /** @type {Parameters<typeof previewed>[0]} */
    this.preview = { found: null, problem: "", isAsking: true };
    /** @type {unknown} */
    this.problem = null;
    this.isRuling = matchMedia("(min-width: 64rem)").matches;
    this.opened = "";
    this.asking = new AbortController();
    this.endKeys = () => {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.endKeys = listenKeys("View as public", [
      { keys: ["h"], does: "Show or hide the rules", run: () => (this.isRuling = !this.isRuling) },
      { keys: ["Escape"], does: "Back to the trace", run: () => go(this.#back) },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.endKeys();
    this.asking.abort();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const run = this.place?.run;
    if (!changed.has("place") || !run || run === this.opened) return;
    this.opened = run;
    this.#begin(run);
  }

  /** @param {string} run */
  async #begin(run) {
    this.problem = this.source = this.trace = null;
    try {
      [this.share, this.settings] = await Promise.all([shareOf(run), shareSettings()]);
      this.rules = rulesIn(this.#query.get("rules")) ?? this.share?.redaction ?? this.settings.redaction;
      await this.#look(this.rules, 0);
    } catch (error) {
      this.problem = error;
    }
  }

  get #query() {
    return /** @type {Place} */ (this.place).query;
  }

  get #back() {
    const { workspace = "", project = "", run = "" } = /** @type {Place} */ (this.place);
    return traceAddress(workspace, project, run, { trace_id: run, run: this.#query.get("run") });
  }

  /** Show what these rules leave. What was there stays until then. @param {Redaction} rules @param {number} [wait_ms] */
  async #look(rules, wait_ms = SOON_MS) {
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    this.preview = { ...this.preview, isAsking: true };
    await new Promise((done) => setTimeout(done, wait_ms));
    if (signal.aborted) return;
    try {
      const files = await new PreviewFiles(this.opened, rules).open(signal);
      this.source = sharedSource(files);
      this.preview = { found: files.counts, problem: "", isAsking: false };
    } catch (error) {
      if (signal.aborted) return;
      if (!this.source) throw error;
      this.preview = { found: null, problem: error instanceof Error ? error.message : "", isAsking: false };
    }
  }

  /** @param {Redaction} rules */
  #ruled = (rules) => {
    this.rules = rules;
    amend({ rules: rulesText(rules) });
    this.#look(rules);
  };

  render() {
    if (this.problem) return failure(this.problem, () => this.#begin(this.opened));
    if (!this.source || !this.rules) return bones(12);
    return html`${this.#bar(this.rules)}
      <div class="as-public ${this.isRuling ? "with-rules" : ""}">
        ${this.isRuling ? this.#panel(this.rules) : nothing} ${this.#trace()}
      </div>`;
  }

  /** @param {Redaction} rules */
  #bar(rules) {
    const { found } = this.preview;
    const isSame = this.share && sameRules(rules, this.share.redaction);
    return html`<div class="as-public-bar" role="region" aria-label="View as public">
      <a class="button quiet slim" href=${this.#back}>${icon("chevron-left")}Back to the trace</a>
      <p class="as-public-said">
        ${icon("eye")}<strong>As ${this.#isPrivate ? "whoever has the link" : "the public"} sees it</strong>
        <span class="muted">${this.#standing(Boolean(isSame))}</span>
      </p>
      <span class="spread"></span>
      <span class="as-public-count" role="status">${found ? hiddenSaid(found) : ""}</span>
      <button
        class="button slim"
        aria-expanded=${this.isRuling}
        aria-controls="as-public-rules"
        @click=${() => (this.isRuling = !this.isRuling)}
      >
        ${icon("eye-closed")}What is hidden
      </button>
      ${this.#canWrite ? html`<button class="button primary slim" @click=${this.#open}>${icon("share")}Share…</button>` : nothing}
    </div>`;
  }

  get #isPrivate() {
    return Boolean(this.me?.server.allowed_networks?.length);
  }

  get #canWrite() {
    return !this.me?.api_key?.read_only;
  }

  /** @param {boolean} isSame */
  #standing(isSame) {
    if (!this.share) return "There is no link yet: nobody else sees this.";
    return isSame ? "Its link shows just this." : "Its link has other rules, until these are saved.";
  }

  /** @param {Redaction} rules */
  #panel(rules) {
    return html`<section class="as-public-rules" id="as-public-rules" aria-labelledby="as-public-title">
      <h2 id="as-public-title">What is hidden</h2>
      ${rulesFields(rules, this.#ruled, this.preview.problem)}
      ${
        this.settings && !sameRules(rules, this.settings.redaction)
          ? html`<button
              class="link-button small"
              @click=${() => this.#ruled(/** @type {any} */ (this.settings).redaction)}
            >
              Back to the workspace's defaults
            </button>`
          : html`<p class="faint small">These are the workspace's defaults.</p>`
      }
      ${previewed(this.preview)}
      <p class="faint small">▇▇▇ stands where something is hidden, with the rule that hides it.</p>
    </section>`;
  }

  #trace() {
    const query = this.#query;
    return html`<tk-trace
      .source=${this.source}
      .place=${{
        run: query.get("run"),
        view: query.get("view") ?? "tree",
        only: query.get("only")?.split(",").filter(Boolean) ?? [],
        words: query.get("q") ?? "",
      }}
      .crumbs=${html`<span class="muted">Preview</span>`}
      .links=${{ run: (/** @type {string} */ id) => location.origin + this.#addressOf(id) }}
      @place=${this.#moved}
      @trace=${this.#arrived}
      @copy-link=${this.#copied}
      @trouble=${(/** @type {CustomEvent} */ event) => sayError(event.detail)}
    ></tk-trace>`;
  }

  /** @param {string} run */
  #addressOf(run) {
    const { workspace = "", project = "", run: trace = "" } = /** @type {Place} */ (this.place);
    return asPublicAddress(workspace, project, trace, { run, rules: this.#query.get("rules") });
  }

  /** @param {CustomEvent} event */
  #moved = ({ detail }) => {
    const { run, view, only, words } = detail.changes;
    /** @type {Record<string, string | null | undefined>} */
    const said = { run, view: view === "tree" ? null : view, only: only?.join(","), q: words };
    amend(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)), {
      replace: !detail.isStep,
    });
  };

  /** @param {CustomEvent} event */
  #arrived = ({ detail }) => {
    this.trace = detail;
    document.title = `${detail.root < 0 ? "Trace" : detail.nameOf(detail.root)} · as the public sees it · Tracekeep`;
  };

  /** @param {CustomEvent} event */
  #copied = async ({ detail }) => {
    await copyText(location.origin + this.#addressOf(detail));
    say("A link to this preview is copied: it works for those with a key of this workspace");
  };

  #open = async () => {
    const { trace, me, rules } = this;
    if (!trace) return;
    trace.tier = await tierOfTrace(trace.id).catch(() => trace.tier); // what a link shows does not say it
    const shared = async () => (this.share = await shareOf(this.opened));
    openShareDialog({ trace, me, canWrite: true, rules, place: this.place, shared });
  };
}

define("tk-as-public-view", AsPublicView);
