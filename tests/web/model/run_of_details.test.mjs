import assert from "node:assert/strict";
import test from "node:test";

import { runOfDetails, timeText } from "../../../web/model/run_of_details.js";
import { traceOf } from "./traces.mjs";

test("times keep their microseconds", () => {
  assert.equal(timeText(1_795_176_000_001_007), "2026-11-20T12:00:00.001007Z");
  assert.equal(timeText(null), null);
});

test("a run knows what is above it, and what was not sent stays null", () => {
  const trace = traceOf([
    [0, "agent"],
    [1, "gpt", { kind: "llm" }],
  ]);
  const run = runOfDetails(
    {
      id: "x",
      start_us: 5,
      end_us: null,
      usage: { input_details: { cache_read: 4 } },
    },
    trace,
    1,
  );
  assert.equal(run.parent_run_id, trace.idOf(0));
  assert.equal(run.end_time, null);
  assert.deepEqual(run.prompt_token_details, { cache_read: 4 });
  assert.equal(
    runOfDetails({ id: "y", start_us: 0 }, trace, 0).parent_run_id,
    null,
  );
});
