import assert from "node:assert/strict";
import test from "node:test";

import {
  axisOf,
  lineAt,
  lineShape,
  shapesOf,
  stepAt,
} from "../../../web/model/plot.js";
import { scaleOf } from "../../../web/model/scales.js";

const SIZE = { width: 40, height: 100 };
const lineOf = (values) => ({
  name: "a",
  colour: "1",
  dash: 0,
  values,
  whole: null,
  behind: () => "",
});
const chartOf = (look, ...lines) => ({
  ...{
    id: "a",
    title: "A",
    look,
    unit: "count",
    starts_ms: lines[0].map((_, at) => at),
    step_ms: 1,
  },
  ...{ lines: lines.map(lineOf), before: null, hasSum: true, tab: "traces" },
});

test("a line has gaps where nothing is known, bridged apart from it, and dots for what stands alone", () => {
  const { path, bridge, dots } = lineShape(
    [1, null, 1, 0],
    scaleOf([1], "count"),
    SIZE,
  );
  assert.equal(path, "M5 0M25 0L35 100");
  assert.equal(bridge, "M5 0L25 0");
  assert.deepEqual(dots, [{ x: 5, y: 0 }]);
});

test("one point alone is a dot", () => {
  const shape = lineShape([2], scaleOf([2], "count"), SIZE);
  assert.deepEqual(shape.dots, [{ x: 20, y: 0 }]);
});

test("what stands on little is a hollow dot beside the line", () => {
  const shape = lineShape([1, 0, 1, 0], scaleOf([1], "count"), SIZE, [
    false,
    true,
    false,
    false,
  ]);
  assert.equal(shape.path, "M5 0M25 0L35 100");
  assert.deepEqual(shape.hollow, [{ x: 15, y: 100 }]);
});

test("bars stand upon each other and the axis holds their sum", () => {
  const chart = chartOf("bars", [1, 0, 2, null], [1, 0, 2, null]);
  const scale = axisOf(chart);
  assert.equal(scale.most, 4);
  const [low, high] = shapesOf(chart, scale, SIZE).map(({ path }) =>
    path.split("z").filter(Boolean),
  );
  assert.equal(low.length, 2);
  assert.match(low[1], /^M[\d.]+ 100v-50/);
  assert.match(high[1], /^M[\d.]+ 50v-50/);
});

test("a bar that counts something is seen, however small", () => {
  const chart = chartOf("bars", [1, 100_000]);
  const [{ path }] = shapesOf(chart, axisOf(chart), SIZE);
  assert.match(path.split("z")[0], /v-1h/);
});

test("a spot is in the bar under it, or belongs to the nearest line, or to none", () => {
  const bars = chartOf("bars", [1, 0], [3, 0]);
  const at = (share) => lineAt(bars, axisOf(bars), 0, share);
  assert.deepEqual(
    [at(0.1), at(0.6), lineAt(bars, axisOf(bars), 1, 0.1)],
    [0, 1, -1],
  );
  const lines = chartOf("lines", [4, 4], [1, null]);
  assert.deepEqual(
    [0.97, 0.3, 0.6].map((share) => lineAt(lines, axisOf(lines), 0, share)),
    [0, 1, -1],
  );
});

test("each share of the width is in one step", () => {
  const chart = chartOf("bars", [1, 1, 1, 1]);
  assert.deepEqual(
    [-1, 0, 0.26, 0.999, 1, 2].map((share) => stepAt(chart, share)),
    [0, 0, 1, 3, 3, 3],
  );
});
