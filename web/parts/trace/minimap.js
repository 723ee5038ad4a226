import { criticalPath, endOf } from "../../model/critical_path.js";
import { duration } from "../../model/format.js";
import { idleGaps } from "../../model/idle.js";
import { NO_RUN } from "../../model/trace.js";
import { Part, define, html, nothing } from "../element.js";
import { styled } from "../style.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */

const HEIGHT_PX = 46;
const MOST_LANES = 9;
const LEAST_SHARE = 0.002;
const KEY_STEP = 0.02;

/** What the drawing of a trace hangs on, counted once a trace. @type {WeakMap<Trace, {path: import("../../model/critical_path.js").Stretch[], gaps: import("../../model/idle.js").Gap[]}>} */
const known = new WeakMap();

/** @param {Trace} trace */
export function pathAndGaps(trace) {
  const found = known.get(trace) ?? { path: criticalPath(trace), gaps: idleGaps(trace) };
  known.set(trace, found);
  return found;
}

/**
 * The whole trace in one strip: each run a bar at its depth, failures red, idle time hatched, the critical path below.
 * Dragging chooses what the timeline shows; it tells `range` ([start, end] in µs, null for all).
 */
export class TraceMinimap extends Part {
  static properties = { trace: { attribute: false }, selected: { type: Number }, range: { attribute: false } };

  constructor() {
    super();
    /** @type {Trace | null} */
    this.trace = null;
    this.selected = NO_RUN;
    /** @type {[number, number] | null} */
    this.range = null;
    this.observer = new ResizeObserver(() => this.#draw());
    this.colours = matchMedia("(prefers-color-scheme: dark)");
  }

  connectedCallback() {
    super.connectedCallback();
    this.observer.observe(this);
    this.colours.addEventListener("change", this.#draw);
    this.themes = new MutationObserver(() => this.#draw());
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.themes?.disconnect();
    this.colours.removeEventListener("change", this.#draw);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("trace")) this.#draw();
  }

  render() {
    const { trace, range } = this;
    if (!trace || trace.size < 2) return nothing;
    const [from, to] = this.#shares();
    return html`<div class="minimap" @pointerdown=${this.#grab} @dblclick=${() => this.#choose(0, 1)}>
      <canvas class="minimap-canvas" aria-hidden="true"></canvas>
      ${this.#marker(trace)}
      <div class="minimap-out" ${styled({ left: "0", width: `${from * 100}%` })}></div>
      <div class="minimap-out" ${styled({ left: `${to * 100}%`, right: "0" })}></div>
      ${this.#handle("start", from)} ${this.#handle("end", to)}
      <span class="minimap-length number">${duration(trace.length_us / 1000)}</span>
      ${
        range
          ? html`<button class="button slim minimap-all" @pointerdown=${stop} @click=${() => this.#choose(0, 1)}>
              Show all
            </button>`
          : nothing
      }
    </div>`;
  }

  /** Where the selected run is. @param {Trace} trace */
  #marker(trace) {
    const { selected } = this;
    if (selected === NO_RUN || trace.depths[selected] === 0) return nothing;
    const whole_us = trace.length_us || 1;
    const left = trace.starts_us[selected] / whole_us;
    const width = (endOf(trace, selected) - trace.starts_us[selected]) / whole_us;
    return html`<div class="minimap-selected" ${styled({ left: `${left * 100}%`, width: `${width * 100}%` })}></div>`;
  }

  /** @param {"start" | "end"} which @param {number} share */
  #handle(which, share) {
    const trace = /** @type {Trace} */ (this.trace);
    return html`<div
      class="minimap-handle"
      role="slider"
      tabindex="0"
      data-handle=${which}
      aria-label=${which === "start" ? "Start of what the timeline shows" : "End of what the timeline shows"}
      aria-valuemin="0"
      aria-valuemax=${Math.round(trace.length_us / 1000)}
      aria-valuenow=${Math.round((share * trace.length_us) / 1000)}
      aria-valuetext=${duration((share * trace.length_us) / 1000)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event, which)}
      ${styled({ left: `${share * 100}%` })}
    ></div>`;
  }

  /** @returns {[number, number]} */
  #shares() {
    const whole_us = this.trace?.length_us || 1;
    return this.range ? [this.range[0] / whole_us, this.range[1] / whole_us] : [0, 1];
  }

  /** @param {number} from @param {number} to */
  #choose(from, to) {
    const whole_us = this.trace?.length_us || 1;
    const [low, high] = [Math.max(0, Math.min(from, to)), Math.min(1, Math.max(from, to))];
    const isAll = low <= 0 && high >= 1;
    this.tell("range", isAll ? null : [low * whole_us, Math.max(high, low + LEAST_SHARE) * whole_us]);
  }

  /** @param {PointerEvent} event */
  #grab = (event) => {
    const box = /** @type {HTMLElement} */ (event.currentTarget);
    const { left, width } = box.getBoundingClientRect();
    const shareOf = (/** @type {PointerEvent} */ one) => (one.clientX - left) / width;
    const move = this.#dragged(/** @type {HTMLElement} */ (event.target), shareOf(event));
    const moved = (/** @type {PointerEvent} */ one) => {
      const share = shareOf(one);
      if (Math.abs(one.clientX - event.clientX) > 3) move(share);
    };
    box.setPointerCapture(event.pointerId);
    box.addEventListener("pointermove", moved);
    box.addEventListener("pointerup", () => box.removeEventListener("pointermove", moved), { once: true });
  };

  /** What a drag from here does: moves an edge, moves the window, or chooses a new one. @param {HTMLElement} target @param {number} start */
  #dragged(target, start) {
    const [from, to] = this.#shares();
    if (target.dataset.handle === "start") return (/** @type {number} */ share) => this.#choose(share, to);
    if (target.dataset.handle === "end") return (/** @type {number} */ share) => this.#choose(from, share);
    if (this.range && start > from && start < to) {
      return (/** @type {number} */ share) => {
        const step = Math.max(-from, Math.min(1 - to, share - start));
        this.#choose(from + step, to + step);
      };
    }
    return (/** @type {number} */ share) => this.#choose(start, share);
  }

  /** @param {KeyboardEvent} event @param {"start" | "end"} which */
  #key(event, which) {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [from, to] = this.#shares();
    if (which === "start") this.#choose(Math.min(from + step, to - LEAST_SHARE), to);
    else this.#choose(from, Math.max(to + step, from + LEAST_SHARE));
  }

  #draw = () => {
    const canvas = this.querySelector("canvas");
    const { trace } = this;
    if (!canvas || !trace) return;
    const width = canvas.clientWidth;
    const ratio = devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = HEIGHT_PX * ratio;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this);
    const paint = { pen, width, colour: (/** @type {string} */ name) => resolved(style, name) };
    drawGaps(paint, trace);
    drawRuns(paint, trace);
    drawPath(paint, trace);
  };
}

/** @typedef {{pen: CanvasRenderingContext2D, width: number, colour: (name: string) => string}} Paint */

/** A token as a colour that a canvas knows: `light-dark()` is settled by the style of an element. @param {CSSStyleDeclaration} style @param {string} name */
function resolved(style, name) {
  const text = style.getPropertyValue(name).trim();
  const both = text.match(/^light-dark\((.+),\s*(.+)\)$/);
  if (!both) return text;
  const isDark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  return isDark ? both[2] : both[1];
}

/** @param {Paint} paint @param {Trace} trace */
function drawRuns({ pen, width, colour }, trace) {
  const deepest = trace.depths.reduce((most, depth) => Math.max(most, depth), 0);
  const lanes = Math.min(MOST_LANES, deepest + 1);
  const lane_px = Math.min(9, (HEIGHT_PX - 12) / lanes);
  const bars = new Bars(pen, width / (trace.length_us || 1));
  const failed = colour("--error");
  const kinds = new Map(trace.tables.run_types.map((/** @type {string} */ kind) => [kind, colour(`--kind-${kind}`)]));
  const draw = (/** @type {number} */ run, /** @type {string} */ fill) => {
    const lane = Math.min(lanes - 1, trace.depths[run]);
    bars.add(4 + lane * lane_px, Math.max(1, lane_px - 1.5), trace.starts_us[run], endOf(trace, run), fill);
  };
  for (let run = 0; run < trace.size; run++) {
    pen.globalAlpha = trace.hasChildren(run) ? 0.4 : 0.85;
    if (trace.statusOf(run) !== "error") draw(run, kinds.get(trace.kindOf(run)) || colour("--kind-chain"));
  }
  pen.globalAlpha = 1;
  for (let run = 0; run < trace.size; run++) {
    if (trace.statusOf(run) === "error" && !trace.hasChildren(run)) draw(run, failed);
  }
}

/** Bars that are drawn once where many fall into one pixel: 25,000 runs are no more than the strip is wide. */
class Bars {
  /** @type {Map<string, number>} the last pixel that each row has of each colour */
  #until = new Map();

  /** @param {CanvasRenderingContext2D} pen @param {number} perUs */
  constructor(pen, perUs) {
    this.pen = pen;
    this.perUs = perUs;
  }

  /** @param {number} top @param {number} height @param {number} start_us @param {number} end_us @param {string} fill */
  add(top, height, start_us, end_us, fill) {
    const left = start_us * this.perUs;
    const right = Math.max(left + 1, end_us * this.perUs);
    const key = `${top} ${fill}`;
    const until = this.#until.get(key) ?? -1;
    if (right <= until && left >= until - 1) return;
    this.pen.fillStyle = fill;
    this.pen.fillRect(left, top, right - left, height);
    this.#until.set(key, Math.ceil(right));
  }
}

/** @param {Paint} paint @param {Trace} trace */
function drawGaps({ pen, width, colour }, trace) {
  const perUs = width / (trace.length_us || 1);
  pen.strokeStyle = colour("--line-strong");
  pen.lineWidth = 1;
  for (const gap of pathAndGaps(trace).gaps) {
    const [left, right] = [gap.start_us * perUs, gap.end_us * perUs];
    pen.save();
    pen.beginPath();
    pen.rect(left, 0, right - left, HEIGHT_PX - 8);
    pen.clip();
    for (let x = left - HEIGHT_PX; x < right; x += 6) {
      pen.beginPath();
      pen.moveTo(x, HEIGHT_PX);
      pen.lineTo(x + HEIGHT_PX, 0);
      pen.stroke();
    }
    pen.restore();
  }
}

/** @param {Paint} paint @param {Trace} trace */
function drawPath({ pen, width, colour }, trace) {
  const perUs = width / (trace.length_us || 1);
  pen.fillStyle = colour("--accent");
  let until = -1;
  for (const { run, start_us, end_us } of pathAndGaps(trace).path) {
    const right = Math.max(start_us * perUs + 1, end_us * perUs);
    if (right <= until) continue;
    pen.globalAlpha = trace.hasChildren(run) ? 0.35 : 1;
    pen.fillRect(start_us * perUs, HEIGHT_PX - 5, right - start_us * perUs, 3);
    until = Math.ceil(right);
  }
  pen.globalAlpha = 1;
}

/** @param {Event} event */
const stop = (event) => event.stopPropagation();

define("tk-trace-minimap", TraceMinimap);
