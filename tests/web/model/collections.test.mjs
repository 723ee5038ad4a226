import assert from "node:assert/strict";
import test from "node:test";

import {
  feedbackKeys,
  fileNameOf,
  lineOf,
  nextWaiting,
  progressWords,
  queuedRunOf,
  splitsOf,
  stepFrom,
  verdictOn,
} from "../../../web/model/collections.js";

const wire = (id, over = {}) =>
  queuedRunOf({
    id,
    queue_run_id: `item-${id}`,
    trace_id: "t",
    session_id: "p",
    name: "agent",
    run_type: "chain",
    status: "success",
    added_at: "2026-11-20T12:00:00Z",
    added_by: "a rule",
    completed_at: null,
    completed_by: [],
    is_gone: false,
    ...over,
  });
const done = { completed_at: "2026-11-20T13:00:00Z", completed_by: ["me"] };

test("a run in a queue waits until it is done, and says by whom", () => {
  const waiting = wire("a");
  assert.equal(waiting.done_ms, null);
  assert.equal(waiting.added_ms, Date.parse("2026-11-20T12:00:00Z"));
  assert.deepEqual([waiting.itemId, waiting.goneBecause], ["item-a", null]);
  const finished = wire("a", done);
  assert.equal(finished.done_ms, Date.parse("2026-11-20T13:00:00Z"));
  assert.equal(finished.doneBy, "me");
});

test("what is gone has no name and no status of its own, and says why", () => {
  const gone = wire("a", {
    name: "(gone)",
    status: "gone",
    is_gone: true,
    gone_because: "Its trace has expired",
  });
  assert.equal(gone.goneBecause, "Its trace has expired");
  assert.deepEqual([gone.name, gone.status], ["A run that is gone", "pending"]);
});

test("after one that is done comes the next that waits, around the end too", () => {
  const items = [wire("a"), wire("b", done), wire("c"), wire("d", done)];
  assert.equal(nextWaiting(items, "a")?.id, "c");
  assert.equal(nextWaiting(items, "c")?.id, "a");
  assert.equal(nextWaiting(items, "")?.id, "a");
  assert.equal(nextWaiting([wire("a")], "a"), null);
  assert.equal(nextWaiting([], "a"), null);
});

test("steps go to what is done too, and end at the ends", () => {
  const items = [wire("a"), wire("b", done)];
  assert.equal(stepFrom(items, "a", 1)?.id, "b");
  assert.equal(stepFrom(items, "b", 1), null);
  assert.equal(stepFrom(items, "a", -1), null);
  assert.equal(stepFrom(items, "nobody", 1)?.id, "a");
  assert.equal(stepFrom([], "a", 1), null);
});

test("a reviewer is asked for what the rubric asks, and else whether it is correct", () => {
  assert.deepEqual(feedbackKeys(null), ["correctness"]);
  assert.deepEqual(feedbackKeys({ rubric_items: [] }), ["correctness"]);
  const rubric = ["a", "b", "c", "d"].map((key) => ({ feedback_key: key }));
  assert.deepEqual(feedbackKeys({ rubric_items: rubric }), ["a", "b", "c"]);
});

test("a verdict is the newest that was given on the page by this key", () => {
  const said = (id, score, created_at, type = "app", key = "right") => ({
    id,
    key,
    score,
    created_at,
    feedback_source: { type },
  });
  const run = {
    feedback: [
      said("new", 0, "2026-11-20T13:00:00Z"),
      said("old", 1, "2026-11-20T12:00:00Z"),
      said("by a program", 1, "2026-11-20T14:00:00Z", "api"),
      said("of another", 1, "2026-11-20T15:00:00Z", "app", "kind"),
    ],
  };
  assert.deepEqual(verdictOn(run, "right"), { id: "new", score: 0 });
  assert.equal(verdictOn(run, "wrong"), null);
  assert.equal(verdictOn(null, "right"), null);
  assert.equal(run.feedback[0].id, "new");
});

test("an example is told in a line: of messages the last, of fields all, and not more than fits", () => {
  const messages = [
    { role: "system", content: "be kind" },
    { role: "user", content: "where\nis it?" },
  ];
  assert.equal(lineOf({ messages }, "user"), "where is it?");
  assert.equal(lineOf({}, "user"), "");
  assert.equal(lineOf(null, "assistant"), "");
  assert.match(lineOf({ order: "B-1", sum: 3 }, "user"), /B-1/);
  const long = lineOf({ text: "x".repeat(1000) }, "user");
  assert.ok(long.length < 300 && long.endsWith("…"));
});

test("splits are a text or a list of them", () => {
  assert.deepEqual(
    splitsOf({ metadata: { dataset_split: ["base", "hard"] } }),
    ["base", "hard"],
  );
  assert.deepEqual(splitsOf({ metadata: { dataset_split: "base" } }), ["base"]);
  assert.deepEqual(splitsOf({ metadata: {} }), []);
});

test("progress says how many of how many", () => {
  assert.equal(progressWords(28, 12), "12 of 40 done");
  assert.equal(progressWords(0, 0), "Nothing here yet");
});

test("a file is named by its dataset, in any script, without what a path would take apart", () => {
  assert.equal(fileNameOf("golden refunds / v2"), "golden-refunds-v2.jsonl");
  assert.equal(fileNameOf("Größe 測試"), "Größe-測試.jsonl");
  assert.equal(fileNameOf("a/../b"), "a-..-b.jsonl");
  assert.equal(fileNameOf("///"), "dataset.jsonl");
});
