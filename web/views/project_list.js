import { compareAddress, threadAddress, traceAddress } from "../addresses.js";
import { loadAhead } from "../ahead.js";
import { facetsOf } from "../ask/runs.js";
import { apiSource } from "../ask/traces.js";
import { listenKeys } from "../keys.js";
import { columnsOf, metadataKey } from "../model/columns.js";
import { allOf, chipsOf, textOf } from "../model/filter_chips.js";
import { askedKey, filterOffset, isNarrowed, wrongIn } from "../model/list_query.js";
import { pointed } from "../model/filter_text.js";
import { saidOfCustom } from "../model/time_range.js";
import { Part, define, html, nothing } from "../parts/element.js";
import "../parts/list/filter_bar.js";
import "../parts/list/groups.js";
import { newcomers } from "../parts/list/grid.js";
import { figureRow } from "../parts/list/strip.js";
import { bones, failure } from "../parts/states.js";
import { amend, go } from "../router.js";
import { FarRow } from "./far_row.js";
import { keepHere, keptHere } from "./kept_here.js";
import { listKeys } from "./list_keys.js";
import { ListGroups } from "./list_groups.js";
import { ListPages } from "./list_pages.js";
import { compareBar, emptyList, firstTrace, footOf, listProblem, searchProgress } from "./list_states.js";
import { ListSummary } from "./list_summary.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */
/** @typedef {import("../model/list_rows.js").Row} Row */
/** @typedef {import("../model/columns.js").Tab} Tab */

/** Lists narrower than this have two lines a row. */
const TALL_BELOW_PX = 480;
const LIVE_MS = 3_000;
const SUM_AGAIN_MS = 20_000;
const CLOCK_MS = 20_000;
/** @type {Record<string, string>} */
const WHAT = { traces: "trace", runs: "run", threads: "thread" };

/** What looks into a row needs half of the trace's view: it comes when the rows are there, so that they need not wait. */
function loadPeek() {
  if (customElements.get("tk-peek") || isPeekComing) return;
  isPeekComing = true;
  loadAhead("parts/list/peek.js");
  import("../parts/list/peek.js").catch(() => (isPeekComing = false));
}

let isPeekComing = false;

/** The list of a project's traces, runs or threads: what stands above it, the rows, and the one that is looked into. */
export class ProjectList extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    project: { attribute: false },
    query: { attribute: false },
    chosen: { state: true },
    marked: { state: true },
    facets: { state: true },
    width_px: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place} */
    this.place = /** @type {any} */ (null);
    /** @type {any} */
    this.me = null;
    /** @type {any} */
    this.project = null;
    /** @type {ListQuery} */
    this.query = /** @type {any} */ (null);
    /** @type {string | null} */
    this.chosen = null;
    /** @type {Set<string>} */
    this.marked = new Set();
    /** @type {any} */
    this.facets = null;
    this.width_px = 0;
    this.pages = new ListPages(this);
    this.summary = new ListSummary(this);
    this.groups = new ListGroups(this);
    this.seen = new ResizeObserver(([one]) => (this.width_px = one.contentRect.width));
    this.key = "";
    this.clock = 0;
    this.live = 0;
    this.summed_ms = 0;
    this.far = new FarRow(this);
    /** What the facets are of. */
    this.facetsOf = "";
    /** Which columns were shown last. */
    this.shape = "";
    /** @type {(() => void)[]} */
    this.ends = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.clock = setInterval(() => this.requestUpdate(), CLOCK_MS);
    this.live = setInterval(() => this.#renew(), LIVE_MS);
    this.ends = [listenKeys("List", listKeys(this)), () => this.seen.disconnect()];
    this.key = "";
    const area = this.querySelector(".list-area");
    if (area) this.seen.observe(area);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.clock);
    clearInterval(this.live);
    for (const end of this.ends) end();
  }

  firstUpdated() {
    this.seen.observe(/** @type {Element} */ (this.querySelector(".list-area")));
  }

  willUpdate() {
    const { query, place } = this;
    const needs = this.columns.filter((one) => metadataKey(one.id) !== null).length > 0;
    const key = `${place.project} ${askedKey(query)} ${needs}`;
    if (key === this.key) return;
    const [before] = this.key.split(" ");
    const wasTab = this.key.split('["')[1]?.split('"')[0];
    this.key = key;
    if (before !== place.project || wasTab !== query.tab) this.#clear();
    this.#load();
  }

  updated() {
    const shape = this.columns.map((one) => one.id).join();
    if (shape !== this.shape) this.tell("shape"); // the menu of columns is not ours
    this.shape = shape;
    const { pages, query } = this;
    if (query.peek && !this.peeked && !pages.isLoading) this.far.look(this.place.project ?? "", query.tab, query.peek);
    if (pages.rows.length || this.far.row) loadPeek();
    if (!pages.rows.length && !pages.isLoading && !pages.isStale && !isNarrowed(this.query)) this.wantFacets();
  }

  #clear() {
    this.pages.clear();
    this.summary.histogram = null;
    this.summary.figures = null;
    this.marked = new Set();
    this.chosen = null;
    this.facets = null;
    this.facetsOf = "";
  }

  #load() {
    const project = this.place.project ?? "";
    const wrong = wrongIn(this.query);
    if (wrong) return this.pages.refuse(wrong);
    if (this.query.group) this.groups.load(project, this.query);
    else
      this.pages.load(
        project,
        this.query,
        this.columns.map((one) => one.id),
      );
    this.#sum();
  }

  /** Ask what the runs are called and marked with, once: when somebody is about to filter, or nothing is there. */
  async wantFacets() {
    const asked = `${this.place.project} ${this.query.tab}`;
    if (this.facetsOf === asked) return;
    this.facetsOf = asked;
    try {
      this.facets = await facetsOf(this.place.project ?? "", this.query.tab !== "runs");
      this.tell("facets", this.facets);
    } catch {
      this.facetsOf = ""; // completion is a help; without it one types
    }
  }

  #renew() {
    if (!this.query?.isLive || document.hidden || this.query.group) return;
    this.pages.renew(this.grid?.isAtTop ?? false).catch((problem) => (this.pages.problem = problem));
    if (Date.now() - this.summed_ms < SUM_AGAIN_MS) return;
    this.#sum();
  }

  #sum() {
    this.summed_ms = Date.now();
    this.summary.load(this.place.project ?? "", this.query, this.now_ms);
  }

  get now_ms() {
    return serverNow_ms(this.me);
  }

  /** @returns {import("../parts/list/grid.js").ListGrid | null} */
  get grid() {
    return this.querySelector("tk-list-grid");
  }

  get tab() {
    return /** @type {Tab} */ (this.query.tab);
  }

  get columns() {
    const chosen = this.query.columns ?? keptHere(`columns-${this.tab}`);
    return columnsOf(this.tab, chosen, this.width_px || innerWidth);
  }

  /** The row that is looked into, also where a link named one that is not among those that are loaded. */
  get peeked() {
    const { peek } = this.query;
    if (!peek) return null;
    return this.pages.rows.find((row) => row.id === peek) ?? (this.far.row?.id === peek ? this.far.row : null);
  }

  // --- what the person does -------------------------------------------------------------------------------

  /** @param {Row} row */
  addressOf = (row) => {
    const { workspace = "", project = "" } = this.place;
    if (row.kind === "thread") return threadAddress(workspace, project, row.id);
    const run = row.kind === "run" ? row.id : null;
    return traceAddress(workspace, project, row.traceId, { trace_id: row.traceId, run });
  };

  /** @param {Row} row */
  choose(row) {
    this.chosen = row.id;
    if (this.query.peek && row.kind !== "thread") amend({ peek: row.id });
  }

  /** @param {Row} row */
  peek(row) {
    this.chosen = row.id;
    if (row.kind === "thread") return go(this.addressOf(row));
    amend({ peek: this.query.peek === row.id ? null : row.id });
  }

  /** Close what is looked into, and be on its row again. */
  leavePeek() {
    if (!this.query.peek) return;
    this.chosen = this.query.peek;
    amend({ peek: null });
    this.grid?.focusChosen();
  }

  /** @param {Row} row */
  mark(row) {
    const marked = new Set(this.marked);
    if (!marked.delete(row.id)) marked.add(row.id);
    this.marked = marked;
  }

  /** Add a condition to what is asked; that of a group leaves the groups. @param {import("../model/filter_chips.js").Chip} chip */
  narrow(chip) {
    const chips = chipsOf(this.query.filter);
    const filter = chips ? textOf([...chips, chip]) : allOf([this.query.filter, textOf([chip])]);
    amend({ filter, group: null }, { replace: false });
  }

  /** Do something with the row where the person is. @param {(row: Row) => void} does */
  withChosen(does) {
    const row = this.pages.rows.find((one) => one.id === this.chosen) ?? this.peeked;
    if (row) does(row);
  }

  compare() {
    const [one, other] = this.pages.rows.filter((row) => this.marked.has(row.id)).reverse();
    if (one && other && this.marked.size === 2) {
      go(compareAddress(this.place.workspace ?? "", this.place.project ?? "", one.traceId, other.traceId));
    }
  }

  // --- what is drawn ----------------------------------------------------------------------------------------

  /** Whether nothing has ever come. */
  get #isNew() {
    const { facets, pages } = this;
    return facets !== null && facets.is_all && facets.runs_looked_at === 0 && !pages.rows.length && !pages.isStale;
  }

  render() {
    if (this.#isNew) return firstTrace(this.project, this.me);
    return html`${this.#strip()} ${this.#bar()}
      <div class="list-panes ${this.peeked ? "peeking" : ""}">
        <div class="list-area">${this.query.group ? this.#groupTable() : this.#list()}</div>
        ${this.peeked ? this.#peekPane(this.peeked) : nothing}
      </div>`;
  }

  #strip() {
    const { histogram, figures, isLoading } = this.summary;
    const what = this.tab === "runs" ? "Runs" : "Traces";
    return html`<section class="strip" aria-label="What is filtered, in sum">
      <tk-strip
        .histogram=${histogram}
        what=${this.tab === "runs" ? "run" : "trace"}
        why=${this.query.treeFilter || (this.tab !== "traces" && this.query.traceFilter) ? "No counts over time with a filter on the root or on any run" : ""}
        @range=${(/** @type {CustomEvent} */ event) => amend(saidOfCustom(event.detail.from_ms, event.detail.to_ms), { replace: false })}
      ></tk-strip>
      ${figureRow(isLoading && !figures ? null : (figures ?? {}), what)}
    </section>`;
  }

  #bar() {
    const { problem } = this.pages;
    const text = problem instanceof Error ? problem.message : "";
    return html`<tk-filter-bar
      @pointerenter=${() => this.wantFacets()}
      @focusin=${() => this.wantFacets()}
      .query=${this.query}
      .facets=${this.facets}
      .figures=${this.summary.figures}
      .wrong=${wrongIn(this.query) ? null : pointed(text, filterOffset(this.query), this.query.filter)}
      @amend=${(/** @type {CustomEvent} */ event) => amend(event.detail.changes, { replace: Boolean(event.detail.isTyping) })}
    ></tk-filter-bar>`;
  }

  #list() {
    const { pages, query } = this;
    const searching = searchProgress(pages, query, this.now_ms);
    if (pages.problem && !pages.rows.length) return listProblem(pages.problem, () => pages.again());
    if (!pages.rows.length && (pages.isStale || (pages.isLoading && !query.words && !query.filter))) return bones(14);
    if (!pages.rows.length && !pages.isLoading && !pages.next)
      return emptyList({ query, project: this.project, me: this.me });
    return html`${searching}
      ${pages.came.length ? newcomers(pages.came.length, `${WHAT[this.tab]}${pages.came.length > 1 ? "s" : ""}`, () => (pages.letIn(), this.grid?.toTop())) : nothing}
      ${compareBar(
        this.marked,
        () => this.compare(),
        () => (this.marked = new Set()),
      )}
      <tk-list-grid
        class=${pages.isStale ? "stale" : ""}
        .rows=${pages.rows}
        .columns=${this.columns}
        .widths=${keptHere(`widths-${this.tab}`) ?? {}}
        .chosen=${this.chosen ?? query.peek}
        .peeked=${query.peek}
        .marked=${this.marked}
        .hrefOf=${this.addressOf}
        .now_ms=${this.now_ms}
        .canMark=${this.tab !== "threads"}
        ?isTall=${this.width_px > 0 && this.width_px < TALL_BELOW_PX}
        ?hasMore=${pages.next !== null}
        ?isBusy=${pages.isLoading}
        label="${WHAT[this.tab]}s"
        .foot=${footOf(pages)}
        @more=${() => pages.more()}
        @choose=${(/** @type {CustomEvent} */ event) => this.choose(event.detail)}
        @peek=${(/** @type {CustomEvent} */ event) => this.peek(event.detail)}
        @open=${(/** @type {CustomEvent} */ event) => go(this.addressOf(event.detail))}
        @mark=${(/** @type {CustomEvent} */ event) => this.mark(event.detail)}
        @narrow=${(/** @type {CustomEvent} */ event) => this.narrow(event.detail)}
        @width=${(/** @type {CustomEvent} */ event) => this.#width(event.detail)}
      ></tk-list-grid>`;
  }

  /** @param {{id: string, px: number | null}} width */
  #width({ id, px }) {
    const others = Object.entries(keptHere(`widths-${this.tab}`) ?? {}).filter(([other]) => other !== id);
    keepHere(`widths-${this.tab}`, Object.fromEntries(px === null ? others : [...others, [id, px]]));
    this.requestUpdate();
  }

  #groupTable() {
    const { groups, query } = this;
    if (groups.problem) return failure(groups.problem, () => this.#load());
    if (!groups.found) return bones(10);
    if (!groups.found.length && !isNarrowed(query)) return emptyList({ query, project: this.project, me: this.me });
    return html`<tk-groups
      .groups=${groups.found}
      .by=${query.group}
      .now_ms=${this.now_ms}
      @narrow=${(/** @type {CustomEvent} */ event) => this.narrow(event.detail)}
    ></tk-groups>`;
  }

  /** @param {Row} row */
  #peekPane(row) {
    const at = this.pages.rows.indexOf(row);
    return html`<tk-peek
      .row=${row}
      .href=${this.addressOf(row)}
      .makeSource=${(/** @type {string} */ trace) => apiSource(trace, this.place.project ?? "")}
      .now_ms=${this.now_ms}
      .canWrite=${!this.me?.api_key?.read_only}
      ?hasNext=${at >= 0 && at < this.pages.rows.length - 1}
      ?hasPrevious=${at > 0}
      @step=${(/** @type {CustomEvent} */ event) => this.grid?.move(event.detail)}
      @leave=${() => this.leavePeek()}
    ></tk-peek>`;
  }
}

define("tk-project-list", ProjectList);
