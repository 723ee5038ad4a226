/** What is asked about usage, plans and invoices. */

import { ask } from "../api.js";

/** @typedef {import("../model/usage.js").MonthUse} MonthUse */
/** @typedef {import("../model/usage.js").Invoice} Invoice */

/** A month, whole. @param {string} month such as "2026-11" @param {AbortSignal} [signal] @returns {Promise<MonthUse>} */
export const monthUse = (month, signal) => ask("GET", `/orgs/current/usage/${month}`, { signal });

/**
 * The month's traces by the day and workspace, project or key.
 * @param {string} start_time
 * @param {string} end_time
 * @param {import("../model/usage.js").Grouping} group_by
 * @param {AbortSignal} [signal]
 * @returns {Promise<{usage: import("../model/usage.js").Bucket[]}>}
 */
export const granularUse = (start_time, end_time, group_by, signal) =>
  ask("GET", "/orgs/current/billing/granular-usage", { query: { start_time, end_time, group_by }, signal });

/** The last months, the newest first. @param {AbortSignal} [signal] @returns {Promise<Invoice[]>} */
export const invoices = (signal) => ask("GET", "/orgs/current/billing/invoices", { signal });

/** One, as the text of its file. @param {string} month @param {"json" | "csv"} format @returns {Promise<string>} */
export async function invoiceText(month, format) {
  const address = `/orgs/current/billing/invoices/${month}`;
  if (format === "csv") return ask("GET", address, { query: { format }, as: "text" });
  return JSON.stringify(await ask("GET", address), null, 2);
}

/** The plan, and those there are. @param {AbortSignal} [signal] @returns {Promise<import("../model/usage.js").Billing>} */
export const billing = (signal) => ask("GET", "/orgs/current/billing", { signal });

/** @param {import("../model/usage.js").PlanSaid} said @returns {Promise<import("../model/usage.js").Billing>} */
export const choosePlan = (said) => ask("PATCH", "/orgs/current/billing", { body: said });
