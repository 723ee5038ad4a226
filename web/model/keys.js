/** How long an API key lives, and how it stands now. */

import { timeOf } from "./format.js";

/** @typedef {{id: string, word: string, days: number | null}} Expiry */

/** How long a new key may live; "date" is a day of one's own choice. @type {Expiry[]} */
export const EXPIRIES = [
  { id: "never", word: "Never", days: null },
  { id: "7", word: "In 7 days", days: 7 },
  { id: "30", word: "In 30 days", days: 30 },
  { id: "90", word: "In 90 days", days: 90 },
  { id: "date", word: "On a day that I choose", days: null },
];

const DAY_MS = 86_400_000;

/**
 * When a key of that choice ends, as the wire says it; null is never.
 * @param {string} choice
 * @param {string} date "2027-01-31", of "date": the key works until that day is over here
 * @param {number} now_ms
 */
export function expiresAt(choice, date, now_ms) {
  if (choice === "date") return date ? new Date(`${date}T23:59:59`).toISOString() : null;
  const days = EXPIRIES.find((one) => one.id === choice)?.days;
  return days ? new Date(now_ms + days * DAY_MS).toISOString() : null;
}

/**
 * "expired", "soon" (within a week), or "good".
 * @param {string | null} expires_at
 * @param {number} now_ms
 */
export function standing(expires_at, now_ms) {
  const end = timeOf(expires_at);
  if (end === null) return "good";
  return end <= now_ms ? "expired" : end - now_ms < 7 * DAY_MS ? "soon" : "good";
}
