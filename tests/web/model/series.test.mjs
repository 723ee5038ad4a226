import assert from "node:assert/strict";
import test from "node:test";

import {
  deltaWord,
  readSeries,
  stepOf_ms,
  stepsFor,
  windowBefore,
  windowOf,
} from "../../../web/model/series.js";
import { answer, columns } from "./series_answers.mjs";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 20, 22, 20);
const last = (span_ms) => ({ id: "x", from_ms: NOW_MS - span_ms, to_ms: null });

test("a window is of whole steps that reach over its range, at most as many as are drawn", () => {
  for (const hours of [0.25, 1, 5, 24, 168, 336, 24 * 100, 24 * 399]) {
    const { from_ms, to_ms, step_ms } = windowOf(last(hours * HOUR_MS), NOW_MS);
    assert.ok(
      (from_ms <= NOW_MS - hours * HOUR_MS || hours === 24 * 399) &&
        to_ms >= NOW_MS,
    );
    assert.equal(from_ms % step_ms, 0);
    assert.equal(to_ms % step_ms, 0);
    assert.ok(
      (to_ms - from_ms) / step_ms <= 122,
      `${hours} h in steps of ${step_ms}`,
    );
    assert.equal(step_ms, stepOf_ms(hours * HOUR_MS));
  }
});

test("a step that was chosen is taken where it makes neither one point nor more than are drawn", () => {
  const step = (chosen_ms, hours) =>
    windowOf(last(hours * HOUR_MS), NOW_MS, { step_ms: chosen_ms }).step_ms;
  assert.equal(step(3 * HOUR_MS, 168), 3 * HOUR_MS);
  assert.equal(step(60_000, 168), stepOf_ms(168 * HOUR_MS));
  assert.equal(step(24 * HOUR_MS, 24), stepOf_ms(24 * HOUR_MS));
  const window = windowOf(last(168 * HOUR_MS), NOW_MS);
  assert.ok(
    stepsFor(window).every(
      ({ ms }) => (window.to_ms - window.from_ms) / ms < 400,
    ),
  );
});

test("what has no beginning begins with the oldest trace, and never further back than the server goes", () => {
  const all = { id: "all", from_ms: 0, to_ms: null };
  const { to_ms, from_ms: first_ms } = windowOf(all, NOW_MS);
  assert.ok(
    to_ms >= NOW_MS &&
      to_ms - first_ms <= 400 * 24 * HOUR_MS &&
      to_ms - first_ms > 390 * 24 * HOUR_MS,
  );
  const { from_ms } = windowOf(all, NOW_MS, {
    oldest_ms: NOW_MS - 50 * HOUR_MS,
  });
  assert.ok(
    from_ms <= NOW_MS - 50 * HOUR_MS && from_ms > NOW_MS - 52 * HOUR_MS,
  );
});

test("the window before is as long, and ends where this one begins", () => {
  assert.deepEqual(windowBefore({ from_ms: 100, to_ms: 140, step_ms: 10 }), {
    from_ms: 60,
    to_ms: 100,
    step_ms: 10,
  });
});

test("an answer is read in milliseconds and dollars, and a rate where there is something to divide by", () => {
  const { points, whole } = readSeries(answer()).groups[0].traces;
  assert.deepEqual(points.count, [0, 4, 2]);
  assert.deepEqual(points.errorRate, [null, 0.25, 0]);
  assert.deepEqual(points.p50, [null, 1500, 2000]);
  assert.deepEqual(points.cost, [null, 0.006, 0]);
  assert.equal(whole.errorRate, 1 / 6);
});

test("steps that were not counted are not known, and not nought", () => {
  const found = readSeries({ ...answer(), counted_since_us: 7_200_000_000 });
  assert.deepEqual(found.groups[0].traces.points.count, [null, null, 2]);
  assert.equal(found.since_ms, 7_200_000);
});

test("a grouped answer, which knows no tools and no feedback, is read as having none", () => {
  const found = readSeries({
    ...answer(),
    run_types: null,
    tools: null,
    feedback: null,
    groups: [{ name: "a", joined: 0, traces: columns(), runs: columns() }],
  });
  assert.deepEqual([found.tools, found.runTypes, found.feedback], [[], [], []]);
  assert.equal(found.groups[0].name, "a");
});

test("changes are told as shares of what was, of rates in points, and not at all where nothing was", () => {
  assert.equal(deltaWord(112, 100), "+12 %");
  assert.equal(deltaWord(88, 100), "−12 %");
  assert.equal(deltaWord(100, 100), "same");
  assert.equal(deltaWord(5000, 100), "×50");
  assert.equal(deltaWord(5, 0), "");
  assert.equal(deltaWord(null, 3), "");
  assert.equal(deltaWord(0.057, 0.048, "points"), "+0.9 pt");
});
