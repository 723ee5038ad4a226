import assert from "node:assert/strict";
import { test } from "node:test";

import {
  alreadyWords,
  matchWords,
  monthRows,
  rangeText,
  trialChart,
} from "../../../web/model/rule_trial.js";

const DAY = {
  day: "2026-11-20",
  traces: 10,
  matched: 4,
  acted_on: 4,
  upgrades: 3,
  did: null,
};
const TRIAL = {
  by_day: [DAY],
  matched: { traces: 4, runs: 5 },
  acted_on: { traces: 4, runs: 5 },
  traces: 10,
  days: 14,
  month: null,
  cap: null,
};

test("days are bars; what sampling leaves out stands apart", () => {
  assert.deepEqual(
    trialChart(TRIAL).lines.map((one) => one.values),
    [[4]],
  );
  const drawn = {
    ...TRIAL,
    by_day: [{ ...DAY, acted_on: 1 }],
    acted_on: { traces: 1, runs: 1 },
  };
  assert.deepEqual(
    trialChart(drawn).lines.map((one) => one.values),
    [[1], [3]],
  );
  assert.equal(
    trialChart(TRIAL).starts_ms[0],
    Date.parse("2026-11-20T00:00:00Z"),
  );
});

test("words tell how many match, of how many, in which time", () => {
  assert.equal(
    matchWords(TRIAL),
    "4 traces of 10 in the last 14 days have 5 runs that match",
  );
  assert.equal(
    matchWords({ ...TRIAL, days: 1, matched: { traces: 1, runs: 1 } }),
    "1 trace of 10 in the last 24 hours has 1 run that matches",
  );
});

test("what is kept already is told", () => {
  assert.equal(alreadyWords({ ...TRIAL, extended_already: 0 }), "");
  assert.equal(
    alreadyWords({ ...TRIAL, extended_already: 1 }),
    "1 of them is kept for longer already.",
  );
  assert.equal(
    alreadyWords({ ...TRIAL, extended_already: 4 }),
    "All that it acts on are kept for longer already.",
  );
});

test("a range that is none is one figure", () => {
  assert.equal(rangeText({ low: 4, middle: 5, high: 6 }, String), "5 (4 to 6)");
  assert.equal(rangeText({ low: "0", middle: "0", high: "0" }, String), "0");
});

test("a month has rows of money, and what the cap leaves out", () => {
  const range = { low: 1, middle: 2, high: 3 };
  const month = {
    days: 30,
    from_days: 13,
    acted_on: range,
    upgrades: range,
    langsmith_extra_usd: range,
    aws_extra_usd: range,
  };
  assert.deepEqual(monthRows(TRIAL), []);
  assert.equal(monthRows({ ...TRIAL, month }).length, 4);
  const cap = {
    monthly_cap_usd: "1",
    upgrades: 2,
    refused: range,
    reached_on_day: 13,
  };
  assert.equal(
    monthRows({ ...TRIAL, month, cap }).at(-1).hint,
    "reached on about day 13",
  );
});
