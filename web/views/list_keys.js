/** The keys of a list. Enter and Space work on a row itself, so that buttons keep theirs. */

import { amend, go } from "../router.js";

/** @param {import("./project_list.js").ProjectList} list @returns {import("../keys.js").Shortcut[]} */
export const listKeys = (list) => [
  { keys: ["j"], shown: "j ↓", does: "Next", run: () => list.grid?.move(1) },
  { keys: ["k"], shown: "k ↑", does: "Previous", run: () => list.grid?.move(-1) },
  { keys: ["o"], shown: "⏎ o", does: "Open", run: () => list.withChosen((row) => go(list.addressOf(row))) },
  { keys: ["p"], shown: "Space p", does: "Look into it", run: () => list.withChosen((row) => list.peek(row)) },
  { keys: ["x"], does: "Choose, to compare two", run: () => list.withChosen((row) => list.mark(row)) },
  { keys: ["c"], does: "Compare the two that are chosen", run: () => list.compare() },
  { keys: ["/"], does: "Search", run: () => inBar(list, "[type=search]")?.focus() },
  { keys: ["f"], does: "Add a filter", run: () => inBar(list, ".filter-add")?.click() },
  { keys: ["r"], does: "Live on and off", run: () => amend({ live: list.query.isLive ? null : 1 }) },
  { keys: ["Escape"], does: "Close what is looked into", run: () => list.leavePeek() },
];

/** @param {HTMLElement} list @param {string} which @returns {HTMLElement | null} */
const inBar = (list, which) => list.querySelector(`tk-filter-bar ${which}`);
