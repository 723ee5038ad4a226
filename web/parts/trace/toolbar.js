import { ONLY, countsOf } from "../../model/filters_of_trace.js";
import { count } from "../../model/format.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../tabs.js";
import { VIEWS, viewOf } from "./views.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */
/** @typedef {import("./trace.js").TracePlace} TracePlace */

/** @type {WeakMap<Trace, Map<string, number>>} */
const counted = new WeakMap();

/** @param {Trace} trace */
function counts(trace) {
  const known = counted.get(trace) ?? countsOf(trace);
  counted.set(trace, known);
  return known;
}

/**
 * Views, filters and the search of a trace, in one line.
 * @param {{trace: Trace, place: TracePlace, found: Set<number>, selected: number, isSearching: boolean,
 *   go: (changes: Partial<TracePlace>) => void, next: (step: 1 | -1) => void}} asked
 */
export function traceToolbar({ trace, place, found, selected, isSearching, go, next }) {
  const tabs = VIEWS.map((view, at) => ({ id: view.id, word: view.word, hint: `${view.word} (${at + 1})` }));
  return html`<div class="trace-bar">
    <tk-tabs
      .tabs=${tabs}
      .chosen=${viewOf(place.view).id}
      label="Views of the trace"
      @choose=${(/** @type {CustomEvent} */ event) => stopped(event, () => go({ view: event.detail }))}
    ></tk-tabs>
    <span class="spread"></span>
    <div class="trace-only" role="group" aria-label="Show only">
      ${ONLY.map((one) => only(one, counts(trace).get(one.id) ?? 0, place.only, go))}
    </div>
    ${search({ place, found, selected, isSearching, go, next })}
  </div>`;
}

/** @param {Event} event @param {() => void} then */
function stopped(event, then) {
  event.stopPropagation();
  then();
}

/** @param {{id: string, word: string}} one @param {number} many @param {string[]} chosen @param {(changes: Partial<TracePlace>) => void} go */
function only(one, many, chosen, go) {
  const isOn = chosen.includes(one.id);
  const after = isOn ? chosen.filter((id) => id !== one.id) : [...chosen, one.id];
  return html`<button
    class="button quiet slim ${one.id}"
    aria-pressed=${isOn}
    ?disabled=${many === 0 && !isOn}
    title=${many ? `Show only these ${count(many)}` : "There are none"}
    @click=${() => go({ only: after })}
  >
    ${one.word}<span class="tab-count number">${count(many)}</span>
  </button>`;
}

/** @param {{place: TracePlace, found: Set<number>, selected: number, isSearching: boolean, go: (changes: Partial<TracePlace>) => void, next: (step: 1 | -1) => void}} asked */
function search({ place, found, selected, isSearching, go, next }) {
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") (go({ words: "" }), field.blur());
    else return;
    event.preventDefault();
  };
  return html`<div class="trace-search" role="search">
    ${icon("search")}
    <input
      class="field"
      type="search"
      aria-label="Search in this trace"
      placeholder="Search  /"
      .value=${place.words}
      @input=${(/** @type {Event} */ event) => go({ words: /** @type {HTMLInputElement} */ (event.target).value })}
      @keydown=${key}
    />
    ${place.words.trim() ? matches(found, selected, isSearching, next) : nothing}
  </div>`;
}

/** @param {Set<number>} found @param {number} selected @param {boolean} isSearching @param {(step: 1 | -1) => void} next */
function matches(found, selected, isSearching, next) {
  const order = [...found].sort((one, other) => one - other);
  const at = order.indexOf(selected);
  const said = found.size ? `${at < 0 ? "–" : at + 1} of ${count(found.size)}` : isSearching ? "…" : "none";
  return html`<span class="trace-matches number" role="status">${said}</span>
    <button
      class="button quiet slim only-icon"
      aria-label="Previous match (N)"
      title="Previous match (N)"
      ?disabled=${!found.size}
      @click=${() => next(-1)}
    >
      ${icon("chevron-up")}
    </button>
    <button
      class="button quiet slim only-icon"
      aria-label="Next match (n)"
      title="Next match (n)"
      ?disabled=${!found.size}
      @click=${() => next(1)}
    >
      ${icon("chevron-down")}
    </button>`;
}
