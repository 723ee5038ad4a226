/** Filters one click away; what is slow or costly is told by what is usual here. */

/** @typedef {import("./filter_chips.js").Chip} Chip */

/** @typedef {{id: string, word: string, hint: string, chip: Chip, isOn: (chips: Chip[]) => boolean}} Quick */

const TIMES_USUAL = 3;
const SLOW_S = 5;
const COSTLY_USD = 0.01;

/** What a run has that streamed; of a trace some run, and rarely the root. @type {Chip} */
export const STREAMED_CHIP = { field: "first_token_time", op: "neq", value: null };
export const STREAMED = "neq(first_token_time, null)";

/**
 * @param {any} figures of all that matches: `latency_p50` in seconds, `cost_p50` in dollars
 * @returns {Quick[]}
 */
export function quickFilters(figures) {
  const slow = `${nice(figures?.latency_p50 ? figures.latency_p50 * TIMES_USUAL : SLOW_S)}s`;
  const costly = nice(Number(figures?.cost_p50) ? Number(figures.cost_p50) * TIMES_USUAL : COSTLY_USD);
  return [
    quick("errors", "Errors", "What failed", { field: "status", op: "eq", value: "error" }),
    quick("slow", "Slow", `Longer than ${slow}`, { field: "latency", op: "gt", value: slow }),
    quick("costly", "Costly", `More than $${costly}`, { field: "total_cost", op: "gt", value: costly }),
    quick("feedback", "Feedback", "What somebody judged", { field: "feedback_key", op: "like", value: "%" }),
  ];
}

/** @param {string} id @param {string} word @param {string} hint @param {Chip} chip @returns {Quick} */
function quick(id, word, hint, chip) {
  return { id, word, hint, chip, isOn: (chips) => chips.some((one) => isLike(one, chip)) };
}

/** Whether a chip says what a quick filter says, maybe with another limit. @param {Chip} one @param {Chip} chip */
export const isLike = (one, chip) =>
  one.field === chip.field && one.op === chip.op && (chip.op === "gt" || one.value === chip.value);

/** 1, 2 or 5 times a power of ten, not below. @param {number} number */
export function nice(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  const step = [1, 2, 5, 10].find((one) => one * power >= number * 0.999) ?? 10;
  return Number((step * power).toPrecision(3));
}
