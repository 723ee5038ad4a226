/**
 * Which rows a trace's tree shows: all runs that nothing folds or hides, in order.
 *
 * Of many siblings of one name, or of names that only count on, the first few are shown where they stand, so that the pattern of a loop can be read;
 * the rest is one row, which says how many there are and whether any failed, and opens them where they stand.
 */

import { NO_RUN } from "./trace.js";

/** @typedef {import("./trace.js").Trace} Trace */

export const SHOWN_OF_A_NAME = 5;
const HIDDEN = 0;
const ABOVE = 1;
export const MATCH = 2;

/**
 * @typedef {object} Row
 * @property {number} run the run; of a group the first that it stands for
 * @property {number} depth
 * @property {boolean | null} isOpen null where there is nothing to open
 * @property {number} place among its siblings, from 1
 * @property {number} siblings
 * @property {boolean} isFaint it is here only because something below it matches
 * @property {Group} [group] what the row stands for, where it is no run
 */

/**
 * @typedef {object} Group siblings of one name that are folded into a row
 * @property {string} key names it among the folded and opened
 * @property {string} name of all its runs; a "#" where they count, as in "round #"
 * @property {number} count
 * @property {number} failed
 * @property {number[]} runs
 */

/**
 * What the person chose: runs that are folded, groups that are opened.
 * @typedef {{folded: Set<number>, opened: Set<string>}} Folds
 */

/**
 * The rows, from top to bottom.
 * @param {Trace} trace
 * @param {Folds} folds
 * @param {Uint8Array | null} [mask] of `maskOf`; with it nothing is grouped
 * @returns {Row[]}
 */
export function rowsOf(trace, folds, mask = null) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {{children: number[], at: number, above: number, groups: Map<string, Group>}[]} */
  const walk = [levelOf(trace, NO_RUN, mask)];
  while (walk.length) {
    const level = walk[walk.length - 1];
    if (level.at === level.children.length) {
      walk.pop();
      continue;
    }
    const run = level.children[level.at++];
    if (mask && mask[run] === HIDDEN) continue;
    const group = level.groups.get(familyOf(trace, run));
    const isGrouped = group !== undefined && run >= group.runs[0];
    if (isGrouped && run === group.runs[0]) rows.push(groupRow(trace, group, level, folds));
    if (isGrouped && !folds.opened.has(group.key)) continue;
    rows.push(runRow(trace, run, level, folds, mask));
    if (trace.hasChildren(run) && isOpen(run, folds, mask)) walk.push(levelOf(trace, run, mask));
  }
  return rows;
}

/** With a mask everything on the way to a match is open. @param {number} run @param {Folds} folds @param {Uint8Array | null} mask */
const isOpen = (run, folds, mask) => (mask ? mask[run] === ABOVE || !folds.folded.has(run) : !folds.folded.has(run));

/** @param {Trace} trace @param {number} above @param {Uint8Array | null} mask */
function levelOf(trace, above, mask) {
  const children = trace.childrenOf(above);
  return { children, at: 0, above, groups: mask ? new Map() : groupsOf(trace, above, children) };
}

/** @param {Trace} trace @param {number} above @param {number[]} children */
function groupsOf(trace, above, children) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  if (children.length <= SHOWN_OF_A_NAME + 1) return groups;
  /** @type {Map<string, number[]>} */
  const byName = new Map();
  for (const run of children) {
    const name = familyOf(trace, run);
    const same = byName.get(name);
    if (same) same.push(run);
    else byName.set(name, [run]);
  }
  for (const [name, same] of byName) {
    if (same.length <= SHOWN_OF_A_NAME + 1) continue; // one row for one run would save nothing
    const runs = same.slice(SHOWN_OF_A_NAME);
    const failed = runs.filter((run) => trace.statusOf(run) === "error").length;
    const isOne = runs.every((run) => trace.nameOf(run) === trace.nameOf(runs[0]));
    const shown = isOne ? trace.nameOf(runs[0]) : name;
    groups.set(name, { key: groupKey(above, name), name: shown, count: runs.length, failed, runs });
  }
  return groups;
}

/** "round 1" and "round 2" are of one family. @param {Trace} trace @param {number} run */
const familyOf = (trace, run) => trace.nameOf(run).replace(/\d+/g, "#");

/** @param {number} above @param {string} name */
const groupKey = (above, name) => `${above}/${name}`;

/** @param {Trace} trace @param {Group} group @param {{at: number, children: number[]}} level @param {Folds} folds @returns {Row} */
function groupRow(trace, group, level, folds) {
  const run = group.runs[0];
  const isOpen = folds.opened.has(group.key);
  return {
    run,
    depth: trace.depths[run],
    isOpen,
    place: level.at,
    siblings: level.children.length,
    isFaint: false,
    group,
  };
}

/**
 * @param {Trace} trace
 * @param {number} run
 * @param {{at: number, children: number[]}} level
 * @param {Folds} folds
 * @param {Uint8Array | null} mask
 * @returns {Row}
 */
function runRow(trace, run, level, folds, mask) {
  return {
    run,
    depth: trace.depths[run],
    isOpen: trace.hasChildren(run) ? isOpen(run, folds, mask) : null,
    place: level.at,
    siblings: level.children.length,
    isFaint: mask !== null && mask[run] === ABOVE,
  };
}

/**
 * Which runs to show when only some are asked for: those, and all above them.
 * @param {Trace} trace
 * @param {(run: number) => boolean} wanted
 * @returns {Uint8Array} a value a run: 0 hidden, 1 above a match, 2 a match
 */
export function maskOf(trace, wanted) {
  const mask = new Uint8Array(trace.size);
  for (let run = trace.size - 1; run >= 0; run--) {
    if (wanted(run)) mask[run] = MATCH;
    const above = trace.parents[run];
    if (mask[run] !== HIDDEN && above !== NO_RUN && mask[above] === HIDDEN) mask[above] = ABOVE;
  }
  return mask;
}

/**
 * Open everything on the way to a run, so that it has a row.
 * @param {Trace} trace
 * @param {number} run
 * @param {Folds} folds
 * @returns {Folds} the same where nothing was in the way
 */
export function revealed(trace, run, folds) {
  const above = trace.ancestorsOf(run);
  const inTheWay = above.filter((one) => folds.folded.has(one));
  const groups = [run, ...above]
    .map((one) => hiding(trace, one))
    .filter((key) => key !== null && !folds.opened.has(key));
  if (!inTheWay.length && !groups.length) return folds;
  const folded = new Set(folds.folded);
  for (const one of inTheWay) folded.delete(one);
  return { folded, opened: new Set([...folds.opened, .../** @type {string[]} */ (groups)]) };
}

/** The group that hides a run among its siblings, if one does. @param {Trace} trace @param {number} run */
function hiding(trace, run) {
  const above = trace.parents[run];
  const group = groupsOf(trace, above, trace.childrenOf(above)).get(familyOf(trace, run));
  return group && run >= group.runs[0] ? group.key : null;
}

/** Everything folded that can be, but the roots. @param {Trace} trace @returns {Folds} */
export function allFolded(trace) {
  const folded = new Set();
  for (let run = 0; run < trace.size; run++) if (trace.hasChildren(run) && trace.depths[run] > 0) folded.add(run);
  return { folded, opened: new Set() };
}

/**
 * The next run for which something is true, in order and around the end.
 * @param {Trace} trace
 * @param {number} from
 * @param {1 | -1} step
 * @param {(run: number) => boolean} wanted
 * @returns {number} NO_RUN where there is none
 */
export function nextRun(trace, from, step, wanted) {
  for (let walked = 1; walked <= trace.size; walked++) {
    const run = (((from + step * walked) % trace.size) + trace.size) % trace.size;
    if (wanted(run)) return run;
  }
  return NO_RUN;
}

/**
 * The runs whose name, model, tags, error or id have the words.
 * @param {Trace} trace
 * @param {string} words
 * @returns {Set<number>}
 */
export function runsWith(trace, words) {
  const asked = words.trim().toLowerCase();
  const found = new Set();
  if (!asked) return found;
  const has = (/** @type {string | null} */ text) => text !== null && text.toLowerCase().includes(asked);
  for (let run = 0; run < trace.size; run++) {
    if (has(trace.nameOf(run)) || has(trace.modelOf(run)) || has(trace.errorOf(run)) || trace.tagsOf(run).some(has)) {
      found.add(run);
    }
  }
  return found;
}
