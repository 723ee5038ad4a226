import assert from "node:assert/strict";
import test from "node:test";

import {
  logScaleOf,
  scaleOf,
  shareOf,
  tickWord,
  timeTicks,
  wantsLog,
} from "../../../web/model/scales.js";

const HOUR_MS = 3_600_000;
const UNITS = ["count", "share", "ms", "usd", "score"];

test("an axis has at most one step more than wanted, in equal steps, and nothing lies beyond it", () => {
  for (const unit of UNITS) {
    for (let power = -3; power < 9; power++) {
      for (const factor of [1, 1.01, 1.9, 2.4, 4.99, 7.7]) {
        const high = factor * 10 ** power;
        const { ticks, least, most } = scaleOf([null, high, high / 3], unit);
        assert.equal(least, 0);
        assert.ok(
          most >= high * (1 - 1e-9),
          `${high} ${unit} is above ${most}`,
        );
        assert.ok(
          ticks.length <= 6 && ticks.length >= 2,
          `${ticks} for ${high} ${unit}`,
        );
        const steps = ticks.slice(1).map((tick, at) => tick - ticks[at]);
        assert.ok(
          steps.every((step) => Math.abs(step / steps[0] - 1) < 1e-6),
          `${ticks}`,
        );
      }
    }
  }
});

test("counts are told in whole numbers, times in parts of minutes, and nothing at all has an axis too", () => {
  assert.deepEqual(scaleOf([3], "count").ticks, [0, 1, 2, 3]);
  assert.deepEqual(
    scaleOf([50_000], "ms").ticks,
    [0, 15_000, 30_000, 45_000, 60_000],
  );
  assert.deepEqual(scaleOf([], "count").ticks, [0, 1]);
  assert.deepEqual(scaleOf([0, null], "share").most, 0.1);
});

test("an axis of scores goes below nought where they do", () => {
  const { ticks } = scaleOf([-1, 1], "score");
  assert.deepEqual([ticks[0], ticks.at(-1), ticks.includes(0)], [-1, 1, true]);
});

test("a logarithmic axis spans all values, with powers of ten as its ticks", () => {
  const scale = logScaleOf([null, 0, 730, 89_000]);
  assert.deepEqual(
    [scale.least, scale.most, scale.ticks],
    [500, 100_000, [1000, 10_000, 100_000]],
  );
  assert.equal(shareOf(scale, 500), 0);
  assert.equal(shareOf(scale, 0), 0);
  assert.ok(
    Math.abs(shareOf(scale, 5_000) - Math.log(10) / Math.log(200)) < 1e-9,
  );
  const flat = logScaleOf([1000]);
  assert.ok(flat.most > flat.least);
});

test("an axis is logarithmic only where half of the values would lie on the ground", () => {
  assert.equal(wantsLog([100, 120, 90, 5_000]), true);
  assert.equal(wantsLog([100, 120, 90, 2_000]), false);
  assert.equal(wantsLog([null, 1, 100_000]), false);
});

test("ticks are written short, with their unit", () => {
  const said = [
    [0, "ms"],
    [250, "ms"],
    [1500, "ms"],
    [60_000, "ms"],
    [1_000_000, "ms"],
    [7_200_000, "ms"],
    [0.05, "share"],
    [0.02, "usd"],
    [1500, "usd"],
    [20_000, "count"],
    [2.5e6, "count"],
    [0.5, "score"],
  ].map(([value, unit]) => tickWord(value, unit));
  assert.deepEqual(said, [
    "0",
    "250 ms",
    "1.5 s",
    "1 m",
    "1,000 s",
    "2 h",
    "5 %",
    "$0.02",
    "$1500",
    "20K",
    "2.5M",
    "0.5",
  ]);
});

test("times on the axis are round by the local clock, within the window, and at most as many as wanted and one", () => {
  const from_ms = new Date(2026, 10, 13, 22, 20).getTime();
  for (const hours of [0.25, 1, 3, 12, 24, 72, 168, 336, 24 * 90, 24 * 390]) {
    const to_ms = from_ms + hours * HOUR_MS;
    const ticks = timeTicks(from_ms, to_ms, 6);
    assert.ok(
      ticks.length >= 1 && ticks.length <= 7,
      `${hours} h: ${ticks.length}`,
    );
    assert.ok(ticks.every(({ ms }) => ms >= from_ms && ms < to_ms));
    assert.ok(ticks.every(({ ms }) => new Date(ms).getSeconds() === 0));
  }
  const week = timeTicks(from_ms, from_ms + 168 * HOUR_MS, 8);
  assert.deepEqual(
    week.map(({ word }) => word),
    ["14 Nov", "15 Nov", "16 Nov", "17 Nov", "18 Nov", "19 Nov", "20 Nov"],
  );
});
