import assert from "node:assert/strict";
import test from "node:test";

import {
  byReason,
  healthOf,
  kindOf,
  wayOut,
} from "../../../web/model/ingest.js";

const HEALTHY = {
  lag: { requests: 100, median_s: 0.02, max_s: 0.4 },
  queues: {
    operations: { waiting: 0, delayed: 0, in_flight: 1, dead_letters: 0 },
  },
  rejected: { last_hour: 0, last_day: 0, is_complete: true },
  dead_letters: { count: 0 },
};

const sign = (health, word) =>
  healthOf(health).signs.find((one) => one.word === word);

test("a workspace to which nothing came is healthy", () => {
  const idle = {
    ...HEALTHY,
    lag: { requests: 0, median_s: null, max_s: null },
  };
  assert.equal(healthOf(idle).level, "ok");
  assert.equal(healthOf(HEALTHY).level, "ok");
});

test("one sign that is not well speaks for the whole, the gravest first", () => {
  const rejected = { last_hour: 0, last_day: 3, is_complete: false };
  assert.equal(healthOf({ ...HEALTHY, rejected }).level, "warn");
  assert.equal(
    sign({ ...HEALTHY, rejected }, "Refused")?.value,
    "over 3 in a day, 0 in the last hour",
  );
  const grave = { ...HEALTHY, rejected, dead_letters: { count: 1 } };
  assert.equal(healthOf(grave).level, "error");
  assert.equal(sign(grave, "Lag")?.level, "ok");
});

test("a lag of many seconds and a long queue want a look", () => {
  const slow = { ...HEALTHY, lag: { requests: 9, median_s: 1, max_s: 12 } };
  assert.equal(sign(slow, "Lag")?.level, "warn");
  const full = {
    ...HEALTHY,
    queues: {
      operations: { waiting: 2_000, delayed: 3, in_flight: 0, dead_letters: 0 },
    },
  };
  assert.equal(sign(full, "Waiting")?.level, "warn");
  assert.equal(sign(full, "Waiting")?.value, "2,000, 3 for their run");
});

test("refusals are grouped without ids, numbers and quoted texts, the most frequent first", () => {
  const refusal = (reason, receipt) => ({
    receipt,
    received_at: "",
    where: "",
    reason,
    run_id: null,
    project: null,
  });
  const groups = byReason([
    refusal("tags[1]: Expected `str`", "c"),
    refusal(
      "Trace 01a1fafc-721e-740f-bfff-cc2ec12931e9 already holds 25000 runs",
      "b",
    ),
    refusal(
      "Trace 01a1fafc-721e-740f-bfff-cc2ec1293fff already holds 9 runs",
      "a",
    ),
  ]);
  assert.deepEqual(
    groups.map(({ kind, ones }) => [kind, ones.map((one) => one.receipt)]),
    [
      ["Trace <id> already holds <number> runs", ["b", "a"]],
      ["tags[<number>]: Expected `str`", ["c"]],
    ],
  );
  assert.equal(kindOf(`id: 'x1' is not a UUID`), "id: <text> is not a UUID");
});

test("every refusal has a way out that fits its reason, also one that is not known here", () => {
  const fits = [
    [
      "Trace 01a1fafc-721e-740f-bfff-cc2ec12931e9 already holds 25000 runs, the most that a trace may have",
      /Split/,
    ],
    [
      "Trace 01a1fafc-721e-740f-bfff-cc2ec12931e9 was deleted; nothing can be added",
      /new trace id/,
    ],
    [
      "the request names 101 projects and one may name 100: this run's is not among the first",
      /project's name/,
    ],
    ["id: 'nope' is not a UUID", /UUIDs/],
    ["trace_id: 'nope' is not a UUID", /UUIDs/],
    ["dotted_order: it ends with run x, but this is run y", /do not agree/],
    ["run_type: 'agent' is none of chain, llm, tool", /kinds/],
    [
      "attachment: its name must have 1 to 100 characters and no dot",
      /attachment's/,
    ],
    ["name: it has 9000 characters; at most 4000 are taken", /Send less/],
    ["start_time: '1912-01-01' is before 1970", /times/],
    ["end_time: it is after the year 2286", /times/],
    ["inputs: its JSON nests deeper than 64 levels", /another form/],
    ["tags[1]: expected str, got int", /another form/],
    ["something new", /reason names/],
  ];
  for (const [reason, said] of fits)
    assert.match(wayOut(kindOf(reason)), said, reason);
});
