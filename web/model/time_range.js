/** The stretch of time that a list shows: the last so much, or from one moment to another. */

/** @typedef {{id: string, word: string, short: string, span_ms: number | null}} Last */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @type {Last[]} from the shortest on; the last is all that is kept */
export const LASTS = [
  { id: "15m", word: "Last 15 minutes", short: "15 m", span_ms: 15 * MINUTE_MS },
  { id: "1h", word: "Last hour", short: "1 h", span_ms: HOUR_MS },
  { id: "24h", word: "Last 24 hours", short: "24 h", span_ms: DAY_MS },
  { id: "7d", word: "Last 7 days", short: "7 d", span_ms: 7 * DAY_MS },
  { id: "14d", word: "Last 14 days", short: "14 d", span_ms: 14 * DAY_MS },
  { id: "all", word: "All that is kept", short: "All", span_ms: null },
];

export const USUAL = "7d";

/**
 * @typedef {object} Range
 * @property {string} id of `LASTS`, or "custom"
 * @property {number} from_ms since the epoch; 0 is the beginning
 * @property {number | null} to_ms null is now, and whatever comes
 */

/**
 * What an address says.
 * @param {{range?: string | null, from?: string | null, to?: string | null}} said
 * @param {number} now_ms the server's
 * @returns {Range}
 */
export function rangeOf(said, now_ms) {
  const [from, to] = [timeOf(said.from), timeOf(said.to)];
  if (from !== null || to !== null) return { id: "custom", from_ms: from ?? 0, to_ms: to };
  const last =
    LASTS.find((one) => one.id === said.range) ?? /** @type {Last} */ (LASTS.find((one) => one.id === USUAL));
  return { id: last.id, from_ms: last.span_ms === null ? 0 : now_ms - last.span_ms, to_ms: null };
}

/** What the address is to say. @param {string} id of `LASTS` @returns {{range: string | null, from: null, to: null}} */
export const saidOfLast = (id) => ({ range: id === USUAL ? null : id, from: null, to: null });

/** @param {number | null} from_ms @param {number | null} to_ms @returns {{range: null, from: string | null, to: string | null}} */
export const saidOfCustom = (from_ms, to_ms) => ({ range: null, from: instant(from_ms), to: instant(to_ms) });

/** To the second, unless it says milliseconds. @param {number | null} ms */
const instant = (ms) => (ms === null ? null : new Date(ms).toISOString().replace(".000Z", "Z"));

/** @param {string | null | undefined} text */
function timeOf(text) {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** The next longer one; null for all. @param {Range} range @returns {Last | null} */
export function wider(range) {
  if (range.id === "all") return null;
  const at = LASTS.findIndex((one) => one.id === range.id);
  return LASTS[at < 0 ? LASTS.length - 1 : at + 1] ?? null;
}

/** "2026-11-20T18:23": what a field of the local time holds. @param {number} ms */
export function localField(ms) {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS);
  return local.toISOString().slice(0, 16);
}

/** Bars of the histogram: their length in seconds, for about so many. @type {number[]} */
const STEPS_S = [60, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400];

/**
 * How long each bar is, so that there are at most so many; whole hours come cheap.
 * @param {number} span_ms
 * @param {number} most
 */
export function stepOf(span_ms, most = 90) {
  return STEPS_S.find((step) => span_ms / 1000 / step <= most) ?? 86_400;
}

/** "20 Nov, 14:00 – 15:00", in the local time. @param {number} from_ms @param {number} to_ms */
export function spanWords(from_ms, to_ms) {
  const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  const [one, other] = [date.format(from_ms), date.format(to_ms)];
  const areDays = [from_ms, to_ms].every((ms) => clock.format(ms) === "00:00");
  const last = date.format(to_ms - 1);
  if (areDays) return one === last ? one : `${one} – ${last}`;
  if (one === other) return `${one}, ${clock.format(from_ms)} – ${clock.format(to_ms)}`;
  return `${one}, ${clock.format(from_ms)} – ${other}, ${clock.format(to_ms)}`;
}
