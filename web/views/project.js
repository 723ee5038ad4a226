import { projectsAddress } from "../addresses.js";
import { projectOf } from "../ask/runs.js";
import { listQuery } from "../model/list_query.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/list/time_range.js";
import { bones, failure } from "../parts/states.js";
import "../parts/tabs.js";
import { amend, go } from "../router.js";
import { listMenu } from "./list_menu.js";
import "./project_list.js";
import { usualView, viewAddress } from "./saved_views.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../addresses.js").Place} Place */

const TABS = [
  { id: "traces", word: "Traces" },
  { id: "runs", word: "Runs" },
  { id: "threads", word: "Threads" },
  { id: "dashboard", word: "Dashboard" },
];

/** What another tab is not asked: a filter on runs may find no trace, a column may not be there. */
const OF_A_TAB = { columns: null, group: null, peek: null };

/** A project: its traces, runs and threads as lists, and its dashboard. The address holds all that was chosen. */
export class ProjectView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    project: { state: true },
    problem: { state: true },
    dashboard: { state: true },
    facets: { state: true },
  };

  constructor() {
    super();
    /** @type {Place | null} */
    this.place = null;
    /** @type {any} */
    this.me = null;
    /** @type {any} */
    this.project = null;
    /** @type {unknown} */
    this.problem = null;
    this.opened = "";
    /** Whether the dashboard's element is there. */
    this.dashboard = false;
    /** @type {any} what the list found its runs to be marked with: columns that can be shown */
    this.facets = null;
  }

  willUpdate() {
    const project = this.place?.project ?? "";
    if (project && project !== this.opened) this.#open(project);
    if (this.place && this.query.tab === "dashboard" && !this.dashboard) this.#loadDashboard();
  }

  /** @param {string} project */
  async #open(project) {
    this.opened = project;
    this.project = null;
    this.problem = null;
    try {
      const found = await projectOf(project);
      if (this.opened !== project) return;
      this.project = found;
      this.#startAsUsual(project);
      document.title = `${found.name} · Tracekeep`;
    } catch (problem) {
      if (this.opened === project) this.problem = problem;
    }
  }

  /** Where the address says nothing, the view that this browser starts with. @param {string} project */
  #startAsUsual(project) {
    const usual = usualView(project);
    if (usual && !location.search) go(viewAddress(usual), { replace: true });
  }

  async #loadDashboard() {
    try {
      // @ts-ignore: the dashboard is a view of its own, which may not be there yet
      await import("./dashboard.js");
      this.dashboard = true;
    } catch (problem) {
      this.problem = problem;
    }
  }

  /** @returns {import("./project_list.js").ProjectList | null} */
  get #list() {
    return this.querySelector("tk-project-list");
  }

  get now_ms() {
    return serverNow_ms(this.me);
  }

  get query() {
    return listQuery(/** @type {Place} */ (this.place).query, this.now_ms);
  }

  render() {
    if (this.problem) return failure(this.problem, () => this.#open(this.opened));
    if (!this.place) return nothing;
    const { query } = this;
    return html`<header class="project-head">
        <div class="project-title">
          <div class="crumbs">
            <a href=${projectsAddress(this.place.workspace ?? "")}>Projects</a><span aria-hidden="true">›</span>
          </div>
          <h1 class="cut" title=${this.project?.description ?? nothing}>
            ${this.project?.name ?? html`<span class="bone bone-title"></span>`}
          </h1>
        </div>
        <tk-tabs
          .tabs=${TABS}
          .chosen=${query.tab}
          label="Views of the project"
          @choose=${(/** @type {CustomEvent} */ event) => amend({ ...OF_A_TAB, tab: event.detail === "traces" ? null : event.detail }, { replace: false })}
        ></tk-tabs>
        <span class="spread"></span>
        <div
          class="project-controls"
          @pointerenter=${() => this.#list?.wantFacets()}
          @focusin=${() => this.#list?.wantFacets()}
        >
          ${query.tab === "dashboard" ? nothing : this.#live(query.isLive)}
          <tk-time-range
            .range=${query.range}
            .now_ms=${this.now_ms}
            @range=${(/** @type {CustomEvent} */ event) => amend(event.detail, { replace: false })}
          ></tk-time-range>
          ${query.tab === "dashboard" ? nothing : listMenu(this.opened, query, this.me, { columns: this.#list?.columns ?? [], facets: this.facets, redraw: () => this.#list?.requestUpdate() })}
        </div>
      </header>
      <div class="project-panel" role="tabpanel" aria-labelledby="tab-${query.tab}">${this.#panel(query)}</div>`;
  }

  /** @param {boolean} isLive */
  #live(isLive) {
    return html`<button
      class="button project-live"
      aria-pressed=${isLive}
      title="Show new ones as they come (r)"
      @click=${() => amend({ live: isLive ? null : 1 })}
    >
      ${icon("broadcast")}<span class="project-live-word">Live</span>
    </button>`;
  }

  /** @param {import("../model/list_query.js").ListQuery} query */
  #panel(query) {
    if (query.tab === "dashboard") {
      if (!this.dashboard || !this.project) return bones(8);
      return html`<tk-dashboard .project=${this.project} .me=${this.me} .range=${query.range}></tk-dashboard>`;
    }
    return html`<tk-project-list
      .place=${this.place}
      .me=${this.me}
      .project=${this.project}
      .query=${query}
      @facets=${(/** @type {CustomEvent} */ event) => (this.facets = event.detail)}
      @shape=${() => this.requestUpdate()}
    ></tk-project-list>`;
  }
}

define("tk-project-view", ProjectView);
