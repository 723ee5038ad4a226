import assert from "node:assert/strict";
import test from "node:test";

import {
  awsParts,
  daysOf,
  endsOf,
  metersOf,
  monthOf,
  monthWord,
  paidWords,
  planOf,
  rangeWords,
  rowName,
  timesLess,
  tracesChart,
  upgradesChart,
  wholeOf,
} from "../../../web/model/usage.js";

const line = (quantity, included, usd) => ({
  metric: "",
  quantity,
  included: Math.min(quantity, included),
  billable: Math.max(0, quantity - included),
  usd_per_1000: usd,
  amount_usd: "1",
});

const use = (said = {}) => ({
  month: "2026-11",
  invoice: {
    plan: { name: "Plus", included_traces: 10000 },
    lines: [line(12000, 10000, "0.50"), line(3, 0, "4.50")],
  },
  forecast: null,
  is_whole: true,
  by_workspace: [{ id: "w" }],
  ...said,
});

test("a month is UTC's, has a name, and ends where the next begins", () => {
  assert.equal(monthOf(Date.parse("2026-11-30T23:59:59.999Z")), "2026-11");
  assert.equal(monthWord("2026-11"), "November 2026");
  assert.deepEqual(endsOf("2026-12"), [
    "2026-12-01T00:00:00.000Z",
    "2027-01-01T00:00:00.000Z",
  ]);
  assert.equal(daysOf("2028-02").length, 29);
});

test("a meter reaches as far as the largest of what is used, forecast and allowed", () => {
  const limits = [
    { limit_type: "monthly_traces", limit_value: 50000, tenant_id: null },
  ];
  const forecast = {
    traces: { low: 1, middle: 2, high: 60000 },
    upgrades: { low: 3, middle: 4, high: 9 },
  };
  const [traces, upgrades] = metersOf(use({ forecast }), limits);
  assert.equal(traces.end, 60000);
  assert.deepEqual(
    traces.marks.map((one) => one.at),
    [10000, 50000],
  );
  assert.equal(upgrades.end, 9);
  assert.deepEqual(upgrades.marks, []);
  assert.equal(metersOf(use(), limits)[0].end, 50000);
});

test("a limit stands at the meter where it limits all that is counted there", () => {
  const limits = [
    { limit_type: "monthly_traces", limit_value: 3000, tenant_id: "w" },
    { limit_type: "monthly_traces", limit_value: 50000, tenant_id: null },
  ];
  const words = (said) =>
    metersOf(use(said), limits)[0].marks.map((one) => one.word);
  const ours = "the workspace's limit of 3,000";
  const plan = "the 10,000 that Plus includes";
  const all = "the organization's limit of 50,000";
  assert.deepEqual(words({}), [ours, plan, all]);
  assert.deepEqual(words({ by_workspace: [{ id: "w" }, { id: "x" }] }), [
    plan,
    all,
  ]);
  assert.deepEqual(words({ is_whole: false }), [ours]);
});

test("what has to be paid is told with what is included", () => {
  const paid = (one) => paidWords({ line: one });
  assert.equal(
    paid(line(12000, 10000, "0.50")),
    "10,000 included, 2,000 at $0.50 per 1,000",
  );
  assert.equal(
    paid(line(5, 10000, "0.50")),
    "All included; beyond that $0.50 per 1,000",
  );
  assert.equal(paid(line(3, 0, "4.50")), "3 at $4.50 per 1,000");
});

test("a range that is no range is one value", () => {
  assert.equal(
    rangeWords({ low: 1, middle: 2, high: 3 }, String),
    "2 (1 to 3)",
  );
  assert.equal(rangeWords({ low: 2, middle: 2, high: 2 }, String), "2");
});

test("bars have each trace once: the largest groups apart, all others as one", () => {
  const rows = Array.from({ length: 9 }, (_, at) => ({
    id: String(at),
    name: `p${at}`,
    traces: 9 - at,
  }));
  const buckets = rows.map(({ id, traces }) => ({
    time_bucket: "2026-11-20T00:00:00Z",
    dimensions: { project_id: id },
    traces,
  }));
  const chart = tracesChart("2026-11", buckets, "project", rows);
  assert.deepEqual(
    chart.lines.map((one) => one.name),
    ["p0", "p1", "p2", "p3", "p4", "4 others"],
  );
  assert.equal(
    chart.lines.reduce((sum, one) => sum + one.values[19], 0),
    45,
  );
  assert.equal(chart.lines[5].whole, 1 + 2 + 3 + 4);
  assert.equal(chart.starts_ms.length, 30);
});

test("traces of no known key are a group of their own", () => {
  const rows = [{ id: "", name: null, traces: 2 }];
  const buckets = [
    {
      time_bucket: "2026-11-01T00:00:00Z",
      dimensions: { api_key_id: null },
      traces: 2,
    },
  ];
  const chart = tracesChart("2026-11", buckets, "api_key", rows);
  assert.equal(chart.lines[0].name, "No key");
  assert.equal(chart.lines[0].values[0], 2);
  assert.equal(
    rowName({ id: "0123456789", name: null }, "project"),
    "Deleted project 01234567",
  );
});

test("upgrades stand at their days", () => {
  const by_day = [{ day: "2026-11-02", traces: 5, upgrades: 3 }];
  const { lines } = upgradesChart({ month: "2026-11", by_day });
  assert.equal(lines[0].values[1], 3);
  assert.equal(lines[0].whole, 3);
});

test("AWS is compared where there is something to compare", () => {
  const against = (list, aws) =>
    timesLess({ list_price_usd: list, aws: { usd: aws } });
  assert.equal(against("3.0755", "0.0265"), "116 times");
  assert.equal(against("3", "1"), "3.0 times");
  assert.equal(against("0", "0"), null);
  assert.equal(against("1", "1"), null);
  const parts = awsParts({ by: { logs: "0.1", new_unit: "2" } });
  assert.deepEqual(
    parts.map((one) => one.word),
    ["new unit", "Logs"],
  );
});

test("a number may have commas, and is whole", () => {
  assert.equal(wholeOf(" 100,000 "), 100000);
  for (const text of ["", "-1", "1.5", "x", "9999999999999"])
    assert.equal(wholeOf(text), null, text);
});

test("a plan's terms are asked for where they are agreed, and each that is wrong is named", () => {
  assert.deepEqual(planOf({ plan: "plus", has_billing: "on" }).said, {
    plan: "plus",
    has_billing: true,
  });
  const terms = {
    plan: "enterprise",
    included_traces: "1,000",
    base_usd_per_1000: "$0.40",
    upgrade_usd_per_1000: "4",
  };
  assert.deepEqual(planOf(terms).said, {
    ...terms,
    has_billing: false,
    included_traces: 1000,
    base_usd_per_1000: "0.40",
  });
  const { said, wrong } = planOf({
    ...terms,
    included_traces: "x",
    base_usd_per_1000: "-1",
  });
  assert.equal(said, null);
  assert.deepEqual(Object.keys(wrong).sort(), [
    "base_usd_per_1000",
    "included_traces",
  ]);
});

test("a meter is near its nearest limit from 80 % on; what a plan includes is none", () => {
  const limit = (limit_type, limit_value) => ({
    limit_type,
    limit_value,
    tenant_id: null,
  });
  const states = (...limits) => metersOf(use(), limits).map((one) => one.state);
  assert.deepEqual(states(), ["fine", "fine"]);
  assert.deepEqual(
    states(
      limit("monthly_traces", 15000),
      limit("monthly_longlived_traces", 3),
    ),
    ["near", "reached"],
  );
  assert.deepEqual(states(limit("monthly_traces", 15001)), ["fine", "fine"]);
});
