import assert from "node:assert/strict";
import test from "node:test";

import { NO_RUN } from "../../../web/model/trace.js";
import {
  allFolded,
  maskOf,
  nextRun,
  revealed,
  rowsOf,
  runsWith,
} from "../../../web/model/tree_rows.js";
import { traceOf } from "./traces.mjs";

const NOTHING = { folded: new Set(), opened: new Set() };
const shown = (trace, rows) =>
  rows.map((row) =>
    row.group ? `${trace.nameOf(row.run)} ×${row.group.count}` : row.run,
  );

const loop = traceOf([
  [0, "agent"],
  ...Array.from({ length: 20 }, (_, step) => [
    1,
    step % 2 ? "tool" : "llm",
    { status: step === 17 ? "error" : "success" },
  ]),
]);

test("every run has a row where nothing is folded and no name is frequent", () => {
  const trace = traceOf([
    [0, "a"],
    [1, "b"],
    [2, "c"],
    [1, "d"],
  ]);
  const rows = rowsOf(trace, NOTHING);
  assert.deepEqual(
    rows.map((row) => row.run),
    [0, 1, 2, 3],
  );
  assert.deepEqual(
    rows.map((row) => [row.depth, row.place, row.siblings]),
    [
      [0, 1, 1],
      [1, 1, 2],
      [2, 1, 1],
      [1, 2, 2],
    ],
  );
  assert.deepEqual(
    rows.map((row) => row.isOpen),
    [true, true, null, null],
  );
});

test("what is below a folded run has no row", () => {
  const trace = traceOf([
    [0, "a"],
    [1, "b"],
    [2, "c"],
    [1, "d"],
  ]);
  assert.deepEqual(
    rowsOf(trace, { ...NOTHING, folded: new Set([1]) }).map((row) => row.run),
    [0, 1, 3],
  );
});

test("of a frequent name five are shown in their order, and one row says what the rest is", () => {
  const rows = rowsOf(loop, NOTHING);
  assert.deepEqual(shown(loop, rows), [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    "llm ×5",
    "tool ×5",
  ]);
  assert.deepEqual(
    rows.slice(-2).map((row) => row.group.failed),
    [0, 1],
  );
});

test("names that only count on are of one family", () => {
  const rounds = traceOf([
    [0, "agent"],
    ...Array.from({ length: 9 }, (_, step) => [1, `round ${step}`]),
  ]);
  const [group] = rowsOf(rounds, NOTHING).flatMap((row) =>
    row.group ? [row.group] : [],
  );
  assert.deepEqual([group.name, group.count], ["round #", 4]);
});

test("an opened group shows its runs where they stand", () => {
  const rows = rowsOf(loop, { ...NOTHING, opened: new Set(["0/tool"]) });
  assert.deepEqual(shown(loop, rows).slice(11), [
    "llm ×5",
    "tool ×5",
    12,
    14,
    16,
    18,
    20,
  ]);
});

test("whatever is folded, to reveal a run gives it a row, and takes none away", () => {
  const start = { ...allFolded(loop), opened: new Set() };
  for (let run = 0; run < loop.size; run++) {
    const rows = rowsOf(loop, revealed(loop, run, start));
    assert.ok(
      rows.some((row) => row.run === run && !row.group),
      `run ${run}`,
    );
  }
  assert.equal(revealed(loop, 3, NOTHING), NOTHING);
});

test("a filter shows what matches and what is above it, in order and ungrouped", () => {
  const trace = traceOf([
    [0, "a"],
    [1, "b"],
    [2, "x"],
    [1, "c"],
    [2, "y", { status: "error" }],
    [0, "z"],
  ]);
  const mask = maskOf(trace, (run) => trace.statusOf(run) === "error");
  const rows = rowsOf(trace, { ...NOTHING, folded: new Set([0, 3]) }, mask);
  assert.deepEqual(
    rows.map((row) => [row.run, row.isFaint]),
    [
      [0, true],
      [3, true],
      [4, false],
    ],
  );
  const tools = rowsOf(
    loop,
    NOTHING,
    maskOf(loop, (run) => loop.nameOf(run) === "tool"),
  );
  assert.equal(tools.length, 11);
});

test("the next match goes around the end, both ways", () => {
  const isFailed = (run) => loop.statusOf(run) === "error";
  assert.equal(nextRun(loop, 0, 1, isFailed), 18);
  assert.equal(nextRun(loop, 18, 1, isFailed), 18);
  assert.equal(nextRun(loop, 18, -1, isFailed), 18);
  assert.equal(
    nextRun(loop, 0, 1, () => false),
    NO_RUN,
  );
});

test("words are found in names, whatever their case", () => {
  assert.equal(runsWith(loop, "TOO").size, 10);
  assert.equal(runsWith(loop, "  ").size, 0);
});

test("25,000 siblings of one name are six rows, and all of them when opened", () => {
  const wide = traceOf([
    [0, "agent"],
    ...Array.from({ length: 25_000 }, () => [1, "step"]),
  ]);
  assert.equal(rowsOf(wide, NOTHING).length, 7);
  assert.equal(
    rowsOf(wide, { ...NOTHING, opened: new Set(["0/step"]) }).length,
    25_002,
  );
});
