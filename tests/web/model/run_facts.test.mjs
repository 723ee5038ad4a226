import assert from "node:assert/strict";
import { test } from "node:test";

import {
  eventRows,
  factsOf,
  modelOf,
  tokenParts,
  traceStart_ms,
} from "../../../web/model/run_facts.js";

const ID = "01a1fada-819c-71bf-9594-80f30c274a75";
const RUN = {
  parent_run_id: ID,
  dotted_order: `20261120T212626100250Z${ID}.20261120T212626460752Z${ID}`,
  start_time: "2026-11-20T21:26:26.460752",
  end_time: "2026-11-20T21:26:28.206740",
  first_token_time: "2026-11-20T21:26:26.958752",
  status: "success",
};

test("times are told to the microsecond, from the run's start and its trace's", () => {
  const facts = factsOf(RUN);
  assert.deepEqual(
    [facts.offset_ms, facts.latency_ms, facts.firstToken_ms].map((ms) =>
      Number(ms.toFixed(3)),
    ),
    [360.502, 1745.988, 498],
  );
  assert.equal(factsOf({ ...RUN, parent_run_id: null }).offset_ms, null);
  assert.equal(
    Number(factsOf(RUN, traceStart_ms(RUN) - 10).offset_ms.toFixed(3)),
    370.502,
  );
});

test("a run without a status is told by what it has", () => {
  assert.deepEqual(
    [{}, { end_time: "x" }, { error: "e" }].map((one) => factsOf(one).status),
    ["pending", "success", "error"],
  );
});

test("the model is told of runs that call one only", () => {
  const extra = { metadata: { ls_model_name: "gpt" } };
  assert.equal(modelOf({ run_type: "llm", extra }), "gpt");
  assert.equal(
    modelOf({ run_type: "llm", extra: { invocation_params: { model: "m" } } }),
    "m",
  );
  assert.equal(modelOf({ run_type: "chain", inputs: { model: "T-34" } }), "");
});

test("the parts of the tokens add up to the whole", () => {
  const run = {
    prompt_tokens: 1000,
    completion_tokens: 100,
    total_tokens: 1110,
    prompt_token_details: { cache_read: 640 },
    completion_token_details: { reasoning: 20 },
  };
  const parts = tokenParts(run);
  assert.deepEqual(parts.map((one) => [one.id, one.tokens]), [["cached", 640], ["prompt", 360], ["reasoning", 20], ["completion", 80], ["other", 10]]); // prettier-ignore
  assert.deepEqual(tokenParts({}), []);
});

test("successive tokens are one row, other events stand by themselves", () => {
  const event = (name, time) => ({ name, time });
  const events = [
    event("start", RUN.start_time),
    event("new_token", RUN.first_token_time),
    event("new_token", RUN.end_time),
    event("end", RUN.end_time),
  ];
  const rows = eventRows({ ...RUN, events });
  assert.deepEqual(
    rows.map((one) =>
      one.kind === "tokens" ? one.events.length : one.event.name,
    ),
    ["start", 2, "end"],
  );
  assert.equal(Math.round(rows[1].events[0].at_ms), 498);
});

test("nothing throws, whatever a run lacks", () => {
  for (const run of [
    null,
    undefined,
    {},
    {
      events: [null, 1, {}],
      dotted_order: 1,
      start_time: 5,
      extra: null,
      prompt_token_details: 3,
    },
  ])
    assert.equal(
      typeof factsOf(run).status +
        eventRows(run).length.toString().length +
        tokenParts(run).length,
      "string10",
    );
});
