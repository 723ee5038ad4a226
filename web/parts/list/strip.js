import { count, money, percent, plural, duration } from "../../model/format.js";
import { spanWords } from "../../model/time_range.js";
import { Part, define, html, nothing, svg } from "../element.js";
import { styled } from "../style.js";

/** @typedef {{step_ms: number, starts_ms: number[], counts: number[], errors: number[]}} Histogram */

const HEIGHT = 44;
const DRAG_PX = 4;

/**
 * How much came when, failed in the error's colour. Dragging over it, or a click on a bar, tells `range` as
 * `{from_ms, to_ms}`; arrow keys walk over the bars, Enter takes one.
 */
export class Strip extends Part {
  static properties = {
    histogram: { attribute: false },
    what: {},
    why: {},
    at: { state: true },
    drag: { state: true },
  };

  constructor() {
    super();
    /** @type {Histogram | null} */
    this.histogram = null;
    this.what = "trace";
    /** Why there is no histogram, where there is none. */
    this.why = "";
    /** @type {number | null} the bar that is hovered, or reached by keys */
    this.at = null;
    /** @type {[number, number] | null} shares of the width */
    this.drag = null;
  }

  render() {
    const { histogram } = this;
    if (!histogram?.counts.length) return html`<p class="strip-plot none faint small">${this.why}</p>`;
    const most = Math.max(1, ...histogram.counts);
    return html`<div
        class="strip-plot"
        role="slider"
        tabindex="0"
        aria-label="${this.what === "run" ? "Runs" : "Traces"} over time; arrows walk, Enter narrows the time"
        aria-valuemin="0"
        aria-valuemax=${histogram.counts.length - 1}
        aria-valuenow=${this.at ?? 0}
        aria-valuetext=${this.#said(this.at ?? 0)}
        @pointerdown=${this.#down}
        @pointermove=${this.#hover}
        @pointerleave=${() => (this.at = null)}
        @blur=${() => (this.at = null)}
        @keydown=${this.#key}
      >
        <svg viewBox="0 0 ${histogram.counts.length} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
          ${histogram.counts.map((number, at) => this.#bar(number, histogram.errors[at], at, most))}
        </svg>
        ${this.drag ? html`<span class="strip-drag" ${styled(spanStyle(this.drag))}></span>` : nothing}
      </div>
      ${this.at === null || this.drag ? nothing : html`<span class="strip-tip" aria-hidden="true" ${styled(this.#tipPlace)}>${this.#said(this.at)}</span>`}
      <span class="strip-axis number" aria-hidden="true">${this.#ends()}</span>`;
  }

  /** @param {number} number @param {number} failed @param {number} at @param {number} most */
  #bar(number, failed, at, most) {
    const tall = (/** @type {number} */ n) => (n ? Math.max(1.5, (n / most) * (HEIGHT - 2)) : 0);
    const [whole, wrong] = [tall(number), Math.min(tall(number), tall(failed))];
    const look = at === this.at ? "strip-bar hot" : "strip-bar";
    return svg`<rect class="strip-hit ${at === this.at ? "hot" : ""}" x=${at} y="0" width="1" height=${HEIGHT} />
      <rect class=${look} x=${at + 0.1} y=${HEIGHT - whole} width="0.8" height=${Math.max(0, whole - wrong)} />
      <rect class="strip-bar failed" x=${at + 0.1} y=${HEIGHT - wrong} width="0.8" height=${wrong} />`;
  }

  /** @param {number} at */
  #said(at) {
    const { starts_ms, step_ms, counts, errors } = /** @type {Histogram} */ (this.histogram);
    const failed = errors[at] ? `, ${count(errors[at])} failed` : "";
    return `${spanWords(starts_ms[at], starts_ms[at] + step_ms)}: ${plural(counts[at], this.what)}${failed}`;
  }

  get #tipPlace() {
    const { counts } = /** @type {Histogram} */ (this.histogram);
    const share = ((this.at ?? 0) + 0.5) / counts.length;
    return share > 0.6 ? { right: `${(1 - share) * 100}%`, left: "auto" } : { left: `${share * 100}%`, right: "auto" };
  }

  #ends() {
    const { starts_ms, step_ms } = /** @type {Histogram} */ (this.histogram);
    const clock = new Intl.DateTimeFormat("en-GB", {
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
    const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
    const last_ms = starts_ms[starts_ms.length - 1] + step_ms;
    const format = last_ms - starts_ms[0] > 3 * 86_400_000 ? day : clock;
    return html`<span>${format.format(starts_ms[0])}</span><span>${format.format(last_ms - 1)}</span>`;
  }

  /** @param {PointerEvent} event @returns {number} between 0 and 1 */
  #share(event) {
    const box = /** @type {HTMLElement} */ (this.querySelector(".strip-plot")).getBoundingClientRect();
    return Math.max(0, Math.min(0.9999, (event.clientX - box.left) / box.width));
  }

  /** @param {number} share */
  #barAt(share) {
    return Math.floor(share * /** @type {Histogram} */ (this.histogram).counts.length);
  }

  /** @param {PointerEvent} event */
  #hover = (event) => {
    const share = this.#share(event);
    this.at = this.#barAt(share);
    if (this.drag) this.drag = [this.drag[0], share];
  };

  /** @param {PointerEvent} event */
  #down = (event) => {
    const plot = /** @type {HTMLElement} */ (event.currentTarget);
    const from_px = event.clientX;
    plot.setPointerCapture(event.pointerId);
    this.drag = [this.#share(event), this.#share(event)];
    const up = (/** @type {PointerEvent} */ last) => {
      const [one, other] = /** @type {[number, number]} */ (this.drag);
      this.drag = null;
      const isClick = Math.abs(last.clientX - from_px) < DRAG_PX;
      const [first, end] = isClick ? [one, one] : [Math.min(one, other), Math.max(one, other)];
      this.#take(this.#barAt(first), this.#barAt(end));
    };
    plot.addEventListener("pointerup", up, { once: true });
  };

  /** @param {number} first @param {number} last */
  #take(first, last) {
    const { starts_ms, step_ms } = /** @type {Histogram} */ (this.histogram);
    this.tell("range", { from_ms: starts_ms[first], to_ms: starts_ms[last] + step_ms });
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const last = /** @type {Histogram} */ (this.histogram).counts.length - 1;
    const at = this.at ?? -1;
    if (event.key === "ArrowRight") this.at = Math.min(last, at + 1);
    else if (event.key === "ArrowLeft") this.at = at < 0 ? last : Math.max(0, at - 1);
    else if (event.key === "Enter" && this.at !== null) this.#take(this.at, this.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** @param {[number, number]} drag */
const spanStyle = ([one, other]) => ({
  left: `${Math.min(one, other) * 100}%`,
  width: `${Math.abs(other - one) * 100}%`,
});

define("tk-strip", Strip);

/**
 * What all that matches adds up to.
 * @param {any} figures of /runs/stats; null while it is not known
 * @param {"Traces" | "Runs"} what
 */
export function figureRow(figures, what) {
  const latency = (/** @type {number | null | undefined} */ s) =>
    duration(s === null || s === undefined ? null : s * 1000);
  return html`<dl class="strip-figures">
    ${figure(what, figures && count(figures.run_count))}
    ${figure("Failed", figures && percent(figures.error_rate), figures?.error_rate > 0 ? "wrong" : "")}
    ${figure("Latency p50", figures && latency(figures.latency_p50))}
    ${figure("p99", figures && latency(figures.latency_p99), "extra")}
    ${figure("Tokens", figures && count(figures.total_tokens), "extra")}
    ${figure("Cost", figures && money(figures.total_cost))}
  </dl>`;
}

/** @param {string} word @param {unknown} value @param {string} [look] */
const figure = (word, value, look = "") =>
  html`<div class="strip-figure ${look}">
    <dt>${word}</dt>
    <dd class="number">${value ?? html`<span class="bone strip-bone"></span>`}</dd>
  </div>`;
