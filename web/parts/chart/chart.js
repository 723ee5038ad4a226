import { guard } from "lit/directives/guard.js";

import { axisOf, lineAt, lineShape, shapesOf, stepAt } from "../../model/plot.js";
import { shareOf, tickWord, timeTicks } from "../../model/scales.js";
import { Part, define, html, nothing, svg } from "../element.js";
import { icon } from "../icon.js";
import { legend } from "./legend.js";
import { chartTable } from "./table.js";
import { stepWords, tooltip } from "./tooltip.js";

/** @typedef {import("../../model/charts.js").Chart} Chart */

const HEIGHT = 148;
const EDGE = { left: 46, right: 10, top: 8, bottom: 22 };
const TICK_PX = 76;
const DRAG_PX = 4;
/** Where there are more lines, those over gaps would hide them. */
const MOST_BRIDGED = 3;
const EMPTY = "Nothing to show in this time";

/**
 * One chart: `<tk-chart .chart=${…} .at=${3}>`. It tells `step` (which step is looked at; null for none), so that all charts
 * of a page can look at the same, `open` ({at, line}; line is -1 for the whole step) and `range` ({from_ms, to_ms}).
 * Left and right walk over the steps, up and down over the lines, Enter opens.
 */
export class ChartElement extends Part {
  static properties = {
    chart: { attribute: false },
    at: { attribute: false },
    width: { state: true },
    line: { state: true },
    drag: { state: true },
    asTable: { state: true },
  };

  constructor() {
    super();
    /** @type {Chart | null} */
    this.chart = null;
    /** @type {number | null} the step that is looked at, here or in another chart */
    this.at = null;
    this.width = 0;
    /** The line that keys have chosen. */
    this.line = -1;
    /** @type {[number, number] | null} steps */
    this.drag = null;
    this.asTable = false;
    this.isHere = false;
    this.observer = new ResizeObserver(([one]) => (this.width = Math.round(one.contentRect.width)));
  }

  connectedCallback() {
    super.connectedCallback();
    this.observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!this.chart || !changed.has("chart")) return;
    this.scale = axisOf(this.chart);
    this.line = -1;
  }

  /** What lines and bars have for themselves. */
  get size() {
    return { width: Math.max(40, this.width - EDGE.left - EDGE.right), height: HEIGHT - EDGE.top - EDGE.bottom };
  }

  render() {
    const { chart } = this;
    if (!chart) return nothing;
    return html`<figure class="chart" aria-labelledby="chart-${chart.id}">
      <figcaption class="chart-head">
        <h2 id="chart-${chart.id}">${chart.title}</h2>
        ${this.scale?.isLog ? html`<span class="faint small" title="Each line of the grid is ten times the one below">log scale</span>` : nothing}
        ${hasWeak(chart) ? html`<span class="faint small chart-hint" title="A hollow dot is the rate of only one or two traces">○ one or two traces</span>` : nothing}
        <span class="spread"></span>
        <button
          class="button quiet slim only-icon chart-toggle"
          aria-pressed=${this.asTable}
          aria-label="${chart.title} as a table"
          title="As a table"
          @click=${() => (this.asTable = !this.asTable)}
        >
          ${icon("table")}
        </button>
      </figcaption>
      ${legend(chart, this.at)} ${this.asTable ? chartTable(chart) : this.#plot(chart)}
    </figure>`;
  }

  /** @param {Chart} chart */
  #plot(chart) {
    const isEmpty = chart.lines.every((one) =>
      one.values.every((value) => value === null || (value === 0 && chart.look === "bars")),
    );
    const last = chart.starts_ms.length - 1;
    return html`<div
      class="chart-plot"
      role="slider"
      tabindex="0"
      aria-label="${chart.title} over time"
      aria-orientation="horizontal"
      aria-valuemin="0"
      aria-valuemax=${last}
      aria-valuenow=${this.at ?? last}
      aria-valuetext=${stepWords(chart, this.at ?? last, this.line)}
      @pointerdown=${this.#down}
      @pointermove=${this.#hover}
      @pointerleave=${this.#leave}
      @blur=${this.#leave}
      @keydown=${this.#key}
    >
      <svg
        class="chart-svg"
        width="100%"
        height=${HEIGHT}
        viewBox="0 0 ${this.width || 1} ${HEIGHT}"
        aria-hidden="true"
      >
        ${guard([chart, this.width], () => this.#still(chart))} ${this.#cross(chart)}
      </svg>
      ${isEmpty ? html`<p class="chart-empty"><span>${EMPTY}</span></p>` : nothing}
      ${this.isHere && this.at !== null && !this.drag ? tooltip(chart, this.at, this.line) : nothing}
    </div>`;
  }

  /** All that stays while one looks around. @param {Chart} chart */
  #still(chart) {
    const { size } = this;
    const scale = axisOf(chart);
    const before = chart.before && lineShape(chart.before, scale, size);
    return svg`${this.#grid(chart, scale)}
      <g transform="translate(${EDGE.left} ${EDGE.top})">
        ${before ? svg`<path class="chart-before" d=${before.path} />` : nothing}
        ${shapesOf(chart, scale, size).map((shape, at) => drawn(chart, shape, at))}
      </g>`;
  }

  /** @param {Chart} chart @param {import("../../model/scales.js").Scale} scale */
  #grid(chart, scale) {
    const { size } = this;
    const right = EDGE.left + size.width;
    const foot = EDGE.top + size.height;
    const [from_ms, to_ms] = endsOf(chart);
    const x = (/** @type {number} */ ms) => crisp(EDGE.left + ((ms - from_ms) / (to_ms - from_ms)) * size.width);
    return svg`${scale.ticks.map((tick) => {
      const y = crisp(foot - shareOf(scale, tick) * size.height);
      return svg`<path class="chart-grid ${tick === 0 ? "zero" : ""}" d="M${EDGE.left} ${y}H${right}" />
        <text class="chart-tick" x=${EDGE.left - 7} y=${y + 3.5} text-anchor="end">${tickWord(tick, chart.unit)}</text>`;
    })}
    ${timeTicks(from_ms, to_ms, size.width / TICK_PX).map(
      ({ ms, word, isDay }) => svg`<path class="chart-grid" d="M${x(ms)} ${foot}v4" />
        <text class="chart-tick ${isDay ? "day" : ""}" x=${inside(x(ms), right)} y=${HEIGHT - 5} text-anchor="middle">${word}</text>`,
    )}`;
  }

  /** Where one looks, and what is dragged over. @param {Chart} chart */
  #cross(chart) {
    const { size, at, drag, scale } = this;
    const pitch = size.width / chart.starts_ms.length;
    const band = (/** @type {number} */ first, /** @type {number} */ last, /** @type {string} */ look) =>
      svg`<rect class=${look} x=${EDGE.left + first * pitch} y=${EDGE.top} width=${(last - first + 1) * pitch} height=${size.height} />`;
    if (drag) return band(Math.min(...drag), Math.max(...drag), "chart-drag");
    if (at === null || !scale) return nothing;
    if (chart.look === "bars" && pitch > 3) return band(at, at, "chart-band");
    const x = EDGE.left + (at + 0.5) * pitch;
    const dots = chart.look === "lines" ? chart.lines.map((one) => ({ one, value: one.values[at] })) : [];
    return svg`<path class="chart-cross" d="M${crisp(x)} ${EDGE.top}v${size.height}" />
      ${dots.map(({ one, value }) =>
        value === null
          ? nothing
          : svg`<circle class="chart-dot" data-colour=${one.colour} r="3" cx=${x} cy=${EDGE.top + size.height * (1 - shareOf(scale, value))} />`,
      )}`;
  }

  /** @param {number | null} at */
  #look(at) {
    this.isHere = at !== null;
    if (at === this.at) return;
    this.at = at;
    this.tell("step", at);
  }

  /** @param {PointerEvent} event @returns {{at: number, share: number}} the step, and how high from the foot */
  #spot(event) {
    const box = /** @type {HTMLElement} */ (this.querySelector(".chart-plot")).getBoundingClientRect();
    const { size } = this;
    const at = stepAt(/** @type {Chart} */ (this.chart), (event.clientX - box.left - EDGE.left) / size.width);
    return { at, share: 1 - (event.clientY - box.top - EDGE.top) / size.height };
  }

  /** @param {PointerEvent} event */
  #hover = (event) => {
    const { at } = this.#spot(event);
    this.line = -1;
    this.#look(at);
    if (this.drag) this.drag = [this.drag[0], at];
  };

  /** @param {Event} event */
  #leave = (event) => {
    if (event instanceof PointerEvent && event.pointerType === "touch") return;
    this.line = -1;
    this.#look(null);
  };

  /** A finger's first tap looks, its second opens. @param {PointerEvent} event */
  #down = (event) => {
    if (event.button !== 0) return;
    const plot = /** @type {HTMLElement} */ (event.currentTarget);
    const { at } = this.#spot(event);
    const mayOpen = event.pointerType !== "touch" || this.at === at;
    const from_px = event.clientX;
    plot.setPointerCapture(event.pointerId);
    this.#look(at);
    const end = new AbortController();
    const moved = (/** @type {PointerEvent} */ now) => {
      if (Math.abs(now.clientX - from_px) > DRAG_PX) this.drag ??= [at, at];
    };
    const up = (/** @type {PointerEvent} */ now) => {
      end.abort();
      if (this.drag) this.#takeRange(this.drag);
      else if (mayOpen && now.type === "pointerup") this.#open(now);
      this.drag = null;
    };
    plot.addEventListener("pointermove", moved, { signal: end.signal });
    plot.addEventListener("pointerup", up, { signal: end.signal });
    plot.addEventListener("pointercancel", () => (end.abort(), (this.drag = null)), { signal: end.signal });
  };

  /** @param {[number, number]} steps */
  #takeRange(steps) {
    const { starts_ms, step_ms } = /** @type {Chart} */ (this.chart);
    this.tell("range", { from_ms: starts_ms[Math.min(...steps)], to_ms: starts_ms[Math.max(...steps)] + step_ms });
  }

  /** @param {PointerEvent} event */
  #open(event) {
    const { at, share } = this.#spot(event);
    if (this.chart && this.scale) this.tell("open", { at, line: lineAt(this.chart, this.scale, at, share) });
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const chart = /** @type {Chart} */ (this.chart);
    const last = chart.starts_ms.length - 1;
    const at = this.at ?? last + 1;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.#look(Math.max(0, at - 1)),
      ArrowRight: () => this.#look(Math.min(last, at + 1)),
      Home: () => this.#look(0),
      End: () => this.#look(last),
      ArrowUp: () => (this.line = Math.min(chart.lines.length - 1, this.line + 1)),
      ArrowDown: () => (this.line = Math.max(-1, this.line - 1)),
      Enter: () => this.at !== null && this.tell("open", { at: this.at, line: this.line }),
      Escape: () => this.#look(null),
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    keys[event.key]();
    event.preventDefault();
    event.stopPropagation();
  };
}

/** @param {Chart} chart */
const hasWeak = ({ lines }) => lines.some((one) => one.weak?.some((isWeak, at) => isWeak && one.values[at] !== null));

/** @param {number} px on the middle of a pixel, where a thin line is sharp */
const crisp = (px) => Math.round(px - 0.5) + 0.5;

/** A word at the end stays within. @param {number} x @param {number} right */
const inside = (x, right) => Math.min(x, right - 10);

/** @param {Chart} chart @returns {[number, number]} */
const endsOf = ({ starts_ms, step_ms }) => [starts_ms[0], starts_ms[starts_ms.length - 1] + step_ms];

/** @param {Chart} chart @param {import("../../model/plot.js").Shape} shape @param {number} at */
function drawn(chart, shape, at) {
  const { colour, dash } = chart.lines[at];
  if (chart.look === "bars")
    return svg`<path class="chart-bars" data-colour=${colour} data-dash=${dash} d=${shape.path} />`;
  return svg`${chart.lines.length > MOST_BRIDGED ? nothing : svg`<path class="chart-bridge" data-colour=${colour} d=${shape.bridge} />`}
    <path class="chart-line" data-colour=${colour} data-dash=${dash} d=${shape.path} />
    ${shape.hollow.map(({ x, y }) => svg`<circle class="chart-hollow" data-colour=${colour} cx=${x} cy=${y} r="1.75" />`)}
    ${shape.dots.map(({ x, y }) => svg`<circle class="chart-point" data-colour=${colour} cx=${x} cy=${y} r="1.6" />`)}`;
}

define("tk-chart", ChartElement);
