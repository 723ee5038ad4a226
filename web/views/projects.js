import { projectAddress, settingsAddress } from "../addresses.js";
import { newestTrace, projectFigures, projects, sparklines } from "../ask/projects.js";
import { standingTier } from "../ask/retention.js";
import { ingestHealth } from "../ask/workspaces.js";
import { listenKeys } from "../keys.js";
import { healthOf } from "../model/ingest.js";
import {
  inOrder,
  matching,
  pressed,
  rowOf,
  sortOf,
  sortText,
  startOf,
  totalOf,
  windowOf,
  WINDOWS,
} from "../model/projects.js";
import { copyText } from "../parts/copy_button.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { healthStrip } from "../parts/projects/health.js";
import "../parts/projects/table.js";
import { totalLine, trouble } from "../parts/projects/notes.js";
import { bones, empty, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import { amend, go } from "../router.js";
import { openSendTraces } from "./first_trace.js";
import { openProjectDeletion, openProjectForm } from "./project_dialogs.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/projects.js").ProjectRow} ProjectRow */

const ASK_AGAIN_MS = 30_000;

/** All projects of the workspace: their names at once, their figures as they arrive; or how to begin. */
export class ProjectsView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    rows: { state: true },
    series: { state: true },
    health: { state: true },
    standing: { state: true },
    isEmpty: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
    /** @type {ProjectRow[] | null} */
    this.rows = null;
    /** @type {Record<string, {traces: number[], errors: number[]}> | null} */
    this.series = null;
    /** @type {any} */
    this.health = null;
    this.standing = /** @type {ProjectRow["tier"]} of projects that have none of their own */ ("shortlived");
    /** @type {boolean | null} whether no project has any trace; null while not known */
    this.isEmpty = null;
    /** @type {unknown} */
    this.problem = null;
    this.shown = "";
    /** @type {(() => void) | null} */
    this.endKeys = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => document.visibilityState === "visible" && this.#ask(), ASK_AGAIN_MS);
    this.endKeys = listenKeys("Projects", [
      { keys: ["j", "ArrowDown"], does: "Next project", run: () => this.#table?.move(1) },
      { keys: ["k", "ArrowUp"], does: "Project before", run: () => this.#table?.move(-1) },
      { keys: ["/"], does: "Search", run: () => this.#search?.focus() },
      { keys: ["c"], does: "Create a project", run: () => this.#create() },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.endKeys?.();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("place") && !changed.has("me")) return;
    const wanted = `${this.me?.tenant_id} ${this.#window.id}`;
    if (!this.me || wanted === this.shown) return;
    if (this.shown) this.#forgetFigures();
    this.shown = wanted;
    this.#ask();
  }

  get #window() {
    return windowOf(this.place?.query.get("window"));
  }

  /** The time, by the server's clock. */
  get #now_ms() {
    return serverNow_ms(this.me);
  }

  /** @returns {import("../parts/projects/table.js").ProjectTable | null} */
  get #table() {
    return this.querySelector("tk-project-table");
  }

  /** @returns {HTMLElement | null} */
  get #search() {
    return this.querySelector(".project-search");
  }

  #forgetFigures() {
    this.series = null;
    this.rows = this.rows?.map((row) => ({ ...row, figures: null })) ?? null;
  }

  async #ask() {
    const wanted = this.shown;
    this.problem = null;
    const figures = this.#askFigures();
    try {
      const [[found, series, health, standing]] = await Promise.all([figures, this.rows ? null : this.#askNames()]);
      if (wanted !== this.shown) return;
      this.rows = found.map(rowOf);
      this.series = series.projects;
      this.health = healthOf(health);
      this.standing = standing;
      if (this.isEmpty && totalOf(this.rows).traces) this.isEmpty = false;
    } catch (error) {
      if (wanted === this.shown) this.problem = error;
    }
  }

  #askFigures() {
    return Promise.all([
      projectFigures(startOf(this.#window, this.#now_ms)),
      sparklines(this.#window.hours),
      ingestHealth(),
      standingTier(this.me.tenant_id),
    ]);
  }

  /** Names are shown at once where there are several; one alone may be of a workspace that has no trace yet. */
  async #askNames() {
    const found = await projects();
    if (found.length > 1) this.rows = found.map(rowOf);
    this.isEmpty = (await newestTrace(found.map((one) => one.id))) === null;
    this.rows = found.map(rowOf);
  }

  get #addressOf() {
    return (/** @type {string} */ project) => projectAddress(this.me.tenant_id, project);
  }

  render() {
    return html`<header class="view-head project-head">
        <h1>Projects</h1>
        ${this.rows && !this.isEmpty ? this.#controls() : html`<span class="spread"></span>`}
        ${
          this.#canWrite
            ? html`<button class="button ${this.isEmpty ? "" : "primary"}" title="c" @click=${() => this.#create()}>
                ${icon("plus")}New project
              </button>`
            : nothing
        }
      </header>
      <div class="view-body project-body">${this.#body()}</div>`;
  }

  get #canWrite() {
    return !this.me?.api_key.read_only;
  }

  #controls() {
    return html`<label class="project-search-box">
        ${icon("search")}<span class="visually-hidden">Search projects</span>
        <input
          class="field project-search"
          type="search"
          placeholder="Search  /"
          .value=${this.place?.query.get("q") ?? ""}
          @input=${(/** @type {any} */ event) => amend({ q: event.target.value })}
          @keydown=${this.#leaveSearch}
        />
      </label>
      <span class="spread"></span>
      <div class="segments" role="group" aria-label="Window of the figures">
        ${WINDOWS.map(
          (one) =>
            html`<button
              class="button quiet slim"
              aria-pressed=${one.id === this.#window.id}
              @click=${() => amend({ window: one === WINDOWS[0] ? null : one.id })}
            >
              ${one.word}
            </button>`,
        )}
      </div>`;
  }

  /** @param {KeyboardEvent} event */
  #leaveSearch = (event) => {
    if (event.key === "Escape") amend({ q: null });
    if (event.key !== "Enter" && event.key !== "Escape" && event.key !== "ArrowDown") return;
    event.preventDefault();
    /** @type {HTMLElement} */ (event.target).blur();
    this.#table?.move(1);
  };

  #body() {
    if (this.problem && !this.rows) return failure(this.problem, () => this.#ask());
    if (!this.rows) return bones(6);
    return this.isEmpty ? this.#begin(this.rows) : this.#list(this.rows);
  }

  /** @param {ProjectRow[]} rows */
  #begin(rows) {
    return html`<div class="first-trace-page">
      <h2>Send your first trace</h2>
      <p class="muted">
        Keep the instrumentation that you have and change where it sends to: LangSmith's SDKs, LangChain, LangGraph and
        OpenTelemetry all speak to this server as they are.
      </p>
      <tk-first-trace .me=${this.me} .known=${null}></tk-first-trace>
      ${
        rows.length > 1
          ? html`<h2>Projects without a trace</h2>
              ${this.#rows(rows)}`
          : nothing
      }
    </div>`;
  }

  /** @param {ProjectRow[]} rows */
  #list(rows) {
    const words = this.place?.query.get("q") ?? "";
    const found = matching(rows, words);
    return html`${this.problem ? trouble(this.problem, () => this.#ask()) : nothing}
      ${found.length ? this.#rows(found) : empty({ title: "No project has these words", text: `Nothing is called “${words}”.`, sign: "search", action: html`<button class="button" @click=${() => amend({ q: null })}>Show all ${rows.length}</button>` })}
      <footer class="project-foot">
        ${totalLine(found, this.#window, !this.problem)}
        ${this.health ? healthStrip(this.health, settingsAddress(this.me.tenant_id, "ingest")) : nothing}
      </footer>`;
  }

  /** @param {ProjectRow[]} rows */
  #rows(rows) {
    const sort = sortOf(this.place?.query.get("sort"));
    return html`<tk-project-table
      .rows=${inOrder(rows, sort)}
      .series=${this.series}
      .window=${this.#window}
      .sort=${sort}
      .days=${this.me.server.retention_days}
      .standing=${this.standing}
      .addressOf=${this.#addressOf}
      .now_ms=${this.#now_ms}
      ?canWrite=${this.#canWrite}
      @sort=${(/** @type {CustomEvent} */ event) => amend({ sort: sortText(pressed(sort, event.detail)) })}
      @act=${this.#act}
    ></tk-project-table>`;
  }

  /** @param {CustomEvent} event */
  #act = ({ detail: { deed, row } }) => {
    if (deed === "edit") this.#edit(row);
    if (deed === "send") openSendTraces(this.me, row);
    if (deed === "delete") openProjectDeletion(row, () => this.#without(row));
    if (deed === "copy") copyText(row.id).then(() => say("The id of the project is copied"), sayError);
  };

  async #create() {
    if (!this.#canWrite) return;
    const made = await openProjectForm(this.me, null);
    if (made) go(this.#addressOf(made.id));
  }

  /** @param {ProjectRow} row */
  async #edit(row) {
    const changed = await openProjectForm(this.me, row);
    if (!changed) return;
    const figures = { figures: row.figures };
    this.rows = this.rows?.map((one) => (one.id === row.id ? { ...rowOf(changed), ...figures } : one)) ?? null;
    say("The project is saved");
  }

  /** @param {ProjectRow} row */
  #without(row) {
    this.rows = this.rows?.filter((one) => one.id !== row.id) ?? null;
  }
}

define("tk-projects-view", ProjectsView);
