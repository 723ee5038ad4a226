import assert from "node:assert/strict";
import test from "node:test";

import {
  barsOf,
  inOrder,
  matching,
  pressed,
  projectOf,
  rowOf,
  sortOf,
  sortText,
  startOf,
  totalOf,
  windowOf,
} from "../../../web/model/projects.js";

const session = (name, stats) => ({
  id: `id-${name}`,
  name,
  description: null,
  start_time: "2026-11-20T10:00:00",
  trace_tier: null,
  ...stats,
});

const stats = (run_count, error_rate, total_cost) => ({
  run_count,
  error_rate,
  latency_p50: 1.5,
  latency_p99: 9,
  total_tokens: 100,
  total_cost,
  last_run_start_time: "2026-11-20T12:00:00",
});

test("a project without statistics has no figures; with them times are in milliseconds and costs are numbers", () => {
  assert.equal(rowOf(session("a")).figures, null);
  const { figures, tier, hasOwnTier } = rowOf(
    session("a", stats(4, 0.25, "0.5")),
  );
  assert.deepEqual(figures, {
    traces: 4,
    errorRate: 0.25,
    p50_ms: 1500,
    p99_ms: 9000,
    tokens: 100,
    cost_usd: 0.5,
    lastRun_ms: Date.UTC(2026, 10, 20, 12),
  });
  assert.deepEqual([tier, hasOwnTier], ["shortlived", false]);
});

test("where no trace came there is no error rate, rather than one of nought", () => {
  assert.equal(rowOf(session("a", stats(0, 0, null))).figures?.errorRate, null);
});

test("rows without a figure stand last in both directions, and equal ones by name", () => {
  const rows = [
    rowOf(session("unknown")),
    rowOf(session("b", stats(1, 0, "2"))),
    rowOf(session("a", stats(1, 0, "2"))),
    rowOf(session("c", stats(9, 0, "3"))),
  ];
  const names = (sort) => inOrder(rows, sort).map((row) => row.name);
  assert.deepEqual(names({ column: "cost", isDown: true }), [
    "c",
    "a",
    "b",
    "unknown",
  ]);
  assert.deepEqual(names({ column: "cost", isDown: false }), [
    "a",
    "b",
    "c",
    "unknown",
  ]);
  assert.deepEqual(
    rows.map((row) => row.name),
    ["unknown", "b", "a", "c"],
    "the rows given stay as they were",
  );
});

test("an order survives the address, and what is no order is by name", () => {
  for (const sort of [
    { column: "cost", isDown: true },
    { column: "last", isDown: false },
    { column: "name", isDown: true },
  ])
    assert.deepEqual(sortOf(sortText(sort)), sort);
  for (const text of [null, undefined, "", "-", "toString", "-nonsense"])
    assert.deepEqual(sortOf(text), { column: "name", isDown: false });
  assert.equal(sortText({ column: "name", isDown: false }), null);
});

test("a first press shows the highest of a figure and the first of the names; the second turns it round", () => {
  const byName = { column: "name", isDown: false };
  assert.deepEqual(pressed(byName, "cost"), { column: "cost", isDown: true });
  assert.deepEqual(pressed({ column: "cost", isDown: true }, "cost"), {
    column: "cost",
    isDown: false,
  });
  assert.deepEqual(pressed({ column: "cost", isDown: true }, "name"), byName);
});

test("every word must be somewhere in name or description, whatever its case", () => {
  const rows = [
    { ...rowOf(session("Support agent")), description: "The bookshop" },
    rowOf(session("Search")),
  ];
  assert.deepEqual(
    matching(rows, " BOOK  agent ").map((row) => row.name),
    ["Support agent"],
  );
  assert.equal(matching(rows, "agent search").length, 0);
  assert.equal(matching(rows, "").length, 2);
});

test("bars join whole hours and lose no trace", () => {
  const hourly = {
    traces: Array.from({ length: 168 }, (_, hour) => hour),
    errors: Array.from({ length: 168 }, () => 1),
  };
  const bars = barsOf(hourly, windowOf("7d")) ?? [];
  assert.equal(bars.length, 28);
  assert.deepEqual(bars[0], { traces: 0 + 1 + 2 + 3 + 4 + 5, errors: 6 });
  assert.equal(
    bars.reduce((all, one) => all + one.traces, 0),
    (167 * 168) / 2,
  );
  assert.equal(barsOf(undefined, windowOf("7d")), null);
});

test("a window begins at a whole hour, the running hour its last", () => {
  const now_ms = Date.UTC(2026, 10, 20, 12, 34);
  assert.equal(startOf(windowOf("24h"), now_ms), Date.UTC(2026, 10, 19, 13));
  assert.equal(windowOf("no such").id, "24h");
});

test("the total counts what is known, and says whether that is all", () => {
  const rows = [
    rowOf(session("a", stats(4, 0.25, "0.5"))),
    rowOf(session("b", stats(6, 0.5, null))),
  ];
  assert.deepEqual(totalOf(rows), {
    isKnown: true,
    traces: 10,
    errors: 4,
    tokens: 200,
    cost_usd: 0.5,
  });
  assert.equal(totalOf([...rows, rowOf(session("c"))]).isKnown, false);
});

test("a project's form says its tier and fewer days, or what is wrong with them", () => {
  const form = {
    name: " shop ",
    description: "",
    trace_tier: "",
    ttl_days: "",
  };
  assert.deepEqual(projectOf({ ...form, longlived_ttl_days: "90" }, 400).said, {
    name: "shop",
    description: "",
    trace_tier: null,
    ttl_days: null,
    longlived_ttl_days: 90,
  });
  const { said, wrong } = projectOf({ ...form, ttl_days: "0" }, 400);
  assert.equal(said, null);
  assert.match(wrong.ttl_days, /from 1 to 400/);
});
