import assert from "node:assert/strict";
import test from "node:test";

import { csvLine } from "../../../web/model/csv.js";
import { valuesOf } from "../../../web/model/facet_values.js";
import {
  feedbackOf,
  renewed,
  rowOfRun,
  rowOfThread,
  rowOfTrace,
} from "../../../web/model/list_rows.js";
import {
  isLike,
  nice,
  quickFilters,
} from "../../../web/model/quick_filters.js";
import { progressOf, servedOf } from "../../../web/model/served.js";

const ROOT = {
  id: "a",
  name: "agent",
  run_type: "CHAIN",
  status: "SUCCESS",
  start_time: "2026-11-20T12:00:00Z",
  end_time: "2026-11-20T12:00:02.500000Z",
  total_tokens: 12,
  trace_expires_at: "2026-12-04T12:00:00Z",
};

test("a run's row has its times in milliseconds, and null for what is not known", () => {
  const row = rowOfRun(ROOT);
  assert.deepEqual(
    [row.latency_ms, row.firstToken_ms, row.cost_usd, row.status, row.type],
    [2500, null, null, "success", "chain"],
  );
  assert.equal(row.traceId, "a");
  assert.equal(
    rowOfRun({ ...ROOT, status: "PENDING", end_time: null }).latency_ms,
    null,
  );
});

test("a trace's row adds up its tree", () => {
  const sums = {
    total_tokens: 1014,
    total_cost: 0.0004,
    first_token_time: "2026-11-20T12:00:00.400Z",
  };
  const row = rowOfTrace({
    root_run: ROOT,
    trace_aggregates: sums,
    run_count: 5,
    failed_run_count: 2,
  });
  assert.deepEqual(
    [
      row.kind,
      row.tokens,
      row.cost_usd,
      row.firstToken_ms,
      row.runs,
      row.failed,
    ],
    ["trace", 1014, 0.0004, 400, 5, 2],
  );
});

test("a thread failed where one of its turns did", () => {
  const row = rowOfThread({
    thread_id: "t",
    count: 3,
    num_errored_turns: 1,
    last_trace_id: "z",
    latency_p50: 1.5,
  });
  assert.deepEqual(
    [row.status, row.turns, row.failed, row.latency_ms, row.traceId],
    ["error", 3, 1, 1500, "z"],
  );
});

test("feedback is told by its average, or by what was said most", () => {
  const stats = {
    score: { n: 2, avg: 0.755, values: {} },
    mood: { n: 3, avg: 1, values: { fine: 1, sad: 2 } },
    said: { n: 4, avg: null },
  };
  assert.deepEqual(
    feedbackOf(stats).map((one) => one.said),
    ["0.76", "sad", "4"],
  );
  assert.deepEqual(feedbackOf(null), []);
});

test("newer rows wait, and known ones are as they are now", () => {
  const rows = [rowOfRun({ ...ROOT, status: "PENDING" })];
  const found = renewed(rows, [rowOfRun({ ...ROOT, id: "b" }), rowOfRun(ROOT)]);
  assert.deepEqual(
    found.came.map((row) => row.id),
    ["b"],
  );
  assert.deepEqual(
    found.rows.map((row) => row.status),
    ["success"],
  );
});

test("how it was served is read out of the headers", () => {
  assert.deepEqual(
    servedOf("scan; path=log; rows=212; read_units=96.5; object_gets=40"),
    {
      isIndex: false,
      path: "log",
      rows: 212,
      readUnits: 96.5,
      objectGets: 40,
    },
  );
  const progress = progressOf(
    "looked_at=1840; reached=2026-11-20T09:14:03.120000Z; done=0.3125",
  );
  assert.deepEqual(
    [progress?.lookedAt, progress?.share, progress?.reached_ms],
    [1840, 0.3125, Date.UTC(2026, 10, 20, 9, 14, 3, 120)],
  );
  assert.equal(progressOf(null), null);
});

test("a CSV field is quoted where it must be, and is never a formula", () => {
  assert.equal(
    csvLine(["a", 'say "x", y', null, -3, true, "=1+1", "two\nlines"]),
    `a,"say ""x"", y",,-3,true,'=1+1,"two\nlines"\r\n`,
  );
});

test("slow and costly are three times the usual, rounded up to 1, 2 or 5", () => {
  assert.deepEqual([0.0021, 7.95, 10, 0.4].map(nice), [0.005, 10, 10, 0.5]);
  const [, slow, costly] = quickFilters({
    latency_p50: 2.65,
    cost_p50: "0.0007",
  });
  assert.deepEqual([slow.chip.value, costly.chip.value], ["10s", 0.005]);
  assert.equal(quickFilters(null)[1].chip.value, "5s");
  assert.ok(isLike({ field: "latency", op: "gt", value: "3s" }, slow.chip));
});

test("values are those that the project has, then those that there are", () => {
  const facets = {
    statuses: [{ value: "error", count: 2 }],
    metadata: [{ key: "plan", count: 3, values: [{ value: "pro", count: 3 }] }],
  };
  assert.deepEqual(
    valuesOf(facets, "status").map((one) => one.value),
    ["error", "success", "pending"],
  );
  assert.deepEqual(
    valuesOf(facets, "metadata_key").map((one) => one.value),
    ["plan"],
  );
  assert.deepEqual(
    valuesOf(facets, "metadata", "plan").map((one) => one.value),
    ["pro"],
  );
  assert.deepEqual(valuesOf(null, "tags"), []);
});
