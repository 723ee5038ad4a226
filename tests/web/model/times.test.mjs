import assert from "node:assert/strict";
import test from "node:test";

import { criticalPath } from "../../../web/model/critical_path.js";
import { TimeScale, idleGaps, ticksOf } from "../../../web/model/idle.js";
import { ownOf, statisticsOf } from "../../../web/model/trace_statistics.js";
import { traceOf } from "./traces.mjs";

/** agent 0–100 ▸ plan 0–20, (search 25–60 ∥ fetch 25–40), answer 80–100 */
const trace = traceOf([
  [0, "agent", { start_ms: 0, ms: 100 }],
  [1, "plan", { start_ms: 0, ms: 20, kind: "llm" }],
  [1, "search", { start_ms: 25, ms: 35, kind: "tool" }],
  [1, "fetch", { start_ms: 25, ms: 15, kind: "tool", status: "error" }],
  [1, "answer", { start_ms: 80, ms: 20, kind: "llm" }],
]);

const inMs = (path) =>
  path.map(({ run, start_us, end_us }) => [
    trace.nameOf(run),
    start_us / 1000,
    end_us / 1000,
  ]);

test("the critical path covers the root without a hole, and leaves out what ran beside it", () => {
  assert.deepEqual(inMs(criticalPath(trace)), [
    ["plan", 0, 20],
    ["agent", 20, 25],
    ["search", 25, 60],
    ["agent", 60, 80],
    ["answer", 80, 100],
  ]);
});

test("the path of any trace is in order, never overlaps, and is as long as its root", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 200; round++) {
    const runs = [[0, "root", { start_ms: 0, ms: 1000 }]];
    const spans = [[0, 1000]];
    for (let run = 1; run < 30; run++) {
      const depth = 1 + Math.floor(random() * Math.min(4, runs.at(-1)[0] + 1));
      const [from, to] = spans[depth - 1];
      const start = from + Math.floor(random() * (to - from));
      const ms = Math.floor(random() * (to - start));
      spans[depth] = [start, start + ms];
      runs.push([depth, `r${run}`, { start_ms: start, ms }]);
    }
    const path = criticalPath(traceOf(runs));
    path
      .slice(1)
      .forEach((stretch, at) =>
        assert.equal(stretch.start_us, path[at].end_us),
      );
    assert.equal(path[0].start_us, 0);
    assert.equal(path.at(-1).end_us, 1_000_000);
  }
});

test("a gap is where no run without children is at work", () => {
  const gaps = idleGaps(trace).map((gap) => [
    gap.start_us / 1000,
    gap.end_us / 1000,
  ]);
  assert.deepEqual(gaps, [
    [20, 25],
    [60, 80],
  ]);
  assert.equal(idleGaps(trace, 0.1).length, 1);
});

test("a scale goes forth and back, and a folded gap becomes narrow", () => {
  const plain = new TimeScale(0, 100_000);
  assert.equal(plain.at(25_000), 0.25);
  const folded = new TimeScale(0, 100_000, [
    { start_us: 20_000, end_us: 90_000 },
  ]);
  assert.ok(folded.at(90_000) - folded.at(20_000) < 0.05);
  for (const scale of [
    plain,
    folded,
    new TimeScale(10_000, 60_000, [{ start_us: 0, end_us: 30_000 }]),
  ]) {
    for (let us = scale.start_us; us <= scale.end_us; us += 1_000) {
      assert.ok(Math.abs(scale.moment(scale.at(us)) - us) < 1, `${us}`);
    }
    assert.equal(scale.at(-5), 0);
    assert.equal(scale.at(1e9), 1);
  }
});

test("ticks are round and within the scale", () => {
  assert.deepEqual(
    ticksOf(new TimeScale(0, 100_000), 5),
    [0, 20_000, 40_000, 60_000, 80_000, 100_000],
  );
  assert.ok(ticksOf(new TimeScale(0, 1)).length > 0);
});

test("a run's own time is what nothing below it covers, whether that overlaps or not", () => {
  assert.deepEqual(
    [...ownOf(trace).self_us],
    [25_000, 20_000, 35_000, 15_000, 20_000],
  );
});

test("statistics add up by name and by kind, the most time first", () => {
  const byKind = statisticsOf(trace, "kind");
  assert.deepEqual(
    byKind.map((line) => [line.key, line.count, line.failed, line.self_us]),
    [
      ["tool", 2, 1, 50_000],
      ["llm", 2, 0, 40_000],
      ["chain", 1, 0, 25_000],
    ],
  );
  assert.equal(statisticsOf(trace, "name").length, 5);
  assert.deepEqual(statisticsOf(trace, "model"), []);
});
