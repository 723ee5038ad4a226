/** The columns of lists: which there are, how wide, and which are shown where nobody has chosen. */

/** @typedef {"traces" | "runs" | "threads"} Tab */

/**
 * @typedef {object} Column
 * @property {string} id
 * @property {string} word
 * @property {number} width_px
 * @property {boolean} [grows] takes a share of what is left
 * @property {boolean} [isNumber] stands at the right
 * @property {string} [hint]
 * @property {number} rank shown unasked where all of a lower rank have room, too
 * @property {Tab[]} tabs
 */

const NEVER = Number.POSITIVE_INFINITY;
/** @type {Tab[]} */
const ALL = ["traces", "runs", "threads"];
/** @type {Tab[]} */
const RUNS = ["traces", "runs"];

/** @type {Column[]} */
export const COLUMNS = [
  { id: "status", word: "Status", width_px: 32, rank: 0, tabs: ALL },
  { id: "name", word: "Name", width_px: 176, rank: 1, tabs: RUNS },
  { id: "thread", word: "Thread", width_px: 120, rank: 6, tabs: ["threads"] },
  { id: "input", word: "Input", width_px: 150, grows: true, rank: 4, tabs: RUNS },
  { id: "output", word: "Output", width_px: 150, grows: true, rank: 5, tabs: RUNS },
  { id: "first_input", word: "First input", width_px: 150, grows: true, rank: 1, tabs: ["threads"] },
  { id: "last_output", word: "Last output", width_px: 150, grows: true, rank: 4, tabs: ["threads"] },
  { id: "turns", word: "Turns", width_px: 64, isNumber: true, rank: 2, tabs: ["threads"] },
  { id: "errors", word: "Failed", width_px: 64, isNumber: true, rank: 9, tabs: ["threads"] },
  { id: "start", word: "Start", width_px: 88, isNumber: true, rank: 2, tabs: ALL },
  { id: "latency", word: "Latency", width_px: 116, isNumber: true, rank: 3, tabs: ALL },
  { id: "first_token", word: "First token", width_px: 92, isNumber: true, rank: 12, tabs: RUNS },
  { id: "tokens", word: "Tokens", width_px: 76, isNumber: true, rank: 7, tabs: ALL },
  { id: "cost", word: "Cost", width_px: 80, isNumber: true, rank: 8, tabs: ALL },
  { id: "feedback", word: "Feedback", width_px: 212, rank: 9, tabs: ALL },
  { id: "tags", word: "Tags", width_px: 150, rank: 11, tabs: RUNS },
  { id: "kept", word: "Kept", width_px: 78, rank: 10, hint: "How long, and in which tier", tabs: RUNS },
  { id: "runs", word: "Runs", width_px: 64, isNumber: true, rank: 13, tabs: ["traces"] },
  { id: "type", word: "Kind", width_px: 90, rank: NEVER, tabs: RUNS },
  { id: "thread_id", word: "Thread", width_px: 130, rank: NEVER, tabs: RUNS },
  { id: "p99", word: "Slowest", width_px: 92, isNumber: true, rank: NEVER, tabs: ["threads"] },
];

export const LEAST_PX = 32;
const MARGINS_PX = 64; // left and right of the rows, and the box to choose them
const GROWN_PX = 190; // less of a preview says little
const LEAST_RANK = 3; // shown also where it must scroll
const MOST_PX = 900;
const METADATA = "metadata.";

/** @param {string} key */
export const metadataColumn = (key) => `${METADATA}${key}`;

/** The metadata key that a column shows. @param {string} id */
export const metadataKey = (id) => (id.startsWith(METADATA) ? id.slice(METADATA.length) : null);

/** @param {string} id @param {Tab} tab @returns {Column | null} */
function columnOf(id, tab) {
  const key = metadataKey(id);
  if (key) return tab === "threads" ? null : { id, word: key, width_px: 120, rank: NEVER, tabs: RUNS };
  return COLUMNS.find((one) => one.id === id && one.tabs.includes(tab)) ?? null;
}

/**
 * What is shown: the chosen ones in their order, else those that fit.
 * @param {Tab} tab
 * @param {string[] | null} chosen ids
 * @param {number} width_px of the list
 * @returns {Column[]}
 */
export function columnsOf(tab, chosen, width_px) {
  if (!chosen) return usual(tab, width_px);
  const found = chosen.map((id) => columnOf(id, tab)).filter((one) => one !== null);
  return found.length ? found : columnsOf(tab, null, width_px);
}

/** Those that fit, the most telling first. @param {Tab} tab @param {number} width_px @returns {Column[]} */
function usual(tab, width_px) {
  const ranked = COLUMNS.filter((one) => one.tabs.includes(tab) && one.rank < NEVER).sort(
    (one, other) => one.rank - other.rank,
  );
  let left_px = width_px - MARGINS_PX;
  const fitting = new Set(
    ranked.filter((one) => (left_px -= one.grows ? GROWN_PX : one.width_px) >= 0 || one.rank < LEAST_RANK),
  );
  return COLUMNS.filter((one) => fitting.has(one));
}

/**
 * The same with one put in or taken out; put in, it stands where it usually does.
 * @param {Column[]} shown
 * @param {string} id
 * @returns {string[]}
 */
export function toggled(shown, id) {
  const ids = shown.map((one) => one.id);
  if (ids.includes(id)) return ids.length > 1 ? ids.filter((one) => one !== id) : ids;
  const order = COLUMNS.map((one) => one.id);
  const place = order.indexOf(id);
  const before = place < 0 ? -1 : ids.findIndex((one) => order.indexOf(one) > place || metadataKey(one) !== null);
  return before < 0 ? [...ids, id] : [...ids.slice(0, before), id, ...ids.slice(before)];
}

/**
 * The widths as a grid template: what was dragged is fixed, what grows shares the rest.
 * @param {Column[]} shown
 * @param {Record<string, number>} widths_px by column
 */
export function template(shown, widths_px) {
  const hasGrowing = shown.some((one) => one.grows && widths_px[one.id] === undefined);
  return shown
    .map((one, at) => {
      const dragged = widths_px[one.id];
      if (dragged !== undefined && (hasGrowing || at !== takesRest(shown))) return `${dragged}px`;
      return one.grows || (!hasGrowing && at === takesRest(shown))
        ? `minmax(${one.width_px}px, 1fr)`
        : `${one.width_px}px`;
    })
    .join(" ");
}

/** Where nothing grows the name takes the rest, else the last. @param {Column[]} shown */
function takesRest(shown) {
  const name = shown.findIndex((one) => one.id === "name");
  return name < 0 ? shown.length - 1 : name;
}

/** @param {number} px */
export const widthWithin = (px) => Math.round(Math.max(LEAST_PX, Math.min(MOST_PX, px)));

/** @param {string | null | undefined} text "name,latency" @returns {string[] | null} */
export function columnsSaid(text) {
  const ids =
    text
      ?.split(",")
      .map((one) => one.trim())
      .filter(Boolean) ?? [];
  return ids.length ? ids : null;
}
