/** Automation rules as a form holds them and as the server has them, and what lists say of them. */

import { plural } from "./format.js";

/**
 * @typedef {object} Webhook
 * @property {string} url
 * @property {Record<string, string>} headers what is kept secret comes as ••••
 * @property {string | null} [signing_secret] once, of a new one
 */

/** @typedef {{type: "pagerduty" | "sns" | "webhook", summary?: string, severity?: string, routing_key?: string, url?: string, headers?: Record<string, string>}} Alert */

/**
 * @typedef {object} Rule as `GET /runs/rules/{id}` shows it
 * @property {string} id
 * @property {string} display_name
 * @property {string | null} session_id
 * @property {string | null} session_name
 * @property {boolean} is_enabled
 * @property {number} sampling_rate
 * @property {string | null} filter
 * @property {string | null} trace_filter
 * @property {string | null} tree_filter
 * @property {string[]} actions
 * @property {boolean} extends_traces
 * @property {string | null} add_to_annotation_queue_id
 * @property {string | null} add_to_annotation_queue_name
 * @property {boolean | null} extend_annotation_queue_trace_retention
 * @property {string | null} add_to_dataset_id
 * @property {string | null} add_to_dataset_name
 * @property {boolean} add_to_dataset_prefer_correction
 * @property {boolean | null} extend_dataset_trace_retention
 * @property {Webhook[]} webhooks
 * @property {boolean | null} extend_webhook_trace_retention
 * @property {Alert[]} alerts
 * @property {string | null} monthly_cap_usd
 * @property {number | null} trace_count upgraded this month
 * @property {number | null} spend_usd
 * @property {string | null} aws_spend_usd
 * @property {string | null} last_applied_at
 * @property {string | null} looked_until
 * @property {string | null} error
 * @property {string | null} backfill_from
 * @property {string | null} backfill_status
 * @property {number | null} backfill_progress
 * @property {boolean} transient
 * @property {number} revision
 */

/** @typedef {{outcome: "success" | "skipped" | "error" | "waiting", payload: any}} Outcome */

/**
 * @typedef {object} Applied one entry of a rule's log
 * @property {string} run_id
 * @property {string} [trace_id]
 * @property {string | null} run_name
 * @property {string | null} run_type
 * @property {string} run_session_id
 * @property {string | null} start_time
 * @property {string} application_time
 */

/**
 * @typedef {object} Draft what the form holds
 * @property {string} id
 * @property {string} name
 * @property {string} project empty is every project
 * @property {boolean} isEnabled
 * @property {string} percent
 * @property {string} filter
 * @property {string} traceFilter
 * @property {string} treeFilter
 * @property {boolean} extends
 * @property {string} queue
 * @property {string} dataset
 * @property {boolean} prefersCorrection
 * @property {{url: string, headers: [string, string][]}[]} webhooks
 * @property {Alert[]} alerts
 * @property {string} cap
 * @property {string} since a day from which on past traces are looked at, of a new rule
 * @property {{queue: boolean | null, dataset: boolean | null, webhook: boolean | null}} switches
 * @property {number | null} revision null of a new one
 */

const PERCENT = 100;

/**
 * What the form begins with.
 * @param {Rule | null} rule
 * @param {{id?: string, project?: string, filter?: string, traceFilter?: string, treeFilter?: string}} [fresh] of a new one
 * @returns {Draft}
 */
export function draftOf(rule, fresh = {}) {
  return {
    id: rule?.id ?? fresh.id ?? "",
    name: rule?.display_name ?? "",
    project: rule?.session_id ?? fresh.project ?? "",
    isEnabled: rule?.is_enabled ?? true,
    percent: percentText(rule?.sampling_rate ?? 1),
    filter: rule?.filter ?? fresh.filter ?? "",
    traceFilter: rule?.trace_filter ?? fresh.traceFilter ?? "",
    treeFilter: rule?.tree_filter ?? fresh.treeFilter ?? "",
    extends: rule?.extends_traces ?? true,
    queue: rule?.add_to_annotation_queue_id ?? "",
    dataset: rule?.add_to_dataset_id ?? "",
    prefersCorrection: rule?.add_to_dataset_prefer_correction ?? false,
    webhooks: (rule?.webhooks ?? []).map(({ url, headers }) => ({ url, headers: Object.entries(headers ?? {}) })),
    alerts: (rule?.alerts ?? []).map((one) => ({ ...one })),
    cap: rule?.monthly_cap_usd ?? "",
    since: "",
    switches: {
      queue: rule?.extend_annotation_queue_trace_retention ?? null,
      dataset: rule?.extend_dataset_trace_retention ?? null,
      webhook: rule?.extend_webhook_trace_retention ?? null,
    },
    revision: rule?.revision ?? null,
  };
}

/** What the server is sent to make or change it. @param {Draft} draft @returns {Record<string, unknown>} */
export function bodyOf(draft) {
  const isNew = draft.revision === null;
  const others = Boolean(draft.queue || draft.dataset || draft.webhooks.length || draft.alerts.length);
  const kept = (/** @type {boolean | null} */ said) => (draft.extends ? said : null);
  return {
    ...selectionOf(draft),
    display_name: draft.name.trim(),
    is_enabled: draft.isEnabled,
    extend_only: draft.extends && !others,
    extend_trace_retention: draft.extends && others,
    add_to_annotation_queue_id: draft.queue || null,
    extend_annotation_queue_trace_retention: kept(draft.switches.queue),
    add_to_dataset_id: draft.dataset || null,
    add_to_dataset_prefer_correction: Boolean(draft.dataset) && draft.prefersCorrection,
    extend_dataset_trace_retention: kept(draft.switches.dataset),
    webhooks: draft.webhooks.map(({ url, headers }) => ({
      url: url.trim(),
      headers: Object.fromEntries(named(headers)),
    })),
    extend_webhook_trace_retention: kept(draft.switches.webhook),
    alerts: draft.alerts.map(alertBody),
    monthly_cap_usd: draft.extends && draft.cap.trim() ? draft.cap.trim() : null,
    ...(isNew ? { id: draft.id, session_id: draft.project || null } : { revision: draft.revision }),
    ...(isNew && draft.since ? { backfill_from: `${draft.since}T00:00:00Z` } : {}),
  };
}

/** What decides which runs match; the rest changes nothing of a trial but its price. @param {Draft} draft */
const selectionOf = (draft) => ({
  sampling_rate: shareOf(draft.percent),
  filter: draft.filter.trim() || null,
  trace_filter: draft.traceFilter.trim() || null,
  tree_filter: draft.treeFilter.trim() || null,
});

/** What a dry run is asked with. @param {Draft} draft @param {number} days */
export const trialBody = (draft, days) => ({
  ...selectionOf(draft),
  id: draft.id,
  session_id: draft.project || null,
  days,
  extend_only: draft.extends,
  monthly_cap_usd: draft.extends && draft.cap.trim() ? draft.cap.trim() : null,
});

/** @param {Alert} alert only what its kind has */
function alertBody({ type, summary, severity, routing_key, url, headers }) {
  const common = { type, summary: summary?.trim() ?? "", severity: severity || "warning" };
  if (type === "pagerduty") return { ...common, routing_key: routing_key?.trim() ?? "" };
  return type === "webhook" ? { ...common, url: url?.trim() ?? "", headers: headers ?? {} } : common;
}

/** @param {[string, string][]} headers */
const named = (headers) => headers.filter(([name]) => name.trim()).map(([name, value]) => [name.trim(), value]);

/** What is wrong with a draft that the server need not be asked for; by field. @param {Draft} draft @returns {Record<string, string>} */
export function wrongIn(draft) {
  const percent = Number(draft.percent);
  /** @type {Record<string, string>} */
  const wrong = {};
  if (!draft.name.trim()) wrong.name = "A rule needs a name: the log, the bill and every trace that it keeps say it.";
  if (!draft.percent.trim() || Number.isNaN(percent) || percent < 0 || percent > PERCENT)
    wrong.percent = "A number from 0 to 100.";
  if (draft.cap.trim() && !/^\d+(\.\d+)?$/.test(draft.cap.trim())) wrong.cap = "Dollars, such as 5 or 2.50.";
  if (!draft.extends && !draft.queue && !draft.dataset && !draft.webhooks.length && !draft.alerts.length)
    wrong.actions = "Choose at least one thing that it does.";
  if (draft.webhooks.some(({ url }) => !url.trim())) wrong.webhooks = "A webhook needs an address.";
  return wrong;
}

/** @param {string} percent */
const shareOf = (percent) => Number((Number(percent) / PERCENT).toPrecision(12));

/** @param {number} share */
const percentText = (share) => String(Number((share * PERCENT).toPrecision(12)));

/** @type {Record<string, {sign: string, word: string}>} */
export const ACTIONS = {
  queue: { sign: "list-unordered", word: "Annotation queue" },
  dataset: { sign: "database", word: "Dataset" },
  webhooks: { sign: "broadcast", word: "Webhook" },
  alerts: { sign: "alert", word: "Alert" },
  extend: { sign: "clock", word: "Keep longer" },
};

/** Which part of a log's entry says how an action went. @type {Record<string, string>} */
export const LOGGED = {
  queue: "add_to_annotation_queue",
  dataset: "add_to_dataset",
  webhooks: "webhooks",
  alerts: "alerts",
  extend: "extend_only",
};

const BEHIND_MS = 10 * 60_000;

/**
 * How a rule fares: a state, and in words why.
 * @param {Rule} rule
 * @param {number} now_ms the server's
 * @returns {{state: "off" | "failing" | "capped" | "behind" | "backfill" | "ok", word: string, hint: string}}
 */
export function healthOf(rule, now_ms) {
  if (!rule.is_enabled) return { state: "off", word: "Off", hint: "It looks at nothing until it is switched on" };
  if (rule.error) return { state: "failing", word: "Failing", hint: rule.error };
  if (isCapped(rule))
    return { state: "capped", word: "At its cap", hint: "It keeps nothing more this month, and says so in its log" };
  if (rule.backfill_status && rule.backfill_status !== "completed") {
    const percent = Math.round((rule.backfill_progress ?? 0) * PERCENT);
    return { state: "backfill", word: `Looking back, ${percent} %`, hint: "It goes through past traces" };
  }
  const until_ms = rule.looked_until ? Date.parse(rule.looked_until) : null;
  if (until_ms !== null && now_ms - until_ms > BEHIND_MS)
    return { state: "behind", word: "Behind", hint: "It has more to look at than it gets through" };
  return { state: "ok", word: "On", hint: "It looks at runs within a minute of their end" };
}

/** Whether its cap has no room for one more upgrade, at what the others cost. @param {Rule} rule */
function isCapped({ monthly_cap_usd, spend_usd, trace_count, extends_traces }) {
  if (!extends_traces || monthly_cap_usd === null) return false;
  const spent = Number(spend_usd ?? 0);
  const one_usd = trace_count ? spent / trace_count : 0;
  return Number(monthly_cap_usd) === 0 || spent + one_usd > Number(monthly_cap_usd);
}

/** What it is asked of, in a line. @param {Rule} rule */
export function selectionWords({ filter, trace_filter, tree_filter, sampling_rate }) {
  const parts = [
    filter || "every run that ended",
    trace_filter ? `root: ${trace_filter}` : "",
    tree_filter ? `any run: ${tree_filter}` : "",
    sampling_rate < 1 ? `${percentText(sampling_rate)} % of traces` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What all rules together did this month. @param {Rule[]} rules */
export function sumOf(rules) {
  const kept = rules.reduce((sum, one) => sum + (one.trace_count ?? 0), 0);
  const usd = rules.reduce((sum, one) => sum + Number(one.spend_usd ?? 0), 0);
  const aws_usd = rules.reduce((sum, one) => sum + Number(one.aws_spend_usd ?? 0), 0);
  return { kept, usd, aws_usd, words: `${plural(kept, "trace")} kept this month` };
}

/**
 * Outcomes of an entry, in the order of the actions.
 * @param {Applied & Record<string, any>} entry
 * @returns {{action: string, outcome: Outcome}[]}
 */
export const outcomesOf = (entry) =>
  Object.entries(LOGGED)
    .filter(([, name]) => entry[name])
    .map(([action, name]) => ({ action, outcome: told(entry[name]) }));

/**
 * What became of messages counts, and not only that they were handed over.
 * @param {Outcome} outcome
 * @returns {Outcome}
 */
function told(outcome) {
  /** @type {{to: string, result: string, reason: string | null}[]} */
  const deliveries = outcome.payload?.deliveries ?? [];
  const lost = deliveries.find((one) => one.result === "failed");
  if (lost) return { outcome: "error", payload: { reason: `${lost.to}: ${lost.reason}` } };
  const isOpen = deliveries.some((one) => one.result !== "delivered");
  return isOpen ? { outcome: "waiting", payload: null } : outcome;
}

/** What an outcome says in words. @param {Outcome} outcome */
export function outcomeWords({ outcome, payload }) {
  const said = typeof payload === "string" ? payload : (payload?.reason ?? payload?.message ?? "");
  const word = { success: "done", skipped: "skipped", error: "failed", waiting: "on its way" }[outcome];
  return said ? `${word}: ${said}` : word;
}
