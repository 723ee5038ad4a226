import { projectAddress, threadAddress, traceAddress } from "../addresses.js";
import { apiSource, traceOfRun } from "../ask/traces.js";
import { copyText } from "../parts/copy_button.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { bones, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import "../parts/trace/trace.js";
import { amend } from "../router.js";
import { openShareDialog, shareButton } from "./share_dialog.js";
import { traceMenu } from "./trace_menu.js";

/** @typedef {import("../addresses.js").Place} Place */

/**
 * The address of a trace, or of any run of it: finds the trace, and keeps what is looked at in the address.
 * The SDKs' links carry `poll=true` while the trace may not have been recorded yet.
 */
export class TraceView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    source: { state: true },
    trace: { state: true },
    isShared: { state: true },
    problem: { state: true },
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
    this.isShared = false;
    /** @type {unknown} */
    this.problem = null;
    this.opened = "";
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const run = this.place?.run;
    if (!changed.has("place") || !run || run === this.opened) return;
    this.opened = run;
    this.trace = null;
    this.#open(run);
  }

  /** @param {string} run */
  async #open(run) {
    const place = /** @type {Place} */ (this.place);
    const said = place.query.get("trace_id");
    this.problem = null;
    if (said) {
      this.source = apiSource(said, place.project ?? "");
      return;
    }
    try {
      const found = place.query.has("poll") ? { trace_id: run } : await traceOfRun(run);
      if (this.opened === run) this.source = apiSource(found.trace_id, place.project ?? "");
    } catch (error) {
      this.problem = error;
    }
  }

  /** @returns {import("../parts/trace/trace.js").TracePlace} */
  get #within() {
    const query = /** @type {Place} */ (this.place).query;
    const linked = this.opened !== query.get("trace_id") && query.has("trace_id") ? this.opened : null;
    return {
      run: query.get("run") ?? linked,
      view: query.get("view") ?? "tree",
      only: query.get("only")?.split(",").filter(Boolean) ?? [],
      words: query.get("q") ?? "",
    };
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#open(this.opened));
    if (!this.source || !this.place) return bones(12);
    const { workspace = "", project = "" } = this.place;
    return html`<tk-trace
      .source=${this.source}
      .place=${this.#within}
      .crumbs=${this.#crumbs(workspace, project)}
      .links=${{
        run: (/** @type {string} */ id) => location.origin + this.#addressOf(id),
        thread: (/** @type {string} */ id) => threadAddress(workspace, project, id),
      }}
      .actions=${this.trace ? this.#actions(this.trace, workspace, project) : nothing}
      .canWrite=${this.#canWrite}
      ?waits=${this.place.query.has("poll")}
      @place=${this.#moved}
      @trace=${this.#arrived}
      @copy-link=${this.#copied}
      @trouble=${(/** @type {CustomEvent} */ event) => sayError(event.detail)}
    ></tk-trace>`;
  }

  /** @param {import("../model/trace.js").Trace} trace @param {string} workspace @param {string} project */
  #actions(trace, workspace, project) {
    const { me } = this;
    const canWrite = this.#canWrite;
    const open = () =>
      openShareDialog({ trace, me, canWrite, place: this.place, shared: (isShared) => (this.isShared = isShared) });
    const isPrivate = Boolean(me?.server.allowed_networks?.length);
    return html`${canWrite || this.isShared ? shareButton({ isShared: this.isShared, isPrivate, open }) : nothing}
    ${traceMenu(trace, { workspace, project, run: this.#within.run ?? trace.id, canWrite })}`;
  }

  get #canWrite() {
    return !this.me?.api_key?.read_only;
  }

  /** @param {string} workspace @param {string} project */
  #crumbs(workspace, project) {
    const thread = this.trace?.thread;
    return html`<a href=${projectAddress(workspace, project)}>${this.trace?.project.name ?? "Project"}</a>
      ${thread ? html`<span aria-hidden="true">›</span><a class="cut" href=${threadAddress(workspace, project, thread)}>thread ${thread}</a>` : nothing}`;
  }

  /** @param {string} run */
  #addressOf(run) {
    const { workspace = "", project = "" } = /** @type {Place} */ (this.place);
    const trace = this.trace?.id ?? this.opened;
    return traceAddress(workspace, project, trace, { trace_id: trace, run }); // who says the trace need not ask for it
  }

  /** @param {CustomEvent} event */
  #moved = ({ detail }) => {
    const { run, view, only, words } = detail.changes;
    /** @type {Record<string, string | null>} */
    const changes = {};
    if (run !== undefined) changes.run = run;
    if (view !== undefined) changes.view = view === "tree" ? null : view;
    if (only !== undefined) changes.only = only.join(",");
    if (words !== undefined) changes.q = words;
    amend(changes, { replace: !detail.isStep });
  };

  /** @param {CustomEvent} event */
  #arrived = ({ detail }) => {
    this.trace = detail;
    this.isShared = detail.isShared;
    const name = detail.root < 0 ? "Trace" : detail.nameOf(detail.root);
    document.title = `${name} · ${detail.project.name} · Tracekeep`;
  };

  /** @param {CustomEvent} event */
  #copied = async ({ detail }) => {
    await copyText(location.origin + this.#addressOf(detail));
    say("A link to this run is copied");
  };
}

define("tk-trace-view", TraceView);
