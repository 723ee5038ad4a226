import { groupingOf } from "../model/charts.js";
import { STEPS, stepsFor } from "../model/series.js";
import { html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/menu.js";
import { amend } from "../router.js";

/**
 * @typedef {object} BarState
 * @property {import("../model/charts.js").Grouping} grouping
 * @property {string[]} keys of metadata, to group by
 * @property {import("../model/series.js").Window | null} window
 * @property {number | null} step_ms that was chosen
 * @property {boolean} isCompared
 * @property {string} span of the window in words
 * @property {string} filter
 * @property {() => void} again
 */

/** What may be chosen above a dashboard; each choice goes to the address. @param {BarState} state */
export const dashboardBar = ({ grouping, keys, window, step_ms, isCompared, span, filter, again }) =>
  html`<div class="dash-bar" role="group" aria-label="What the dashboard shows">
    <tk-menu look="" sign="stack" word=${groupWord(grouping)} .items=${groupItems(grouping, keys)}></tk-menu>
    <button
      class="button"
      aria-pressed=${isCompared}
      title="Show what was in the ${span} before (c)"
      @click=${() => amend({ compare: isCompared ? 0 : null })}
    >
      ${icon(isCompared ? "check" : "git-compare")}Compare
    </button>
    ${filter ? filterChip(filter) : nothing}
    <span class="spread"></span>
    ${window ? stepMenu(window, step_ms) : nothing}
    <button
      class="button quiet only-icon"
      aria-label="Ask again"
      title="Ask again (r); it does so each minute"
      @click=${again}
    >
      ${icon("sync")}
    </button>
  </div>`;

/** @param {import("../model/charts.js").Grouping} grouping */
const groupWord = ({ by, key }) => (by === "none" ? "Group by" : `By ${key ?? by}`);

/** @param {string} filter */
const filterChip = (filter) =>
  html`<span class="chip dash-filter" title=${filter}>
    ${icon("filter")}<code class="cut">${filter}</code>
    <button
      class="link-button"
      aria-label="Take the filter away"
      @click=${() => amend({ filter: null, q: null, deep: null })}
    >
      ${icon("x")}
    </button>
  </span>`;

/** @param {import("../model/charts.js").Grouping} grouping @param {string[]} keys */
function groupItems(grouping, keys) {
  /** @param {string} word @param {string | null} said */
  const item = (word, said) => {
    const { by, key } = groupingOf(said);
    const isChecked = by === grouping.by && key === grouping.key;
    return { word, isChecked, run: () => amend({ group: said }, { replace: false }) };
  };
  const own = keys.map((key) => item(key, `metadata.${key}`));
  const line = own.length ? [/** @type {"-"} */ ("-")] : [];
  return [item("Nothing", null), item("Name", "name"), item("Tag", "tag"), ...line, ...own];
}

/** @param {import("../model/series.js").Window} window @param {number | null} chosen_ms */
function stepMenu(window, chosen_ms) {
  const items = stepsFor(window).map(({ ms, word }) => ({
    word,
    isChecked: ms === chosen_ms,
    run: () => amend({ step: ms / 1000 }),
  }));
  const auto = { word: "As fits the time", isChecked: chosen_ms === null, run: () => amend({ step: null }) };
  const word = STEPS.find(({ ms }) => ms === window.step_ms)?.word ?? "";
  return html`<tk-menu
    class="dash-step"
    label="Each step: ${word}"
    word="Step: ${word}"
    .items=${[auto, "-", ...items]}
  ></tk-menu>`;
}
