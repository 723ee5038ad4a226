import assert from "node:assert/strict";
import test from "node:test";

import { NO_RUN, Trace, causeOf } from "../../../web/model/trace.js";

/** agent ▸ (plan ▸ gpt), search; and a run whose parent never came. */
export const ANSWER = {
  trace_id: "019e0000-0000-7000-8000-000000000000",
  revision: "r1",
  session_id: "p",
  session_name: "shop",
  thread_id: null,
  trace_tier: "shortlived",
  kept_because: null,
  is_shared: false,
  first_received_us: 1_795_176_000_000_000,
  last_received_us: 1_795_176_002_000_000,
  expires_us: 1_796_385_600_000_000,
  skeleton: {
    trace_id: "019e0000-0000-7000-8000-000000000000",
    root: 0,
    runs: 5,
    failed_runs: 1,
    pending_runs: 1,
    start_us: 1_795_176_000_000_000,
    end_us: 1_795_176_001_500_000,
    first_token_us: 1_795_176_000_250_000,
    totals: {
      prompt_tokens: 1000,
      completion_tokens: 100,
      total_tokens: 1100,
      cost_nano_usd: 3_000_000,
    },
    tables: {
      names: ["agent", "plan", "gpt", "search", "late"],
      run_types: ["chain", "llm", "tool"],
      models: ["gpt-4o"],
      errors: ["ValueError: no index"],
      tags: ["prod"],
      statuses: ["success", "error", "pending"],
    },
    columns: {
      id_tails: ["a", "b", "c", "d", "e"]
        .map((letter) => letter.repeat(20))
        .join(""),
      id_ms: { 3: -2 },
      parent: [NO_RUN, 0, 1, 0, NO_RUN],
      name: [0, 1, 2, 3, 4],
      run_type: [0, 0, 1, 2, 2],
      status: [0, 0, 0, 1, 2],
      model: [-1, -1, 0, -1, -1],
      step_us: [0, 1000, 500, 400_000, -1500],
      duration_us: [1_500_000, 300_000, 250_000, 900_000, null],
      prompt_tokens: [1000, 1000, 1000, 0, 0],
      completion_tokens: [100, 100, 100, 0, 0],
      other_tokens: {},
      cost_nano_usd: [3_000_000, 3_000_000, 3_000_000, null, null],
      first_token_us: { 2: 249_000 },
      error: { 3: 0 },
      tags: { 0: [0] },
    },
    notes: { orphans: [4] },
  },
};

import { traceOf } from "./traces.mjs";

const trace = new Trace(ANSWER);

test("a run's children are those right below it, and the roots are below nothing", () => {
  assert.deepEqual(trace.childrenOf(0), [1, 3]);
  assert.deepEqual(trace.childrenOf(1), [2]);
  assert.deepEqual(trace.childrenOf(2), []);
  assert.deepEqual(trace.childrenOf(NO_RUN), [0, 4]);
});

test("all that is below a run is the range up to its last", () => {
  assert.deepEqual([...trace.lasts], [3, 2, 2, 3, 4]);
  assert.deepEqual([...trace.depths], [0, 1, 2, 1, 0]);
  assert.deepEqual(trace.ancestorsOf(2), [1, 0]);
});

test("starts add up from run to run, also backwards", () => {
  assert.deepEqual([...trace.starts_us], [0, 1000, 1500, 401_500, 400_000]);
  assert.equal(trace.length_us, 1_500_000);
});

test("an id is its time and its tail, and leads back to its run", () => {
  const began_ms = ANSWER.skeleton.start_us / 1000;
  assert.equal(
    trace.idOf(0).replaceAll("-", ""),
    began_ms.toString(16).padStart(12, "0") + "a".repeat(20),
  );
  assert.equal(
    trace.idOf(3).replaceAll("-", "").slice(0, 12),
    (began_ms + 401 - 2).toString(16).padStart(12, "0"),
  );
  for (let run = 0; run < trace.size; run++)
    assert.equal(trace.indexOf(trace.idOf(run)), run);
  assert.equal(trace.indexOf("00000000-0000-0000-0000-000000000000"), NO_RUN);
});

test("what is not known is null, not nought", () => {
  assert.equal(trace.latencyOf(4), null);
  assert.equal(trace.costOf(3), null);
  assert.equal(trace.costOf(0), 0.003);
  assert.equal(trace.modelOf(0), null);
  assert.equal(trace.firstTokenOf(2), 249);
  assert.equal(trace.errorOf(3), "ValueError: no index");
  assert.deepEqual(trace.tagsOf(0), ["prod"]);
});

test("a trace runs while a run is pending that nobody gave up", () => {
  assert.equal(trace.isRunning, true);
  const skeleton = { ...ANSWER.skeleton, notes: { never_ended: [4] } };
  assert.equal(new Trace({ ...ANSWER, skeleton }).isRunning, false);
});

test("a failure began in the last run that failed below runs that failed", () => {
  const failed = { status: "error" };
  const agent = traceOf([
    [0, "agent", failed],
    [1, "try", failed],
    [1, "retry", failed],
    [2, "refund", failed],
    [1, "log"],
  ]);
  assert.equal(agent.nameOf(causeOf(agent)), "refund");
  assert.equal(
    causeOf(
      traceOf([
        [0, "agent"],
        [1, "tool", failed],
      ]),
    ),
    NO_RUN,
  );
  assert.equal(
    causeOf(
      traceOf([
        [0, "agent", failed],
        [1, "tool"],
      ]),
    ),
    NO_RUN,
  );
});

test("a trace that may still run is silent when nothing has come for ten minutes", () => {
  const trace = new Trace(ANSWER);
  const last_ms = ANSWER.last_received_us / 1000;
  assert.equal(trace.isRunning, true);
  assert.equal(trace.silence_ms(last_ms + 599_999), null);
  assert.equal(trace.silence_ms(last_ms + 600_000), 600_000);
});

test("a trace of which nothing is awaited is never silent", () => {
  const skeleton = { ...ANSWER.skeleton, pending_runs: 0 };
  const trace = new Trace({ ...ANSWER, skeleton });
  assert.equal(trace.silence_ms(ANSWER.last_received_us), null);
});

test("of a shared trace nobody knows when something came last, so that no silence is told", () => {
  const skeleton = { ...ANSWER.skeleton, pending_runs: 1 };
  const shared = new Trace({ ...ANSWER, skeleton, last_received_us: null });
  assert.equal(shared.isRunning, true);
  assert.equal(shared.silence_ms(Date.now()), null);
});
