/**
 * When nothing was at work: time within a trace in which no run without children ran. It is what waiting for a
 * person, a queue or a rate limit looks like, and what an agent does between its steps.
 */

import { endOf } from "./critical_path.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {{start_us: number, end_us: number}} Gap */

const WORTH_SHOWING = 0.02;

/**
 * The gaps of a trace, in order, of at least a share of its length.
 * @param {Trace} trace
 * @param {number} [least] share of the length
 * @returns {Gap[]}
 */
export function idleGaps(trace, least = WORTH_SHOWING) {
  const leaves = [];
  for (let run = 0; run < trace.size; run++) if (!trace.hasChildren(run)) leaves.push(run);
  leaves.sort((one, other) => trace.starts_us[one] - trace.starts_us[other]);
  /** @type {Gap[]} */
  const gaps = [];
  let busyUntil_us = 0;
  for (const run of leaves) {
    gapFrom(gaps, busyUntil_us, trace.starts_us[run]);
    busyUntil_us = Math.max(busyUntil_us, endOf(trace, run));
  }
  gapFrom(gaps, busyUntil_us, trace.length_us);
  return gaps.filter((gap) => gap.end_us - gap.start_us >= least * trace.length_us);
}

/** @param {Gap[]} gaps @param {number} start_us @param {number} end_us */
function gapFrom(gaps, start_us, end_us) {
  if (end_us > start_us) gaps.push({ start_us, end_us });
}

/**
 * A scale of time: which share of the width a moment stands at, and back. Long gaps can be made short, so that the
 * work around them is seen.
 */
export class TimeScale {
  /**
   * @param {number} start_us
   * @param {number} end_us
   * @param {Gap[]} [folded] gaps that get a fixed small share each
   */
  constructor(start_us, end_us, folded = []) {
    this.start_us = start_us;
    this.end_us = Math.max(end_us, start_us + 1);
    this.folded = folded
      .map((gap) => ({ start_us: Math.max(gap.start_us, start_us), end_us: Math.min(gap.end_us, this.end_us) }))
      .filter((gap) => gap.end_us > gap.start_us);
    this.parts = partsOf(this.start_us, this.end_us, this.folded);
  }

  /** The share of the width, 0 to 1, of a moment; outside it is clamped. @param {number} us @returns {number} */
  at(us) {
    if (us <= this.start_us) return 0;
    if (us >= this.end_us) return 1;
    const part = this.parts.find((one) => us <= one.end_us) ?? this.parts[this.parts.length - 1];
    return part.from + ((us - part.start_us) / (part.end_us - part.start_us)) * (part.to - part.from);
  }

  /** The moment at a share of the width. @param {number} share @returns {number} */
  moment(share) {
    const clamped = Math.max(0, Math.min(1, share));
    const part = this.parts.find((one) => clamped <= one.to) ?? this.parts[this.parts.length - 1];
    return part.start_us + ((clamped - part.from) / (part.to - part.from || 1)) * (part.end_us - part.start_us);
  }
}

/** What a folded gap keeps of the width. */
const FOLDED_SHARE = 0.035;

/** @param {number} start_us @param {number} end_us @param {Gap[]} folded */
function partsOf(start_us, end_us, folded) {
  const idle_us = folded.reduce((sum, gap) => sum + gap.end_us - gap.start_us, 0);
  const busy_us = end_us - start_us - idle_us;
  const share = busy_us > 0 ? Math.min(FOLDED_SHARE, 0.5 / (folded.length || 1)) : 1 / (folded.length || 1);
  const perUs = busy_us > 0 ? (1 - share * folded.length) / busy_us : 0;
  /** @type {{start_us: number, end_us: number, from: number, to: number, isFolded: boolean}[]} */
  const parts = [];
  let at_us = start_us;
  let from = 0;
  const add = (/** @type {number} */ until_us, /** @type {number} */ width, /** @type {boolean} */ isFolded) => {
    if (until_us <= at_us) return;
    parts.push({ start_us: at_us, end_us: until_us, from, to: from + width, isFolded });
    at_us = until_us;
    from += width;
  };
  for (const gap of folded) {
    add(gap.start_us, (gap.start_us - at_us) * perUs, false);
    add(gap.end_us, share, true);
  }
  add(end_us, (end_us - at_us) * perUs, false);
  if (parts.length) parts[parts.length - 1].to = 1;
  return parts;
}

/**
 * Round moments for an axis: 1, 2 or 5 times a power of ten apart.
 * @param {TimeScale} scale
 * @param {number} [about] how many
 * @returns {number[]} µs
 */
export function ticksOf(scale, about = 6) {
  const span_us = scale.end_us - scale.start_us;
  const raw = span_us / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= raw) ?? 10);
  const ticks = [];
  for (let us = Math.ceil(scale.start_us / step) * step; us <= scale.end_us; us += step) ticks.push(us);
  const folded = (/** @type {number} */ us) => scale.folded.some((gap) => us > gap.start_us && us < gap.end_us);
  return ticks.filter((us) => !folded(us));
}
