/**
 * Two traces, step beside step: runs of the same name and kind at the same place in the tree stand in one row, calls of
 * models whatever the model; what only one of them did stands alone.
 */

import { NO_RUN } from "./trace.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {{left: number, right: number, depth: number}} Pair NO_RUN where a side has no such step */

/** Longer lists of siblings are matched by name and count: the exact way takes time by the product of their lengths. */
const MOST_EXACT = 400;

/**
 * The rows, in the order in which they are read.
 * @param {Trace} left
 * @param {Trace} right
 * @returns {Pair[]}
 */
export function pairsOf(left, right) {
  /** @type {Pair[]} */
  const rows = [];
  /** @type {Pair[]} */
  const waiting = [...rootsOf(left, right)].reverse();
  while (waiting.length) {
    const pair = /** @type {Pair} */ (waiting.pop());
    rows.push(pair);
    const below = matched(left, childrenOf(left, pair.left), right, childrenOf(right, pair.right), pair.depth + 1);
    for (let at = below.length - 1; at >= 0; at--) waiting.push(below[at]);
  }
  return rows;
}

/** Two roots are compared whatever they are called. @param {Trace} left @param {Trace} right @returns {Pair[]} */
function rootsOf(left, right) {
  if (left.root === NO_RUN || right.root === NO_RUN) {
    return matched(left, left.childrenOf(NO_RUN), right, right.childrenOf(NO_RUN), 0);
  }
  const others = (/** @type {Trace} */ trace) => trace.childrenOf(NO_RUN).filter((run) => run !== trace.root);
  return [{ left: left.root, right: right.root, depth: 0 }, ...matched(left, others(left), right, others(right), 0)];
}

/** @param {Trace} trace @param {number} run */
const childrenOf = (trace, run) => (run === NO_RUN ? [] : trace.childrenOf(run));

/**
 * @param {Trace} left @param {number[]} ours
 * @param {Trace} right @param {number[]} theirs
 * @param {number} depth
 * @returns {Pair[]}
 */
function matched(left, ours, right, theirs, depth) {
  const keys = ours.map((run) => keyOf(left, run));
  const others = theirs.map((run) => keyOf(right, run));
  const isLong = ours.length > MOST_EXACT || theirs.length > MOST_EXACT;
  const both = isLong ? inTurn(keys, others) : longestCommon(keys, others);
  return woven(ours, theirs, both, depth);
}

/** Another model at the same place is what one compares: models match whatever they are called. @param {Trace} trace @param {number} run */
const keyOf = (trace, run) => (trace.kindOf(run) === "llm" ? "llm" : `${trace.kindOf(run)} ${trace.nameOf(run)}`);

/**
 * Matches as [place in ours, place in theirs], both rising: as many as there can be.
 * @param {string[]} ours @param {string[]} theirs @returns {[number, number][]}
 */
function longestCommon(ours, theirs) {
  const width = theirs.length + 1;
  const best = new Uint16Array((ours.length + 1) * width);
  for (let one = ours.length - 1; one >= 0; one--) {
    for (let other = theirs.length - 1; other >= 0; other--) {
      best[one * width + other] =
        ours[one] === theirs[other]
          ? best[(one + 1) * width + other + 1] + 1
          : Math.max(best[(one + 1) * width + other], best[one * width + other + 1]);
    }
  }
  /** @type {[number, number][]} */
  const both = [];
  for (let one = 0, other = 0; one < ours.length && other < theirs.length;) {
    if (ours[one] === theirs[other]) both.push([one++, other++]);
    else if (best[(one + 1) * width + other] >= best[one * width + other + 1]) one++;
    else other++;
  }
  return both;
}

/** The next of the same name, without going back. @param {string[]} ours @param {string[]} theirs @returns {[number, number][]} */
function inTurn(ours, theirs) {
  /** @type {[number, number][]} */
  const both = [];
  let from = 0;
  ours.forEach((key, one) => {
    const other = theirs[from] === key ? from : -1;
    if (other < 0) return;
    both.push([one, other]);
    from = other + 1;
  });
  return both;
}

/** @param {number[]} ours @param {number[]} theirs @param {[number, number][]} both @param {number} depth */
function woven(ours, theirs, both, depth) {
  /** @type {Pair[]} */
  const rows = [];
  let one = 0;
  let other = 0;
  for (const [mine, yours] of [...both, [ours.length, theirs.length]]) {
    while (one < mine) rows.push({ left: ours[one++], right: NO_RUN, depth });
    while (other < yours) rows.push({ left: NO_RUN, right: theirs[other++], depth });
    if (one < ours.length && other < theirs.length) rows.push({ left: ours[one++], right: theirs[other++], depth });
  }
  return rows;
}

/**
 * How much more or less, as "+12 %"; "" where there is nothing to compare or no difference.
 * @param {number | null} before
 * @param {number | null} after
 */
export function change(before, after) {
  if (before === null || after === null || before === 0 || before === after) return "";
  const share = (after - before) / before;
  const percent = Math.abs(share) >= 9.995 ? `× ${(share + 1).toFixed(1)}` : `${Math.round(Math.abs(share) * 100)} %`;
  if (percent === "0 %") return "";
  return percent.startsWith("×") ? percent : `${share > 0 ? "+" : "−"}${percent}`;
}
