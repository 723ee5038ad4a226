/**
 * The chain of runs that a trace's length hangs on: to make the trace shorter, one of these must get shorter.
 *
 * It is found backwards from a root's end: whatever ended last before the moment one stands at held everything up,
 * and between two such runs it was the run above that took the time.
 */

import { NO_RUN } from "./trace.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {{run: number, start_us: number, end_us: number}} Stretch time that only this run accounts for */

/**
 * The stretches of the critical path, from the first to the last; they do not overlap.
 * @param {Trace} trace
 * @returns {Stretch[]}
 */
export function criticalPath(trace) {
  const start = trace.root === NO_RUN ? longest(trace) : trace.root;
  if (start === NO_RUN) return [];
  /** @type {Stretch[]} */
  const path = [];
  /** @type {{run: number, at_us: number, waiting: number[]}[]} */
  const walk = [{ run: start, at_us: endOf(trace, start), waiting: byEnd(trace, start) }];
  while (walk.length) {
    const step = walk[walk.length - 1];
    const below = lastBefore(trace, step);
    if (below === NO_RUN) {
      add(path, step.run, trace.starts_us[step.run], step.at_us);
      walk.pop();
      continue;
    }
    const ends_us = Math.min(endOf(trace, below), step.at_us);
    add(path, step.run, ends_us, step.at_us);
    step.at_us = Math.max(trace.starts_us[below], trace.starts_us[step.run]);
    walk.push({ run: below, at_us: ends_us, waiting: byEnd(trace, below) });
  }
  return path.reverse();
}

/** The run below that ended last, of those that began before the moment; each is taken once. @param {Trace} trace @param {{at_us: number, waiting: number[]}} step */
function lastBefore(trace, step) {
  while (step.waiting.length) {
    const run = /** @type {number} */ (step.waiting.pop());
    if (trace.starts_us[run] < step.at_us && endOf(trace, run) <= step.at_us + 1) return run;
  }
  return NO_RUN;
}

/** @param {Trace} trace @param {number} run */
const byEnd = (trace, run) =>
  trace.childrenOf(run).sort((one, other) => endOf(trace, one) - endOf(trace, other) || one - other);

/** When a run ended, or the trace's end where no end is known. @param {Trace} trace @param {number} run */
export function endOf(trace, run) {
  const duration_us = trace.durations_us[run];
  return Number.isNaN(duration_us) ? trace.length_us : trace.starts_us[run] + duration_us;
}

/** @param {Stretch[]} path @param {number} run @param {number} start_us @param {number} end_us */
function add(path, run, start_us, end_us) {
  if (end_us > start_us) path.push({ run, start_us, end_us });
}

/** The longest of the runs that stand as roots. @param {Trace} trace */
function longest(trace) {
  const length = (/** @type {number} */ run) => endOf(trace, run) - trace.starts_us[run];
  return trace
    .childrenOf(NO_RUN)
    .reduce((best, run) => (best === NO_RUN || length(run) > length(best) ? run : best), NO_RUN);
}
