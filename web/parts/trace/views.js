/** The ways to look at a trace, in the order of their keys. */

import { html } from "../element.js";
import { later } from "../later.js";
import "./minimap.js";

const load = {
  conversation: later("parts/trace/conversation.js", () => import("./conversation.js")),
  statistics: later("parts/trace/statistics.js", () => import("./statistics.js")),
  timeline: later("parts/trace/timeline.js", () => import("./timeline.js")),
};

/**
 * What every view is given.
 * @typedef {object} Shown
 * @property {import("../../model/trace.js").Trace} trace
 * @property {import("../../model/tree_rows.js").Row[]} rows
 * @property {Uint8Array | null} mask which runs a filter shows; `model/tree_rows.js`
 * @property {Set<number>} found
 * @property {number} selected
 * @property {[number, number] | null} range µs
 * @property {import("./run_cache.js").RunCache} cache
 * @property {{run?: (id: string) => string, thread?: (id: string) => string}} links
 */

/**
 * @typedef {object} View
 * @property {string} id
 * @property {string} word
 * @property {boolean} [isAlone] it has no selected run beside it
 * @property {boolean} [wide] it takes more than half
 * @property {boolean} [hasMinimap]
 * @property {(shown: Shown) => unknown} draw
 */

/** What one sees first: the tree leads everywhere. */
export const USUAL = "tree";

/** @type {View[]} */
export const VIEWS = [
  {
    id: "conversation",
    word: "Conversation",
    wide: true,
    draw: ({ trace, cache, selected }) => {
      load.conversation();
      return html`<tk-trace-conversation
        .trace=${trace}
        .cache=${cache}
        .selected=${selected}
      ></tk-trace-conversation>`;
    },
  },
  {
    id: "tree",
    word: "Tree",
    hasMinimap: true,
    draw: ({ trace, rows, selected, found }) =>
      html`<tk-trace-tree .trace=${trace} .rows=${rows} .selected=${selected} .found=${found}></tk-trace-tree>`,
  },
  {
    id: "timeline",
    word: "Timeline",
    hasMinimap: true,
    wide: true,
    draw: ({ trace, rows, selected, range }) => {
      load.timeline();
      return html`<tk-trace-timeline
        .trace=${trace}
        .rows=${rows}
        .selected=${selected}
        .range=${range}
      ></tk-trace-timeline>`;
    },
  },
  {
    id: "statistics",
    word: "Statistics",
    isAlone: true,
    draw: ({ trace }) => {
      load.statistics();
      return html`<tk-trace-statistics .trace=${trace}></tk-trace-statistics>`;
    },
  },
];

/** @param {string} id */
export const viewOf = (id) =>
  VIEWS.find((view) => view.id === id) ?? /** @type {View} */ (VIEWS.find((view) => view.id === USUAL));
