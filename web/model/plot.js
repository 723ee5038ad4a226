/** The shapes of a chart, as paths of SVG in pixels: bars upon each other, lines with their gaps. */

import { logScaleOf, scaleOf, shareOf, wantsLog } from "./scales.js";

/** @typedef {import("./charts.js").Chart} Chart */
/** @typedef {import("./scales.js").Scale} Scale */
/** @typedef {{width: number, height: number}} Size */

/**
 * @typedef {object} Shape
 * @property {string} path
 * @property {string} bridge over steps of which nothing is known; empty for bars
 * @property {{x: number, y: number}[]} dots values that stand alone
 * @property {{x: number, y: number}[]} hollow values that stand on little
 */

/**
 * The axis that fits a chart and what is drawn behind it.
 * @param {Chart} chart
 * @returns {Scale}
 */
export function axisOf(chart) {
  const before = chart.before ?? [];
  if (chart.look === "bars") return scaleOf([...sums(chart), ...before], chart.unit);
  const values = chart.lines.flatMap((one) => one.values);
  return chart.unit === "ms" && wantsLog(values)
    ? logScaleOf([...values, ...before])
    : scaleOf([...values, ...before], chart.unit);
}

/** @param {Chart} chart */
const sums = ({ lines, starts_ms }) =>
  starts_ms.map((_, at) => lines.reduce((sum, one) => sum + (one.values[at] ?? 0), 0));

/**
 * The shape of each line.
 * @param {Chart} chart
 * @param {Scale} scale
 * @param {Size} size
 * @returns {Shape[]}
 */
export function shapesOf(chart, scale, size) {
  if (chart.look === "lines") return chart.lines.map((one) => lineShape(one.values, scale, size, one.weak));
  const foot = new Array(chart.starts_ms.length).fill(0);
  return chart.lines.map((one) => ({
    path: barsPath(one.values, foot, scale, size),
    bridge: "",
    dots: [],
    hollow: [],
  }));
}

/**
 * Bars upon what stands there already, which `foot` holds and gets back. No bar that counts something is too small
 * to be seen.
 * @param {(number | null)[]} values
 * @param {number[]} foot
 * @param {Scale} scale
 * @param {Size} size
 */
function barsPath(values, foot, scale, { width, height }) {
  const pitch = width / values.length;
  const gap = pitch > 6 ? Math.min(4, pitch * 0.2) : pitch > 2.5 ? 0.75 : 0;
  let path = "";
  values.forEach((value, at) => {
    if (!value) return;
    const low = shareOf(scale, foot[at]) * height;
    foot[at] += value;
    const tall = Math.max(1, shareOf(scale, foot[at]) * height - low);
    path += `M${fine(at * pitch + gap / 2)} ${fine(height - low)}v${fine(-tall)}h${fine(pitch - gap)}v${fine(tall)}z`;
  });
  return path;
}

/**
 * A line from the middle of one step to that of the next, broken where nothing is known. What stands on little is a hollow
 * dot, and no part of the line: one failure of one trace would else stand above all that happened.
 * @param {(number | null)[]} values
 * @param {Scale} scale
 * @param {Size} size
 * @param {boolean[]} [weak] values that stand on little
 * @returns {Shape}
 */
export function lineShape(values, scale, { width, height }, weak = []) {
  const spot = (/** @type {number} */ at) => ({
    x: fine(((at + 0.5) * width) / values.length),
    y: fine(height - shareOf(scale, /** @type {number} */ (values[at])) * height),
  });
  const known = values.flatMap((value, at) => (value === null ? [] : [at]));
  const firm = known.filter((at) => !weak[at]);
  /** @type {Shape} */
  const shape = { path: "", bridge: "", dots: [], hollow: known.filter((at) => weak[at]).map(spot) };
  firm.forEach((at, index) => {
    const [last, next] = [firm[index - 1], firm[index + 1]];
    const { x, y } = spot(at);
    shape.path += `${last === at - 1 ? "L" : "M"}${x} ${y}`;
    if (last !== undefined && last !== at - 1) shape.bridge += `M${spot(last).x} ${spot(last).y}L${x} ${y}`;
    if (last !== at - 1 && next !== at + 1) shape.dots.push({ x, y });
  });
  return shape;
}

/** @param {number} value to the hundredth of a pixel */
const fine = (value) => Math.round(value * 100) / 100;

/**
 * Which step lies under a share of the width.
 * @param {Chart} chart
 * @param {number} share between 0 and 1
 */
export const stepAt = ({ starts_ms }, share) =>
  Math.max(0, Math.min(starts_ms.length - 1, Math.floor(share * starts_ms.length)));

/**
 * The line that a spot belongs to: the bar it is in, or the nearest line; -1 where there is none near.
 * @param {Chart} chart
 * @param {Scale} scale
 * @param {number} at the step
 * @param {number} share of the height, from the foot
 */
export function lineAt(chart, scale, at, share) {
  if (chart.look === "bars") return barAt(chart, scale, at, share);
  const far = chart.lines.map((one) => {
    const value = one.values[at];
    return value === null ? Infinity : Math.abs(shareOf(scale, value) - share);
  });
  const nearest = Math.min(...far);
  return nearest < NEAR ? far.indexOf(nearest) : -1;
}

const NEAR = 0.12;

/** @param {Chart} chart @param {Scale} scale @param {number} at @param {number} share */
function barAt(chart, scale, at, share) {
  let sum = 0;
  for (const [index, one] of chart.lines.entries()) {
    sum += one.values[at] ?? 0;
    if (one.values[at] && share <= shareOf(scale, sum)) return index;
  }
  return -1;
}
