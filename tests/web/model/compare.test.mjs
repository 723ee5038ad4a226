import assert from "node:assert/strict";
import test from "node:test";

import { change, pairsOf } from "../../../web/model/compare.js";
import { NO_RUN } from "../../../web/model/trace.js";
import { traceOf } from "./traces.mjs";

const said = (left, right) =>
  pairsOf(left, right).map(({ left: one, right: other }) => [
    one === NO_RUN ? null : left.nameOf(one),
    other === NO_RUN ? null : right.nameOf(other),
  ]);

test("the same steps stand in one row, and what only one did stands alone", () => {
  const left = traceOf([
    [0, "agent v1"],
    [1, "plan"],
    [1, "search"],
    [2, "embed"],
    [1, "answer"],
  ]);
  const right = traceOf([
    [0, "agent v2"],
    [1, "plan"],
    [1, "check"],
    [1, "search"],
    [2, "embed"],
    [2, "rank"],
    [1, "answer"],
  ]);
  assert.deepEqual(said(left, right), [
    ["agent v1", "agent v2"],
    ["plan", "plan"],
    [null, "check"],
    ["search", "search"],
    ["embed", "embed"],
    [null, "rank"],
    ["answer", "answer"],
  ]);
});

test("every run of both has exactly one row, whatever the two traces are", () => {
  let seed = 3;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const some = (size) => {
    const runs = [[0, "root"]];
    while (runs.length < size)
      runs.push([
        1 + Math.floor(random() * Math.min(3, runs.at(-1)[0] + 1)),
        "abcd"[Math.floor(random() * 4)],
      ]);
    return traceOf(runs);
  };
  for (let round = 0; round < 100; round++) {
    const [left, right] = [some(30), some(25)];
    const pairs = pairsOf(left, right);
    const sorted = (side) =>
      pairs
        .map((pair) => pair[side])
        .filter((run) => run !== NO_RUN)
        .sort((one, other) => one - other);
    assert.deepEqual(
      sorted("left"),
      Array.from({ length: 30 }, (_, run) => run),
    );
    assert.deepEqual(
      sorted("right"),
      Array.from({ length: 25 }, (_, run) => run),
    );
  }
});

test("a trace is equal to itself, also where a run has thousands below it", () => {
  const wide = traceOf([
    [0, "loop"],
    ...Array.from({ length: 5_000 }, (_, run) => [1, run % 2 ? "a" : "b"]),
  ]);
  assert.ok(pairsOf(wide, wide).every(({ left, right }) => left === right));
});

test("a change is said in percent, from tenfold on as a factor", () => {
  assert.deepEqual(
    [
      change(100, 112),
      change(100, 88),
      change(100, 100),
      change(10, 200),
      change(0, 5),
      change(null, 5),
    ],
    ["+12 %", "−12 %", "", "× 20.0", "", ""],
  );
});
