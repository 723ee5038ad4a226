/** What a list shows beside its rows: how far a search is, how it was served, and what to do where there is nothing. */

import { chipWords, chipsOf } from "../model/filter_chips.js";
import { count, moment, percent, plural } from "../model/format.js";
import { isNarrowed } from "../model/list_query.js";
import { saidOfLast, wider } from "../model/time_range.js";
import { html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { empty, failure } from "../parts/states.js";
import { amend } from "../router.js";

/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */
/** @typedef {import("./list_pages.js").ListPages} ListPages */

/** @param {ListPages} pages @param {ListQuery} query @param {number} now_ms */
export function searchProgress(pages, query, now_ms) {
  const { progress } = pages;
  const isOpen = pages.next !== null && progress !== null && progress.share < 1;
  if (!isNarrowed(query) || !isOpen || !(pages.isLoading || pages.isStopped || !pages.rows.length)) return nothing;
  const reached = progress.reached_ms === null ? "" : ` back to ${moment(progress.reached_ms, now_ms)}`;
  return html`<div class="list-search-state" role="status">
    <progress max="1" .value=${progress.share} aria-label="How much was looked at"></progress>
    <span class="number">${percent(progress.share)} · ${plural(pages.lookedAt, "run")} looked at${reached}</span>
    ${
      pages.isLoading
        ? html`<button class="button slim" @click=${() => pages.stop()}>${icon("x")}Stop</button>`
        : html`<button class="button slim" @click=${() => pages.again()}>${icon("play")}Go on</button>`
    }
  </div>`;
}

/** The end of a list, and the small print. @param {ListPages} pages */
export function footOf(pages) {
  const { served, rows, next, isLoading, problem } = pages;
  const end = isLoading ? "Loading more…" : problem ? html`<button class="link-button" @click=${() => pages.again()}>That did not work. Try again</button>` : next ? "" : rows.length > 20 ? "That is all of them" : ""; // prettier-ignore
  const cost = served
    ? `served by ${served.isIndex ? "index" : "scan"} · ${plural(rows.length, "row")} · ${plural(round(served.readUnits), "read unit")}`
    : "";
  const hint = served
    ? `The last answer: path ${served.path ?? "–"}, ${count(served.rows)} stored rows read, ${served.readUnits} read units, ${served.objectGets} objects fetched`
    : nothing;
  return html`<div class="list-foot">
    <span>${end}</span><span class="spread"></span><span class="number" title=${hint}>${cost}</span>
  </div>`;
}

/** @param {number} units */
const round = (units) => (units < 10 ? Math.round(units * 10) / 10 : Math.round(units));

/**
 * @param {{query: ListQuery, project: any, me: any}} asked
 */
export function emptyList({ query, project, me }) {
  const more = wider(query.range);
  if (isNarrowed(query)) return nothingFound(query, more);
  const what = query.tab;
  if (more) {
    return empty({
      title: `No ${what} in this time`,
      text: "There may be some from before.",
      sign: "clock",
      action: html`<div class="row">${widen(more)} ${widen({ id: "all", word: "All that is kept" })}</div>`,
    });
  }
  if (what === "threads") {
    return empty({
      title: "No threads yet",
      text: html`Traces become a thread where their metadata has the same <code>thread_id</code>,
        <code>session_id</code> or <code>conversation_id</code>.`,
      sign: "comment-discussion",
    });
  }
  return firstTrace(project, me);
}

/** How to send the first trace. @param {any} project @param {any} me */
export function firstTrace(project, me) {
  import("./first_trace.js");
  return html`<div class="list-first" tabindex="0" role="region" aria-label="Send the first trace">
    <h2>Nothing has arrived in this project yet</h2>
    <tk-first-trace .me=${me} .project=${project}></tk-first-trace>
  </div>`;
}

/** @param {ListQuery} query @param {import("../model/time_range.js").Last | null} more */
function nothingFound(query, more) {
  return empty({
    title: "Nothing matches",
    text: html`No ${query.tab} in this time with ${saidFilters(query)}.`,
    sign: "filter-remove",
    action: html`<div class="row">
      <button
        class="button"
        @click=${() => amend({ filter: null, trace_filter: null, tree_filter: null, q: null, deep: null }, { replace: false })}
      >
        ${icon("filter-remove")}Clear the filters
      </button>
      ${more ? widen(more) : nothing}
    </div>`,
  });
}

/** @param {ListQuery} query */
function saidFilters(query) {
  const chips = chipsOf(query.filter);
  const said = chips ? chips.map((chip) => chipWords(chip).join(" ")) : [query.filter];
  const words = query.words.trim() ? [`“${query.words.trim()}” in ${query.isDeep ? "whole inputs and outputs" : "names, errors and previews"}`] : []; // prettier-ignore
  const others = [
    query.traceFilter && `a root with ${query.traceFilter}`,
    query.treeFilter && `any run with ${query.treeFilter}`,
  ];
  const all = [...said, ...words, ...others].filter(Boolean);
  return all.map((one, at) => html`${at ? " and " : ""}<b>${one}</b>`);
}

/** @param {{id: string, word: string}} last */
const widen = (last) =>
  html`<button class="button" @click=${() => amend(saidOfLast(last.id), { replace: false })}>
    ${icon("clock")}Widen to ${last.word.toLowerCase()}
  </button>`;

/** Why there are no rows. @param {unknown} problem @param {() => void} again */
export function listProblem(problem, again) {
  if (!(problem instanceof Error && /filter, character/.test(problem.message))) return failure(problem, again);
  return html`<div class="empty" role="alert">
    ${icon("filter")}
    <h2>This filter cannot be read</h2>
    <p class="mono small list-problem">${problem.message}</p>
  </div>`;
}

/** @param {Set<string>} marked @param {() => void} compare @param {() => void} clear */
export function compareBar(marked, compare, clear) {
  if (!marked.size) return nothing;
  const isTwo = marked.size === 2;
  return html`<div class="list-compare" role="status">
    <span>${marked.size} chosen</span>
    <button class="button primary slim" ?disabled=${!isTwo} @click=${compare}>
      ${icon("git-compare")}${isTwo ? "Compare (c)" : "Choose two to compare"}
    </button>
    <button class="button quiet slim" @click=${clear}>Clear</button>
  </div>`;
}
