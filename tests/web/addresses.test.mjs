import assert from "node:assert/strict";
import test from "node:test";

import {
  asPublicAddress,
  compareAddress,
  datasetAddress,
  placeOf,
  projectAddress,
  queueAddress,
  settingsAddress,
  threadAddress,
  traceAddress,
} from "../../web/addresses.js";

const without = ({ query, ...place }) => place;

test("every address that is made is read back", () => {
  const trace = placeOf(
    traceAddress("w", "p", "r", { run: "x", view: "timeline", q: "" }),
  );
  assert.deepEqual(without(trace), {
    view: "trace",
    workspace: "w",
    project: "p",
    run: "r",
  });
  assert.equal(trace.query.toString(), "run=x&view=timeline");
  const asPublic = placeOf(asPublicAddress("w", "p", "t", { rules: "{}" }));
  assert.deepEqual(
    [asPublic.view, asPublic.run, asPublic.query.get("rules")],
    ["as-public", "t", "{}"],
  );
  assert.deepEqual(without(placeOf(projectAddress("w", "p"))), {
    view: "project",
    workspace: "w",
    project: "p",
  });
  assert.deepEqual(
    without(placeOf(threadAddress("w", "p", "a/b c"))).thread,
    "a/b c",
  );
  assert.deepEqual(
    without(placeOf(compareAddress("w", "p", "a", "b"))).traces,
    ["a", "b"],
  );
  assert.deepEqual(
    without(placeOf(settingsAddress("w", "keys"))).section,
    "keys",
  );
});

test("queues and datasets have addresses, those that LangSmith's have", () => {
  const queue = placeOf(queueAddress("w", "q", { show: "done", item: null }));
  assert.deepEqual(without(queue), {
    view: "queue",
    workspace: "w",
    queue: "q",
  });
  assert.equal(queue.query.toString(), "show=done");
  assert.deepEqual(without(placeOf(datasetAddress("w", "d"))), {
    view: "dataset",
    workspace: "w",
    dataset: "d",
  });
  assert.equal(placeOf("/o/w/annotation-queues").view, "queues");
  assert.equal(placeOf("/o/w/datasets").view, "datasets");
});

test("the addresses that clients print open", () => {
  assert.equal(placeOf("/o/w/datasets/d").dataset, "d");
  assert.equal(placeOf("/o/w/projects/p/s/r/x?poll=true").view, "trace");
  assert.equal(
    placeOf("/o/w/projects/p/s/r/x?trace_id=t&start_time=2026-11-20T12:00:00")
      .run,
    "x",
  );
  assert.equal(placeOf("/o/w/projects/p/s").view, "project");
  assert.equal(placeOf("/o/w/projects/p/s/").view, "project");
});

test("what is no address of the page is said to be none", () => {
  assert.equal(placeOf("/o/w/nothing").view, "unknown");
  assert.equal(placeOf("/o/w/projects/p/").view, "unknown");
});
