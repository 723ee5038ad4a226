/** What a list shows, as its address says it, and as the server is asked. */

import { columnsSaid } from "./columns.js";
import { allOf } from "./filter_chips.js";
import { parsed, quoted } from "./filter_text.js";
import { rangeOf } from "./time_range.js";

/** @typedef {import("./columns.js").Tab} Tab */
/** @typedef {import("./time_range.js").Range} Range */

/**
 * @typedef {object} ListQuery
 * @property {Tab | "dashboard"} tab
 * @property {string} filter
 * @property {string} traceFilter
 * @property {string} treeFilter
 * @property {string} words of the search
 * @property {boolean} isDeep whether the words are sought in whole inputs and outputs
 * @property {Range} range
 * @property {string[] | null} columns
 * @property {string | null} group "name", "tag", "run_type" or "metadata.<key>"
 * @property {boolean} isLive
 * @property {string | null} peek id of a run
 */

const TABS = new Set(["traces", "runs", "threads", "dashboard"]);

/** What belongs to a view that is saved under a name; the tab goes with it. */
export const SAVED = [
  "tab",
  "filter",
  "trace_filter",
  "tree_filter",
  "q",
  "deep",
  "range",
  "from",
  "to",
  "columns",
  "group",
];

/**
 * @param {URLSearchParams} said
 * @param {number} now_ms the server's
 * @returns {ListQuery}
 */
export function listQuery(said, now_ms) {
  const tab = said.get("tab") ?? "traces";
  return {
    tab: /** @type {ListQuery["tab"]} */ (TABS.has(tab) ? tab : "traces"),
    filter: said.get("filter") ?? "",
    traceFilter: said.get("trace_filter") ?? "",
    treeFilter: said.get("tree_filter") ?? "",
    words: said.get("q") ?? "",
    isDeep: said.get("deep") === "1",
    range: rangeOf({ range: said.get("range"), from: said.get("from"), to: said.get("to") }, now_ms),
    columns: columnsSaid(said.get("columns")),
    group: said.get("group"),
    isLive: said.get("live") === "1",
    peek: said.get("peek"),
  };
}

/** Whether anything but the time narrows the list. @param {ListQuery} query */
export const isNarrowed = (query) =>
  Boolean(query.filter || query.traceFilter || query.treeFilter || query.words.trim());

/** The part of an address that a saved view keeps. @param {URLSearchParams} said @returns {string} */
export function savedQuery(said) {
  const kept = SAVED.map((name) => [name, said.get(name)]).filter(([, value]) => value);
  return kept.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
}

/** The words of the search as a condition. @param {ListQuery} query */
export function wordsFilter({ words, isDeep }) {
  const text = words.trim();
  if (!text) return "";
  if (!isDeep) return `search(${quoted(text)})`;
  return `or(search(inputs, ${quoted(text)}), search(outputs, ${quoted(text)}))`;
}

/** The person's own filter and the search. Law: where both are there, the filter begins at `FILTER_OFFSET`. @param {ListQuery} query */
export const wholeFilter = (query) => allOf([query.filter, wordsFilter(query)]);

/** Where, in what is sent, the person's own filter begins. @param {ListQuery} query */
export const filterOffset = (query) => {
  const parts =
    query.tab === "traces" ? [query.filter, wordsFilter(query), query.traceFilter] : [query.filter, wordsFilter(query)];
  return parts.filter((part) => part.trim()).length > 1 ? "and(".length : 0;
};

/** What the root of a trace must be. On the list of traces the filter is asked of the root. @param {ListQuery} query */
export const rootFilter = (query) =>
  query.tab === "traces" ? allOf([query.filter, wordsFilter(query), query.traceFilter]) : query.traceFilter;

/** What a rule is asked that is made of a list; of the list of traces it is asked of their roots. @param {ListQuery} query */
export function ruleFilters(query) {
  const root = rootFilter(query);
  if (query.tab !== "traces") return { filter: wholeFilter(query), trace_filter: root, tree_filter: query.treeFilter };
  return { filter: root ? allOf(["eq(is_root, true)", root]) : "", trace_filter: "", tree_filter: query.treeFilter };
}

/** The beginning of all times, which the server wants to be said. */
const EVER_MS = 86_400_000;

/** @param {number} ms */
const instant = (ms) => new Date(ms).toISOString();

/**
 * The body of v2's query.
 * @param {string} project
 * @param {ListQuery} query
 */
export function v2Body(project, query) {
  const { range } = query;
  return {
    ...(query.tab === "runs" ? { project_ids: [project] } : { project_id: project }),
    ...(query.tab === "traces" ? {} : { filter: wholeFilter(query) || undefined }),
    trace_filter: rootFilter(query) || undefined,
    tree_filter: query.treeFilter || undefined,
    min_start_time: instant(Math.max(EVER_MS, range.from_ms)),
    max_start_time: range.to_ms === null ? undefined : instant(range.to_ms),
  };
}

/**
 * The body of questions about what runs add up to.
 * @param {string} project
 * @param {ListQuery} query
 */
export function statsBody(project, query) {
  const { range } = query;
  return {
    session: [project],
    ...(query.tab === "runs" ? {} : { is_root: true }),
    filter: wholeFilter(query) || undefined,
    trace_filter: query.traceFilter || undefined,
    tree_filter: query.treeFilter || undefined,
    start_time: range.from_ms > 0 ? instant(range.from_ms) : undefined,
    end_time: range.to_ms === null ? undefined : instant(range.to_ms),
  };
}

/** What keeps a query from being asked, as the server would say it; null where its filters can be read. @param {ListQuery} query */
export function wrongIn(query) {
  const texts = [query.filter, query.traceFilter, query.treeFilter];
  const text = texts.find((one) => parsed(one).wrong !== null);
  const wrong = text === undefined ? null : parsed(text).wrong;
  return wrong && `filter, character ${wrong.from + 1}: ${wrong.message}\n  ${text}\n  ${" ".repeat(wrong.from)}^`;
}

/**
 * What of it changes the answer: two queries with the same key show the same rows.
 * @param {ListQuery} query
 */
export function askedKey(query) {
  const { range } = query;
  const time = range.id === "custom" ? [range.from_ms, range.to_ms] : [range.id];
  return JSON.stringify([
    query.tab,
    query.filter,
    query.traceFilter,
    query.treeFilter,
    query.words.trim(),
    query.isDeep,
    query.group,
    ...time,
  ]);
}
