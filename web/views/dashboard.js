import { projectAddress, settingsAddress } from "../addresses.js";
import { listenKeys } from "../keys.js";
import { chartsOf, chartsOfGroups, groupNote, groupingOf } from "../model/charts.js";
import { allOf } from "../model/filter_chips.js";
import { moment } from "../model/format.js";
import { healthOf } from "../model/ingest.js";
import { listQuery, wholeFilter } from "../model/list_query.js";
import { saidOfCustom, saidOfLast, wider } from "../model/time_range.js";
import "../parts/chart/chart.js";
import { figures } from "../parts/chart/figures.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { healthStrip } from "../parts/projects/health.js";
import { empty, failure } from "../parts/states.js";
import { amend, go, here } from "../router.js";
import { dashboardBar } from "./dashboard_bar.js";
import { DashboardSeries } from "./dashboard_series.js";
import { feedbackTable, groupTables, modelsTable, toolsTable } from "./dashboard_tables.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/charts.js").Chart} Chart */

const AGAIN_MS = 60_000;
const BONES = ["Traces", "Error rate", "Latency", "First token", "Tokens", "Cost", "Runs by type", "Feedback, average"];
/** Charts that are twice as wide. */
const WIDE = new Set(["traces"]);

/** What a project's traces came to over time, and the way from each point to its traces. The address holds what was chosen. */
export class Dashboard extends Part {
  static properties = {
    place: { attribute: false },
    project: { attribute: false },
    me: { attribute: false },
    range: { attribute: false },
  };

  constructor() {
    super();
    /** @type {any} */
    this.project = null;
    /** @type {any} */
    this.me = null;
    this.series = new DashboardSeries(this);
    this.key = "";
    this.clock = 0;
    /** @type {() => void} */
    this.end = () => undefined;
    /** @type {{of: unknown[], charts: Chart[]}} */
    this.drawn = { of: [], charts: [] };
  }

  connectedCallback() {
    super.connectedCallback();
    this.clock = setInterval(() => this.#renew(), AGAIN_MS);
    this.end = listenKeys("Dashboard", [
      { keys: ["r"], does: "Ask again", run: () => this.series.load(this.#question, true) },
      { keys: ["c"], does: "Compare with the time before", run: () => amend({ compare: this.#isCompared ? 0 : null }) },
    ]);
    this.key = "";
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.clock);
    this.end();
  }

  willUpdate() {
    const { query, grouping } = this;
    const time = query.range.id === "custom" ? [query.range.from_ms, query.range.to_ms] : [query.range.id];
    const key = JSON.stringify([this.#id, ...time, wholeFilter(query), grouping, this.#step_ms]);
    if (key === this.key || !this.#id) return;
    this.key = key;
    this.series.load(this.#question);
  }

  get #id() {
    return this.project?.id ?? this.project ?? "";
  }

  get query() {
    return listQuery(here().query, serverNow_ms(this.me));
  }

  get grouping() {
    return groupingOf(here().query.get("group"));
  }

  get #step_ms() {
    return Number(here().query.get("step")) * 1000 || null;
  }

  get #isCompared() {
    return here().query.get("compare") !== "0";
  }

  get #question() {
    const { query, grouping } = this;
    return {
      project: this.#id,
      range: query.range,
      filter: wholeFilter(query),
      grouping,
      step_ms: this.#step_ms,
      now_ms: serverNow_ms(this.me),
    };
  }

  /** What ends now goes on; nobody is shown less than was there while it is asked anew. */
  #renew() {
    if (!document.hidden && this.query.range.to_ms === null && !this.series.isLoading)
      this.series.load(this.#question, true);
  }

  render() {
    const { series } = this;
    return html`<div class="dashboard" aria-busy=${series.isLoading}>
      ${this.#bar()} ${this.#content()}
      ${series.health ? healthStrip(healthOf(series.health), settingsAddress(here().workspace ?? "", "ingest")) : nothing}
    </div>`;
  }

  #content() {
    const { now, before, problems } = this.series;
    if (!now && problems.has("now")) return this.#failed("now");
    if (now && !now.groups.length) return this.#nothing();
    const was = this.#isCompared ? (before?.groups[0]?.traces.whole ?? null) : null;
    return html`${figures(now?.groups[0]?.traces.whole ?? null, was, this.#span)} ${this.#notes()}
      <div class="dash-grid" @step=${this.#step} @open=${this.#open} @range=${this.#narrow}>
        ${this.#charts.length ? this.#charts.map(chartCard) : problems.has("groups") ? this.#failed("groups") : BONES.map(bone)}
        ${this.#tables()}
      </div>`;
  }

  /** @param {string} what @param {string} [title] */
  #failed(what, title = "") {
    return html`<div class="card dash-failed">
      ${title ? html`<div class="chart-head"><h3>${title}</h3></div>` : nothing}
      ${failure(this.series.problems.get(what), () => this.series.load(this.#question))}
    </div>`;
  }

  /** No trace in this time, and the way on. */
  #nothing() {
    const { query } = this;
    const next = wider(query.range);
    const longer =
      next &&
      html`<button class="button" @click=${() => amend(saidOfLast(next.id), { replace: false })}>${next.word}</button>`;
    const text = wholeFilter(query)
      ? "No trace in this time matches the filter."
      : "What is traced into this project shows here.";
    return empty({ title: next ? "No traces in this time" : "No traces yet", text, action: longer, sign: "graph" });
  }

  get #span() {
    const { window } = this.series;
    return window ? spanWord(window.to_ms - window.from_ms) : "window";
  }

  #bar() {
    const { grouping, series, query } = this;
    return dashboardBar({
      grouping,
      keys: (series.facets?.metadata ?? []).map((/** @type {{key: string}} */ one) => one.key),
      window: series.window,
      step_ms: this.#step_ms,
      isCompared: this.#isCompared,
      span: this.#span,
      filter: wholeFilter(query),
      again: () => series.load(this.#question, true),
    });
  }

  #notes() {
    const { now, groups } = this.series;
    const isGrouped = this.grouping.by !== "none";
    const shown = isGrouped ? groups : now;
    const said = (/** @type {number} */ ms) => moment(ms, serverNow_ms(this.me));
    const since_ms = shown?.since_ms;
    const given_ms = isGrouped ? null : now?.feedbackSince_ms;
    const notes = [
      since_ms &&
        `There is too much to count it all: what came before ${said(since_ms)} is not known here. Narrow the time.`,
      given_ms && `Feedback is counted since ${said(given_ms)}: the newest 20,000.`,
      this.#isCompared && this.series.problems.has("before") && `The ${this.#span} before could not be read.`,
      now && this.series.problems.has("now") && "It could not be asked again: what is shown is some minutes old.",
      (this.query.traceFilter || this.query.treeFilter) &&
        "A filter on the root or the tree of traces is not asked here: this shows more than the list did.",
    ].filter(Boolean);
    const note = isGrouped && groups ? groupNote(now, groups, this.grouping) : "";
    return html`${notes.map((text) => html`<p class="notice warn">${text}</p>`)}
    ${note ? html`<p class="small muted">${note}</p>` : nothing}`;
  }

  /** Made once an answer, so that charts need not draw themselves anew. */
  get #charts() {
    const { grouping } = this;
    const { now, before, groups, facets } = this.series;
    const was = this.#isCompared ? before : null;
    const of = grouping.by === "none" ? [now, was] : [groups, facets, grouping.by, grouping.key];
    if (of.length === this.drawn.of.length && of.every((one, at) => one === this.drawn.of[at]))
      return this.drawn.charts;
    this.drawn = {
      of,
      charts:
        grouping.by === "none"
          ? now
            ? chartsOf(now, was)
            : []
          : groups
            ? chartsOfGroups(groups, grouping, this.#values)
            : [],
    };
    return this.drawn.charts;
  }

  /** @returns {unknown[]} of the metadata key that is grouped by */
  get #values() {
    const found = this.series.facets?.metadata.find((/** @type {any} */ one) => one.key === this.grouping.key);
    return found?.values.map((/** @type {any} */ one) => one.value) ?? [];
  }

  #tables() {
    const { now, groups, models } = this.series;
    const list = (/** @type {"traces" | "runs"} */ tab, /** @type {string} */ filter) => this.#list(tab, filter);
    if (this.grouping.by !== "none")
      return groups ? groupTables(groups.groups, this.grouping, this.#values, list) : nothing;
    return html`${now?.tools.length ? toolsTable(now.tools, list) : nothing}
      <div class="dash-side">
        ${models?.groups.length ? modelsTable(models.groups, list) : this.series.problems.has("models") ? this.#failed("models", "Models") : nothing}
        ${now?.feedback.length ? feedbackTable(now.feedback, list) : nothing}
      </div>`;
  }

  /**
   * The list of what something was counted from.
   * @param {"traces" | "runs"} tab
   * @param {string} filter
   * @param {Record<string, string | null>} [time] else that of the dashboard
   */
  #list(tab, filter, time) {
    const place = here();
    const mine = time ?? { range: place.query.get("range"), from: place.query.get("from"), to: place.query.get("to") };
    const whole = allOf([wholeFilter(this.query), filter]);
    return projectAddress(place.workspace ?? "", this.#id, {
      tab: tab === "runs" ? "runs" : null,
      ...mine,
      filter: whole,
    });
  }

  /** All charts look at the same step. @param {CustomEvent<number | null>} event */
  #step = (event) => {
    for (const chart of this.querySelectorAll("tk-chart")) /** @type {any} */ (chart).at = event.detail;
  };

  /** @param {CustomEvent<{at: number, line: number}>} event */
  #open = (event) => {
    const { at, line } = event.detail;
    const { chart } = /** @type {import("../parts/chart/chart.js").ChartElement} */ (event.target);
    if (!chart) return;
    const start_ms = chart.starts_ms[at];
    const time = saidOfCustom(start_ms, start_ms + chart.step_ms);
    go(this.#list(chart.tab, chart.lines[line]?.behind(at) ?? "", time));
  };

  /** @param {CustomEvent<{from_ms: number, to_ms: number}>} event */
  #narrow = ({ detail }) => amend(saidOfCustom(detail.from_ms, detail.to_ms), { replace: false });
}

/** @param {Chart} chart */
const chartCard = (chart) =>
  html`<tk-chart class="card dash-card ${WIDE.has(chart.id) ? "wide" : ""}" .chart=${chart}></tk-chart>`;

/** A card that waits for its chart, of the same height. @param {string} title @param {number} at */
const bone = (title, at) =>
  html`<div class="card dash-card ${at === 0 ? "wide" : ""}" aria-hidden="true">
    <div class="chart">
      <div class="chart-head"><h2>${title}</h2></div>
      <div class="chart-legend"><span class="bone dash-bone"></span></div>
      <div class="chart-bone"></div>
    </div>
  </div>`;

/** "7 days", "24 hours", "15 minutes". @param {number} ms */
function spanWord(ms) {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 90) return `${minutes} minutes`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}

define("tk-dashboard", Dashboard);
