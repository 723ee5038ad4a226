import assert from "node:assert/strict";
import test from "node:test";

import {
  chartsOf,
  chartsOfGroups,
  groupFilter,
  groupName,
  groupNote,
  groupingOf,
  lookOf,
  totalAt,
  valueWord,
} from "../../../web/model/charts.js";
import { readSeries } from "../../../web/model/series.js";
import { answer, columns } from "./series_answers.mjs";

const chartOf = (charts, id) => charts.find((one) => one.id === id);
const grouped = () =>
  readSeries({
    ...answer(),
    groups: [
      { name: "pro", joined: 0, traces: columns(), runs: columns() },
      {
        name: "only runs",
        joined: 0,
        traces: { ...columns(), whole: { ...columns().whole, count: 0 } },
        runs: columns(),
      },
      { name: null, joined: 12, traces: columns(), runs: columns() },
    ],
  });

test("failed and succeeded traces stand upon each other, and are all traces together", () => {
  const chart = chartOf(chartsOf(readSeries(answer()), null), "traces");
  assert.deepEqual(
    chart.lines.map((one) => [one.name, one.values]),
    [
      ["Failed", [0, 1, 0]],
      ["Succeeded", [0, 3, 2]],
    ],
  );
  assert.deepEqual(
    [0, 1, 2].map((at) => totalAt(chart, at)),
    [0, 4, 2],
  );
  assert.equal(chart.lines[0].behind(1), 'eq(status, "error")');
});

test("an error rate of one or two traces is marked as such", () => {
  const [failed] = chartOf(
    chartsOf(readSeries(answer()), null),
    "errors",
  ).lines;
  assert.deepEqual(failed.weak, [true, false, true]);
});

test("the window before lies behind the charts, where it is known", () => {
  const now = readSeries(answer());
  assert.deepEqual(chartOf(chartsOf(now, now), "latency").before, [
    null,
    1500,
    2000,
  ]);
  assert.ok(chartsOf(now, null).every((one) => one.before === null));
});

test("the point of a slow percentile leads to the traces that made it", () => {
  const [, p99] = chartOf(
    chartsOf(readSeries(answer()), null),
    "latency",
  ).lines;
  assert.equal(p99.behind(1), 'gte(latency, "8820ms")');
  assert.equal(p99.behind(0), "");
});

test("feedback that is no number has no line", () => {
  const { lines } = chartOf(chartsOf(readSeries(answer()), null), "feedback");
  assert.deepEqual(
    lines.map((one) => one.name),
    ["correct"],
  );
  assert.equal(lines[0].behind(0), 'eq(feedback_key, "correct")');
});

test("a group has the same look in every chart, and no line where it has nothing", () => {
  const charts = chartsOfGroups(grouped(), { by: "metadata", key: "plan" });
  const names = (id) =>
    chartOf(charts, id).lines.map((one) => [one.name, one.colour]);
  assert.deepEqual(names("traces"), [
    ["pro", "1"],
    ["12 others", "rest"],
  ]);
  assert.deepEqual(names("runs"), [
    ["pro", "1"],
    ["only runs", "2"],
    ["12 others", "rest"],
  ]);
  const [pro, others] = chartOf(charts, "errors").lines;
  assert.equal(
    pro.behind(0),
    'and(and(eq(metadata_key, "plan"), eq(metadata_value, "pro")), eq(status, "error"))',
  );
  assert.equal(others.behind(0), 'eq(status, "error")');
});

test("ten groups and the others look different from each other, and lines next to each other are dashed otherwise", () => {
  for (const look of ["bars", "lines"]) {
    const looks = [
      ...Array.from({ length: 10 }, (_, at) => lookOf(at, "x", look)),
      lookOf(10, null, look),
    ];
    assert.equal(new Set(looks.map(String)).size, 11);
  }
  const dashes = [0, 1, 2, 3, 4, 5].map((at) => lookOf(at, "x", "lines")[1]);
  assert.ok(dashes.every((dash, at) => dash !== dashes[at + 1]));
});

test("what is grouped by is read from the address", () => {
  assert.deepEqual(groupingOf("metadata.user.plan"), {
    by: "metadata",
    key: "user.plan",
  });
  assert.deepEqual(groupingOf("tag"), { by: "tag", key: null });
  for (const said of [null, "", "metadata.", "colour"])
    assert.equal(groupingOf(said).by, "none");
});

test("the filter of a group compares a value as what it is", () => {
  const metadata = { by: "metadata", key: "attempt" };
  assert.equal(
    groupFilter(metadata, "2", [1, 2]),
    'and(eq(metadata_key, "attempt"), eq(metadata_value, 2))',
  );
  assert.equal(
    groupFilter(metadata, "2", ["2"]),
    'and(eq(metadata_key, "attempt"), eq(metadata_value, "2"))',
  );
  assert.equal(
    groupFilter({ by: "tag", key: null }, 'a"b'),
    'has(tags, "a\\"b")',
  );
  assert.equal(groupFilter({ by: "name", key: null }, null), "");
});

test("what is joined says how many it is", () => {
  assert.equal(groupName({ name: null, joined: 12 }), "12 others");
  assert.equal(groupName({ name: null, joined: 1 }), "1 other");
  assert.equal(groupName({ name: "a", joined: 0 }), "a");
});

test("values have their unit, and what is not known a dash", () => {
  assert.deepEqual(
    [
      valueWord(1500, "ms"),
      valueWord(0.057, "share"),
      valueWord(0.5, "usd"),
      valueWord(0.5, "score"),
      valueWord(null, "count"),
    ],
    ["1.50 s", "5.7 %", "$0.500", "0.50", "–"],
  );
});

test("a stack has a sum where its lines are parts of a whole, which tags are not", () => {
  const sums = (by) =>
    chartsOfGroups(grouped(), { by, key: null }).map((one) => [
      one.id,
      one.hasSum,
    ]);
  assert.deepEqual(
    sums("name")
      .filter(([, has]) => has)
      .map(([id]) => id),
    ["traces", "tokens", "cost", "runs"],
  );
  assert.ok(sums("tag").every(([, has]) => !has));
});

test("a grouping says what it leaves out and what it counts twice", () => {
  const now = readSeries(answer());
  const one = { ...grouped(), groups: grouped().groups.slice(0, 1) };
  one.groups[0].traces.whole.count = 4;
  assert.equal(
    groupNote(now, one, { by: "metadata", key: "plan" }),
    "2 traces of 6 without plan: in no group.",
  );
  assert.match(
    groupNote(now, one, { by: "tag", key: null }),
    /counted with each/,
  );
  assert.equal(groupNote(now, one, { by: "name", key: null }), "");
});
