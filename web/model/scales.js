/** Axes: round values of a unit, round times of the local clock, and where a value lies between them. */

import { count, day } from "./format.js";

/** @typedef {"count" | "share" | "ms" | "usd" | "score"} Unit */
/** @typedef {{ticks: number[], least: number, most: number, isLog: boolean}} Scale */

const SECOND_MS = 1000;
/** How far an axis goes where there is nothing. @type {Record<Unit, number>} */
const NOTHING = { count: 1, share: 0.1, ms: SECOND_MS, usd: 0.01, score: 1 };
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ROUND_MS = [1, 2, 5, 10, 15, 30]
  .flatMap((n) => [n * SECOND_MS, n * MINUTE_MS])
  .concat([1, 2, 4, 8, 24].map((n) => n * HOUR_MS));
const TIME_STEPS_MS = [1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS).concat([1, 2, 3, 6, 12].map((n) => n * HOUR_MS));
const DAY_STEPS = [1, 2, 4, 7, 14, 28, 56, 112];
const CLOCK = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/**
 * Where one or two, or five, of some power of ten are just enough.
 * @param {number} least
 */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** @param {number} least @param {Unit} unit */
function stepFor(least, unit) {
  if (unit === "count") return Math.max(1, roundStep(least));
  if (unit === "ms" && least > SECOND_MS / 2)
    return ROUND_MS.toSorted((a, b) => a - b).find((one) => one >= least) ?? roundStep(least / DAY_MS) * DAY_MS;
  return roundStep(least);
}

/**
 * From nought, or from what is below it, to a round value that nothing lies above. Law: ticks rise by one step, the
 * first and the last are the ends, and there are at most `wanted` steps, and one more where values lie below nought.
 * @param {(number | null)[]} values
 * @param {Unit} unit
 * @param {number} [wanted]
 * @returns {Scale}
 */
export function scaleOf(values, unit, wanted = 4) {
  const [low, high] = endsOf(values);
  const bottom = Math.min(0, low);
  const top = high > 0 ? high : bottom < 0 ? 0 : NOTHING[unit];
  const step = stepFor((top - bottom) / wanted, unit);
  const [first, last] = [Math.floor(bottom / step + 1e-9), Math.ceil(top / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
  return { ticks, least: ticks[0], most: ticks[ticks.length - 1], isLog: false };
}

/** @param {(number | null)[]} values @returns {[number, number]} 0 and 0 where there is none */
function endsOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 0] : [low, high];
}

/**
 * Powers of ten between ends that are one, two or five of one.
 * @param {(number | null)[]} values
 * @returns {Scale}
 */
export function logScaleOf(values) {
  const [low, high] = endsOf(values.filter((value) => value !== null && value > 0));
  const [least, most] = [roundBelow(low || 1), roundStep(Math.max(high, 2 * (low || 1)))];
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    Number((10 ** (first + at)).toPrecision(12)),
  );
  return { ticks, least, most, isLog: true };
}

/** @param {number} value */
function roundBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return power * ([5, 2].find((one) => one * power <= value * (1 + 1e-9)) ?? 1);
}

const LOG_FROM = 25;

/**
 * Whether a linear axis would flatten half of the values against the ground.
 * @param {(number | null)[]} values
 */
export function wantsLog(values) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null && value > 0)).toSorted(
    (a, b) => a - b,
  );
  return known.length > 2 && known[known.length - 1] > LOG_FROM * known[known.length >> 1];
}

/**
 * How high a value lies: 0 at the foot of the scale, 1 at its top; what is beyond lies at the end.
 * @param {Scale} scale
 * @param {number} value
 */
export function shareOf({ least, most, isLog }, value) {
  const share = isLog
    ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
    : (value - least) / (most - least);
  return Math.max(0, Math.min(1, share));
}

/**
 * What stands at a tick: "20", "5 %", "1.5 s", "2 m", "$0.02".
 * @param {number} value
 * @param {Unit} unit
 */
export function tickWord(value, unit) {
  if (unit === "ms") return timeWord(value);
  if (unit === "share") return `${trimmed(value * 100)} %`;
  if (unit === "usd") return `$${trimmed(value)}`;
  if (unit === "score") return trimmed(value);
  return value < 10_000 ? count(value) : compact(value);
}

/** @param {number} value */
const trimmed = (value) => String(Number(value.toPrecision(6)));

/** @param {number} value */
const compact = (value) =>
  value < 1e6 ? `${trimmed(value / 1e3)}K` : value < 1e9 ? `${trimmed(value / 1e6)}M` : `${trimmed(value / 1e9)}B`;

/** @param {number} ms */
function timeWord(ms) {
  if (ms === 0) return "0";
  if (ms < SECOND_MS) return `${trimmed(ms)} ms`;
  if (ms % MINUTE_MS !== 0 && ms < DAY_MS) return `${count(Number(trimmed(ms / SECOND_MS)))} s`;
  return ms < HOUR_MS ? `${trimmed(ms / MINUTE_MS)} m` : `${Number((ms / HOUR_MS).toPrecision(2))} h`;
}

/**
 * Round times of the local clock within a window, with their words: the day at midnight, else the hour.
 * @param {number} from_ms
 * @param {number} to_ms
 * @param {number} wanted at most so many
 * @returns {{ms: number, word: string, isDay: boolean}[]}
 */
export function timeTicks(from_ms, to_ms, wanted) {
  const least_ms = (to_ms - from_ms) / Math.max(1, wanted);
  const step_ms = TIME_STEPS_MS.find((one) => one >= least_ms);
  const times = step_ms === undefined ? midnights(from_ms, to_ms, least_ms) : clockTimes(from_ms, to_ms, step_ms);
  return times.map((ms) => {
    const isDay = isMidnight(ms);
    return { ms, word: isDay ? day(ms) : CLOCK.format(ms), isDay };
  });
}

/** @param {number} ms */
function isMidnight(ms) {
  const time = new Date(ms);
  return time.getHours() === 0 && time.getMinutes() === 0;
}

/** Every so many hours or minutes of each local day, whatever the clock was put to. @param {number} from_ms @param {number} to_ms @param {number} step_ms */
function clockTimes(from_ms, to_ms, step_ms) {
  const times = [];
  for (let at = 0, start = midnight(from_ms, at); start < to_ms; start = midnight(from_ms, ++at)) {
    const next = midnight(from_ms, at + 1);
    for (let past_ms = 0; past_ms < DAY_MS; past_ms += step_ms) {
      const ms = new Date(start).setHours(0, 0, 0, past_ms);
      if (ms >= from_ms && ms < Math.min(to_ms, next)) times.push(ms);
    }
  }
  return [...new Set(times)];
}

/** @param {number} from_ms @param {number} to_ms @param {number} least_ms */
function midnights(from_ms, to_ms, least_ms) {
  const days = DAY_STEPS.find((one) => one * DAY_MS >= least_ms) ?? Math.ceil(least_ms / DAY_MS);
  const times = [];
  for (let at = 0, ms = midnight(from_ms, 0); ms < to_ms; ms = midnight(from_ms, (at += days))) {
    if (ms >= from_ms) times.push(ms);
  }
  return times;
}

/** @param {number} ms @param {number} days after it */
function midnight(ms, days) {
  const time = new Date(ms);
  return new Date(time.getFullYear(), time.getMonth(), time.getDate() + days).getTime();
}
