import { repeat } from "lit/directives/repeat.js";

import { endOf } from "../../model/critical_path.js";
import { duration } from "../../model/format.js";
import { TimeScale, ticksOf } from "../../model/idle.js";
import { NO_RUN } from "../../model/trace.js";
import { Part, define, html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { styled } from "../style.js";
import { VirtualList } from "../virtual_list.js";
import { pathAndGaps } from "./minimap.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */
/** @typedef {import("../../model/tree_rows.js").Row} Row */

const ROW_PX = 26;
const WORTH_FOLDING = 0.12;

/**
 * The rows of the tree against time. Long idle time is folded, so that work is seen; the critical path is marked. It
 * is a table for those who hear it: name, start, duration.
 */
export class TraceTimeline extends Part {
  static properties = {
    trace: { attribute: false },
    rows: { attribute: false },
    selected: { type: Number },
    range: { attribute: false },
    foldsIdle: { state: true },
    showsPath: { state: true },
  };

  constructor() {
    super();
    /** @type {Trace | null} */
    this.trace = null;
    /** @type {Row[]} */
    this.rows = [];
    this.selected = NO_RUN;
    /** @type {[number, number] | null} */
    this.range = null;
    this.foldsIdle = true;
    this.showsPath = true;
    this.list = new VirtualList(this, () => this.querySelector(".timeline-scroll"), ROW_PX);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (!changed.has("selected")) return;
    const at = this.rows.findIndex((row) => row.run === this.selected && !row.group);
    if (at >= 0) this.list.show(at);
  }

  render() {
    const { trace } = this;
    if (!trace) return nothing;
    const { gaps, path } = pathAndGaps(trace);
    const long = gaps.filter((gap) => gap.end_us - gap.start_us >= WORTH_FOLDING * trace.length_us);
    const [start, end] = this.range ?? [0, trace.length_us];
    const scale = new TimeScale(start, end, this.foldsIdle ? long : []);
    const onPath = this.showsPath ? new Set(path.map((one) => one.run)) : new Set();
    const first = Math.min(this.list.first, Math.max(0, this.rows.length - 1));
    const near = this.rows.slice(first, this.list.last).map((row, at) => ({ row, at: first + at }));
    return html`<div class="timeline-options">
        ${toggle("Critical path", this.showsPath, () => (this.showsPath = !this.showsPath))}
        ${long.length ? toggle("Fold idle time", this.foldsIdle, () => (this.foldsIdle = !this.foldsIdle)) : nothing}
      </div>
      <div
        class="timeline-scroll"
        role="table"
        aria-label="Timeline"
        aria-rowcount=${this.rows.length + 1}
        @keydown=${this.#key}
      >
        ${axis(scale)}
        <div class="timeline-sheet" role="rowgroup" ${styled({ height: `${this.rows.length * ROW_PX}px` })}>
          <div class="timeline-back" aria-hidden="true">
            ${ticksOf(scale).map((us) => gridLine(scale, us))}${scale.folded.map((gap) => gapBand(scale, gap))}
          </div>
          ${repeat(
            near,
            ({ row }) => (row.group ? row.group.key : row.run),
            ({ row, at }) => this.#row(row, at, scale, onPath.has(row.run)),
          )}
        </div>
      </div>`;
  }

  /** @param {Row} row @param {number} at @param {TimeScale} scale @param {boolean} isOnPath */
  #row(row, at, scale, isOnPath) {
    const trace = /** @type {Trace} */ (this.trace);
    const { run, group } = row;
    const isSelected = run === this.selected && !group;
    const status = trace.statusOf(run);
    const act = () => (group || row.isOpen !== null ? this.tell(group ? "open" : "fold", row) : undefined);
    const look = ["timeline-row", isSelected && "selected", status, row.isFaint && "faint-row"]
      .filter(Boolean)
      .join(" ");
    const name = group ? `${group.name} × ${group.count} more` : trace.nameOf(run);
    const placed = { transform: `translateY(${at * ROW_PX}px)`, "--depth": String(Math.min(row.depth, 16)) };
    return html`<div
      class=${look}
      role="row"
      aria-rowindex=${at + 2}
      aria-selected=${isSelected}
      tabindex=${isSelected || (at === 0 && this.selected === NO_RUN) ? 0 : -1}
      data-row=${at}
      @click=${() => (group ? act() : this.tell("choose", run))}
      ${styled(placed)}
    >
      <span class="timeline-name" role="rowheader">
        <span
          class="tree-twisty ${row.isOpen ? "open" : ""}"
          @click=${(/** @type {Event} */ event) => (event.stopPropagation(), act())}
          >${row.isOpen === null ? nothing : icon("chevron-right")}</span
        >
        ${kindIcon(trace.kindOf(run))}<span class="cut">${name}</span>
        ${status === "error" ? html`<span class="tree-failed">${icon("x-circle-fill", "failed")}</span>` : nothing}
      </span>
      <span class="timeline-lane" role="cell"
        >${group ? this.#many(group.runs, scale) : this.#bar(run, scale, isOnPath)}</span
      >
    </div>`;
  }

  /** @param {number} run @param {TimeScale} scale @param {boolean} isOnPath */
  #bar(run, scale, isOnPath) {
    const trace = /** @type {Trace} */ (this.trace);
    const [start_us, end_us] = [trace.starts_us[run], endOf(trace, run)];
    const [left, right] = [scale.at(start_us), scale.at(end_us)];
    const ms = trace.latencyOf(run);
    const token_ms = trace.firstTokenOf(run);
    const word = ms === null ? "running" : duration(ms);
    const time = timePlace(left, right);
    const isOut = end_us < scale.start_us || start_us > scale.end_us;
    if (isOut) return html`<span class="visually-hidden">${word}</span>`;
    const bar = { left: `${left * 100}%`, width: `${(right - left) * 100}%` };
    const look = `timeline-bar ${trace.statusOf(run)} ${isOnPath ? "on-path" : ""} ${trace.hasChildren(run) ? "parent" : ""}`;
    return html`<span class=${look} data-kind=${trace.kindOf(run)} ${styled(bar)}
        >${token_ms === null ? nothing : this.#token(start_us + token_ms * 1000, scale, left, right)}</span
      >
      <span class="timeline-time number ${time.isOver ? "over" : ""}" ${styled(time.place)}
        ><span class="visually-hidden">starts at ${duration(start_us / 1000)}, takes </span>${word}</span
      >`;
  }

  /** Where a stream's first token came. @param {number} us @param {TimeScale} scale @param {number} left @param {number} right */
  #token(us, scale, left, right) {
    const share = right > left ? (scale.at(us) - left) / (right - left) : 0;
    return html`<span
      class="timeline-token"
      title="First token"
      ${styled({ left: `${Math.min(1, share) * 100}%` })}
    ></span>`;
  }

  /** All bars of a folded group in one lane. @param {number[]} runs @param {TimeScale} scale */
  #many(runs, scale) {
    const trace = /** @type {Trace} */ (this.trace);
    const left = scale.at(trace.starts_us[runs[0]]);
    const right = Math.max(...runs.slice(-50).map((run) => scale.at(endOf(trace, run))));
    return html`<span
      class="timeline-bar many"
      data-kind=${trace.kindOf(runs[0])}
      ${styled({ left: `${left * 100}%`, width: `${Math.max(0, right - left) * 100}%` })}
    ></span>`;
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const at = Number(/** @type {HTMLElement} */ (event.target).dataset.row ?? -1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.rows.length - 1 }[event.key];
    if (at < 0 || to === undefined || !this.rows[to]) return;
    event.preventDefault();
    event.stopPropagation();
    this.#focus(to);
  };

  /** @param {number} to */
  async #focus(to) {
    const row = this.rows[to];
    if (!row.group) this.tell("choose", row.run);
    this.list.show(to);
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-row="${to}"]`))?.focus({ preventScroll: true });
  }
}

/** What a bar's time takes of the lane at most. */
const TIME_SHARE = 0.14;

/** Where a bar's time stands: after it, else before it, else upon its end; never among the names. @param {number} left @param {number} right @returns {{place: Record<string, string>, isOver: boolean}} */
function timePlace(left, right) {
  if (right <= 1 - TIME_SHARE) return { place: { left: `${right * 100}%` }, isOver: false };
  if (left >= TIME_SHARE) return { place: { right: `${(1 - left) * 100}%` }, isOver: false };
  return { place: { right: "0" }, isOver: true };
}

/** @param {string} word @param {boolean} isOn @param {() => void} change */
const toggle = (word, isOn, change) =>
  html`<button class="button quiet slim" aria-pressed=${isOn} @click=${change}>
    ${icon(isOn ? "check" : "dash")}${word}
  </button>`;

/** @param {TimeScale} scale */
const axis = (scale) =>
  html`<div class="timeline-axis" role="row">
    <span class="timeline-name" role="columnheader">Run</span>
    <span class="timeline-lane" role="columnheader" aria-label="Time since the start">
      ${ticksOf(scale).map((us) => html`<span class="timeline-tick number" ${styled({ left: `${scale.at(us) * 100}%` })}>${duration(us / 1000)}</span>`)}
    </span>
  </div>`;

/** @param {TimeScale} scale @param {number} us */
const gridLine = (scale, us) => html`<span class="timeline-grid" ${styled({ "--at": String(scale.at(us)) })}></span>`;

/** @param {TimeScale} scale @param {import("../../model/idle.js").Gap} gap */
const gapBand = (scale, gap) =>
  html`<span
    class="timeline-gap"
    ${styled({ "--at": String(scale.at(gap.start_us)), "--width": String(scale.at(gap.end_us) - scale.at(gap.start_us)) })}
    ><span>${duration((gap.end_us - gap.start_us) / 1000)} idle</span></span
  >`;

define("tk-trace-timeline", TraceTimeline);
