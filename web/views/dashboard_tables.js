import { FAILED_ONLY, groupFilter, groupName, lookOf } from "../model/charts.js";
import { allOf, textOf } from "../model/filter_chips.js";
import { breakdown } from "../parts/chart/breakdown.js";

/** @typedef {import("../model/series.js").Group} Group */
/** @typedef {import("../model/series.js").Line} Line */
/** @typedef {import("../parts/chart/breakdown.js").BreakdownRow} Row */

/**
 * The address of the list of what was counted.
 * @typedef {(tab: "traces" | "runs", filter: string) => string} ListOf
 */

const MODEL = /** @type {const} */ ({ by: "metadata", key: "ls_model_name" });
const NAME = /** @type {const} */ ({ by: "name", key: null });

/** @param {Line[]} tools @param {ListOf} list */
export function toolsTable(tools, list) {
  const rows = tools.map((one) =>
    row(one, one.whole, list, "runs", ['eq(run_type, "tool")', groupFilter(NAME, one.name)]),
  );
  return breakdown({
    title: "Tools",
    what: "Tool",
    rows,
    columns: ["count", "errors", "errorRate", "p50", "p99"],
    bar: "count",
  });
}

/** @param {Group[]} models @param {ListOf} list */
export function modelsTable(models, list) {
  const rows = models.map((one) =>
    row(one, one.runs.whole, list, "runs", ['eq(run_type, "llm")', groupFilter(MODEL, one.name)]),
  );
  return breakdown({
    title: "Models",
    what: "Model",
    rows,
    columns: ["count", "errors", "p50", "tokens", "cost"],
    bar: "cost",
  });
}

/** @param {import("../model/series.js").Series["feedback"]} given @param {ListOf} list */
export function feedbackTable(given, list) {
  const rows = given.map(({ key, whole }) =>
    row({ name: key, joined: 0 }, whole, list, "runs", [textOf([{ field: "feedback", op: "exists", key }])]),
  );
  return breakdown({ title: "Feedback", what: "Key", rows, columns: ["count", "average"], bar: "count" });
}

/**
 * Two tables: traces by what their roots say, and runs by what they say themselves.
 * @param {Group[]} groups
 * @param {import("../model/charts.js").Grouping} grouping
 * @param {unknown[]} values of the metadata key
 * @param {ListOf} list
 */
export function groupTables(groups, grouping, values, list) {
  const what = grouping.key ?? (grouping.by === "tag" ? "Tag" : "Name");
  return GROUP_TABLES.map(({ of, title, columns }) => {
    const rows = groups.flatMap((one, at) => {
      const filter = groupFilter(grouping, one.name, values);
      return one[of].whole.count
        ? [{ ...row(one, one[of].whole, list, of, [filter]), look: lookOf(at, one.name, "bars") }]
        : [];
    });
    return breakdown({ title: `${title} by ${grouping.key ?? grouping.by}`, what, rows, columns, bar: "count" });
  });
}

/** @type {{of: "traces" | "runs", title: string, columns: import("../parts/chart/breakdown.js").Column[]}[]} */
const GROUP_TABLES = [
  { of: "traces", title: "Traces", columns: ["count", "errorRate", "p50", "p99", "cost"] },
  { of: "runs", title: "Runs", columns: ["count", "errorRate", "p50", "p99", "cost"] },
];

/**
 * What is joined has no filter that says it, and leads nowhere.
 * @param {{name: string | null, joined: number}} of
 * @param {Row["whole"]} whole
 * @param {ListOf} list
 * @param {"traces" | "runs"} tab
 * @param {string[]} filters
 * @returns {Row}
 */
function row(of, whole, list, tab, filters) {
  const { name } = of;
  const isOne = name !== null;
  return {
    name,
    word: groupName(of),
    whole,
    href: isOne ? list(tab, allOf(filters)) : "",
    failedHref: isOne ? list(tab, allOf([...filters, FAILED_ONLY])) : "",
  };
}
