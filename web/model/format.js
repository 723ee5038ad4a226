/** Numbers, times and money as people read them: short, with their unit, the exact value elsewhere on hover. */

const LOCALE = "en";
const GROUPED = new Intl.NumberFormat(LOCALE);
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const CLOCK = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const WHOLE = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

export const NONE = "–";

/**
 * "947 ms", "8.4 s", "2 m 05 s", "1 h 12 m": three figures at most.
 * @param {number | null | undefined} ms
 * @returns {string}
 */
export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return NONE;
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 1) return ms === 0 ? "0 ms" : "<1 ms";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  return `${Math.floor(minutes / 1440)} d ${two(Math.floor((minutes % 1440) / 60))} h`;
}

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/**
 * "12,311"; from 100,000 on "1.2M".
 * @param {number | null | undefined} number
 */
export function count(number) {
  if (number === null || number === undefined) return NONE;
  return Math.abs(number) < 100_000 ? GROUPED.format(number) : COMPACT.format(number);
}

/** "12,311,042": every figure. @param {number | null | undefined} number */
export const exactCount = (number) => (number === null || number === undefined ? NONE : GROUPED.format(number));

/**
 * "$0.041", "$12.30", "<$0.0001", "$0": two figures that tell, and never fewer than cents.
 * @param {number | string | null | undefined} usd the wire says costs as text
 */
export function money(usd) {
  if (usd === null || usd === undefined) return NONE;
  const value = Number(usd);
  if (Number.isNaN(value)) return NONE;
  if (value === 0) return "$0";
  if (value < 0.0001) return "<$0.0001";
  if (value < 0.01) return `$${value.toFixed(4)}`;
  if (value < 1) return `$${value.toFixed(3)}`;
  return `$${value < 1000 ? value.toFixed(2) : GROUPED.format(Math.round(value))}`;
}

/** "4.2 %", "100 %", "<0.1 %". @param {number | null | undefined} share between 0 and 1 */
export function percent(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return NONE;
  if (share === 0) return "0 %";
  const value = share * 100;
  if (value < 0.1) return "<0.1 %";
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`;
}

/** "3.2 KB", "1.4 MB". @param {number | null | undefined} size */
export function bytes(size) {
  if (size === null || size === undefined) return NONE;
  if (size < 1000) return `${size} B`;
  if (size < 999_500) return `${(size / 1000).toFixed(size < 9950 ? 1 : 0)} KB`;
  if (size < 999_500_000) return `${(size / 1e6).toFixed(size < 9.95e6 ? 1 : 0)} MB`;
  return `${(size / 1e9).toFixed(1)} GB`;
}

/**
 * "now", "12 s ago", "5 m ago", "3 h ago", "2 d ago"; older than a week it is the day.
 * @param {number} ms since the epoch
 * @param {number} now_ms
 */
export function ago(ms, now_ms) {
  const seconds = Math.round((now_ms - ms) / 1000);
  if (seconds < -1) return moment(ms, now_ms);
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return day(ms);
}

/** "14:02:07" of today, "18 Nov, 14:02:07" of another day. @param {number} ms @param {number} now_ms */
export function moment(ms, now_ms) {
  const isToday = new Date(ms).toDateString() === new Date(now_ms).toDateString();
  return isToday ? CLOCK.format(ms) : `${day(ms)}, ${CLOCK.format(ms)}`;
}

/** "4 Dec". @param {number} ms */
export function day(ms) {
  const [month, number] = DAY.format(ms).split(" ");
  return `${number} ${month}`;
}

/** The local time whole, and UTC below it: what a hover shows. @param {number} ms */
export const bothClocks = (ms) =>
  `${WHOLE.format(ms)} (your time)\n${new Date(ms).toISOString().replace("T", " ").replace("Z", " UTC")}`;

/**
 * Milliseconds since the epoch of a time as the wire writes it, which is UTC with or without saying so.
 * @param {string | null | undefined} text
 * @returns {number | null}
 */
export function timeOf(text) {
  if (!text) return null;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** "1 run", "2 runs". @param {number} number @param {string} one @param {string} [many] */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
