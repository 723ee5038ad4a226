import assert from "node:assert/strict";
import test from "node:test";

import { RunCache } from "../../../../web/parts/trace/run_cache.js";
import { traceOf } from "../../model/traces.mjs";

const loop = () =>
  traceOf([[0, "agent"], ...Array.from({ length: 40 }, () => [1, "step"])]);
const trace = loop();
const ids = Array.from({ length: trace.size }, (_, run) => trace.idOf(run));

/** A source that remembers what it was asked, and answers at most `fits` runs at once. */
function sourceOf(fits = 20, details = {}) {
  const asked = [];
  return {
    asked,
    runs: async (wanted) => {
      asked.push(wanted);
      const runs = wanted
        .slice(0, fits)
        .map((id) => ({ id, start_us: 1, end_us: 2, ...details }));
      return { runs, left_out: wanted.slice(fits) };
    },
  };
}

const cacheOf = (source) => Object.assign(new RunCache(source), { trace });

test("what is wished for in one moment goes in one request, twenty at a time, and is asked once", async () => {
  const source = sourceOf();
  const cache = cacheOf(source);
  const found = await Promise.all(ids.slice(0, 25).map((id) => cache.get(id)));
  assert.deepEqual(
    found.map((run) => run.id),
    ids.slice(0, 25),
  );
  assert.deepEqual(
    source.asked.map((one) => one.length),
    [20, 5],
  );
  await cache.get(ids[3]);
  assert.equal(source.asked.length, 2);
  assert.equal(cache.peek(ids[3]).parent_run_id, ids[0]);
});

test("runs that did not fit into an answer are asked for again", async () => {
  const source = sourceOf(2);
  const cache = cacheOf(source);
  const found = await Promise.all(ids.slice(0, 5).map((id) => cache.get(id)));
  assert.equal(found.length, 5);
  assert.deepEqual(
    source.asked.map((one) => one.length),
    [5, 3, 1],
  );
});

test("a run that is not there is said to be missing, and asked for again the next time", async () => {
  const source = { runs: async () => ({ runs: [], left_out: [] }) };
  const cache = cacheOf(source);
  await assert.rejects(cache.get(ids[1]), /not in this trace/);
  Object.assign(source, sourceOf());
  assert.equal((await cache.get(ids[1])).id, ids[1]);
});

test("a run that had not ended is asked again once the trace has changed", async () => {
  const source = sourceOf(20, { end_us: null });
  const cache = cacheOf(source);
  await cache.get(ids[1]);
  await cache.get(ids[1]);
  assert.equal(source.asked.length, 1);
  cache.trace = Object.assign(loop(), { revision: "later" });
  await cache.get(ids[1]);
  assert.equal(source.asked.length, 2);
});
