import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bodyOf,
  draftOf,
  healthOf,
  outcomesOf,
  outcomeWords,
  selectionWords,
  sumOf,
  trialBody,
  wrongIn,
} from "../../../web/model/rules.js";

const RULE = {
  id: "r-1",
  display_name: "errors",
  session_id: "p-1",
  session_name: "shop",
  is_enabled: true,
  sampling_rate: 0.07,
  filter: 'eq(status, "error")',
  trace_filter: null,
  tree_filter: null,
  actions: ["queue", "extend"],
  extends_traces: true,
  extend_only: false,
  add_to_annotation_queue_id: "q-1",
  add_to_annotation_queue_name: "look",
  extend_annotation_queue_trace_retention: true,
  add_to_dataset_id: null,
  add_to_dataset_name: null,
  add_to_dataset_prefer_correction: false,
  extend_dataset_trace_retention: null,
  webhooks: [{ url: "https://a.example/in", headers: { "X-Token": "••••" } }],
  extend_webhook_trace_retention: null,
  alerts: [{ type: "sns", summary: "look", severity: "critical" }],
  monthly_cap_usd: "5",
  trace_count: 10,
  spend_usd: 0.045,
  aws_spend_usd: "0.001",
  last_applied_at: null,
  looked_until: "2026-11-21T01:00:00Z",
  error: null,
  backfill_from: null,
  backfill_status: null,
  backfill_progress: null,
  transient: false,
  revision: 3,
};
const NOW = Date.parse("2026-11-21T01:01:00Z");

test("a rule that is opened and saved is sent as it was", () => {
  const body = bodyOf(draftOf(RULE));
  assert.equal(body.sampling_rate, 0.07);
  assert.equal(body.revision, 3);
  assert.equal(body.extend_only, false);
  assert.equal(body.extend_trace_retention, true);
  assert.equal(body.extend_annotation_queue_trace_retention, true);
  assert.deepEqual(body.webhooks, RULE.webhooks);
  assert.deepEqual(body.alerts, RULE.alerts);
  assert.ok(!("session_id" in body) && !("backfill_from" in body));
});

test("a new rule that only keeps says so, with its id, its project, and since when", () => {
  const draft = {
    ...draftOf(null, { id: "r-9", project: "p-2", filter: "x" }),
    name: " keep ",
    since: "2026-11-01",
  };
  const body = bodyOf(draft);
  assert.equal(body.display_name, "keep");
  assert.equal(body.extend_only, true);
  assert.equal(body.extend_trace_retention, false);
  assert.deepEqual(
    [body.id, body.session_id, body.backfill_from],
    ["r-9", "p-2", "2026-11-01T00:00:00Z"],
  );
});

test("a rule that keeps nothing has no cap, and no action keeps either", () => {
  const body = bodyOf({ ...draftOf(RULE), extends: false });
  assert.equal(body.monthly_cap_usd, null);
  assert.equal(body.extend_annotation_queue_trace_retention, null);
});

test("a trial asks for what the draft selects", () => {
  const asked = trialBody({ ...draftOf(RULE), percent: "50" }, 7);
  assert.deepEqual(
    [asked.id, asked.session_id, asked.days, asked.sampling_rate],
    ["r-1", "p-1", 7, 0.5],
  );
});

test("what is wrong is said by field", () => {
  const wrong = wrongIn({
    ...draftOf(null),
    percent: "101",
    cap: "five",
    extends: false,
    webhooks: [{ url: " ", headers: [] }],
  });
  assert.deepEqual(Object.keys(wrong).sort(), [
    "cap",
    "name",
    "percent",
    "webhooks",
  ]);
  assert.ok(wrongIn({ ...draftOf(null), name: "x", extends: false }).actions);
  assert.deepEqual(wrongIn({ ...draftOf(RULE) }), {});
});

test("a rule's health says the worst of it", () => {
  assert.equal(healthOf(RULE, NOW).state, "ok");
  assert.equal(
    healthOf({ ...RULE, is_enabled: false, error: "x" }, NOW).state,
    "off",
  );
  assert.equal(
    healthOf({ ...RULE, error: "the queue is gone" }, NOW).hint,
    "the queue is gone",
  );
  assert.equal(
    healthOf({ ...RULE, spend_usd: 4.998, trace_count: 1110 }, NOW).state,
    "capped",
  );
  assert.equal(
    healthOf(
      { ...RULE, backfill_status: "running", backfill_progress: 0.4 },
      NOW,
    ).word,
    "Looking back, 40 %",
  );
  assert.equal(
    healthOf(
      { ...RULE, monthly_cap_usd: "0", spend_usd: 0, trace_count: 0 },
      NOW,
    ).state,
    "capped",
  );
  assert.equal(healthOf(RULE, NOW + 3_600_000).state, "behind");
});

test("lists say what a rule is asked of, and what all of them did", () => {
  assert.equal(selectionWords(RULE), 'eq(status, "error") · 7 % of traces');
  assert.equal(
    selectionWords({ ...RULE, filter: null, sampling_rate: 1 }),
    "every run that ended",
  );
  assert.deepEqual(
    sumOf([RULE, { ...RULE, trace_count: null, spend_usd: null }]),
    {
      kept: 10,
      usd: 0.045,
      aws_usd: 0.002,
      words: "10 traces kept this month",
    },
  );
});

test("a message that was handed over and reached nobody has failed", () => {
  const entry = (/** @type {string} */ result) => ({
    webhooks: {
      outcome: "success",
      payload: {
        deliveries: [
          {
            to: "https://a.example",
            result,
            reason: result === "failed" ? "refused" : null,
          },
        ],
      },
    },
  });
  const words = (/** @type {string} */ result) =>
    outcomeWords(outcomesOf(entry(result))[0].outcome);
  assert.equal(words("failed"), "failed: https://a.example: refused");
  assert.equal(words("retrying"), "on its way");
  assert.equal(words("delivered"), "done");
});

test("an entry of the log tells its actions in order, with reasons", () => {
  const entry = {
    extend_only: {
      outcome: "skipped",
      payload: { reason: "its cap is reached" },
    },
    add_to_annotation_queue: { outcome: "success", payload: null },
  };
  const told = outcomesOf(entry);
  assert.deepEqual(
    told.map((one) => one.action),
    ["queue", "extend"],
  );
  assert.deepEqual(
    told.map((one) => outcomeWords(one.outcome)),
    ["done", "skipped: its cap is reached"],
  );
});
