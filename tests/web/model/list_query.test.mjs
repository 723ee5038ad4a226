import assert from "node:assert/strict";
import test from "node:test";

import {
  askedKey,
  filterOffset,
  listQuery,
  ruleFilters,
  savedQuery,
  statsBody,
  v2Body,
  wrongIn,
} from "../../../web/model/list_query.js";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const read = (text) => listQuery(new URLSearchParams(text), NOW_MS);

test("on the list of traces the filter is asked of the root, on that of runs of the run", () => {
  const said = `filter=eq(status,"error")&range=1h`;
  const traces = v2Body("p", read(said));
  assert.deepEqual(
    [traces.filter, traces.trace_filter, traces.project_id],
    [undefined, `eq(status,"error")`, "p"],
  );
  const runs = v2Body("p", read(`tab=runs&${said}`));
  assert.deepEqual(
    [runs.filter, runs.trace_filter, runs.project_ids],
    [`eq(status,"error")`, undefined, ["p"]],
  );
  assert.equal(runs.min_start_time, "2026-11-20T11:00:00.000Z");
  assert.equal(statsBody("p", read(said)).is_root, true);
});

test("words are a condition beside the filter; deep, of whole inputs and outputs", () => {
  const query = read(`q=lost book&filter=gt(latency, 5)`);
  assert.equal(
    v2Body("p", query).trace_filter,
    `and(gt(latency, 5), search("lost book"))`,
  );
  assert.equal(
    v2Body("p", query).trace_filter.indexOf(query.filter),
    filterOffset(query),
  );
  assert.equal(filterOffset(read("filter=gt(latency, 5)")), 0);
  const deep = read("tab=runs&q=book&deep=1");
  assert.equal(
    v2Body("p", deep).filter,
    `or(search(inputs, "book"), search(outputs, "book"))`,
  );
});

test("what shows the same rows has the same key: peeking, columns and live do not ask again", () => {
  assert.equal(
    askedKey(read("range=1h&peek=x&columns=name&live=1")),
    askedKey(listQuery(new URLSearchParams("range=1h"), NOW_MS + 60_000)),
  );
  assert.notEqual(askedKey(read("range=1h")), askedKey(read("range=24h")));
  assert.notEqual(askedKey(read("tab=runs")), askedKey(read("")));
});

test("a saved view keeps what narrows and shapes the list, not where somebody was in it", () => {
  const kept = savedQuery(
    new URLSearchParams(
      `filter=eq(status, "error")&range=1h&peek=x&live=1&columns=name`,
    ),
  );
  assert.deepEqual(Object.fromEntries(new URLSearchParams(kept)), {
    filter: `eq(status, "error")`,
    range: "1h",
    columns: "name",
  });
});

test("a filter that cannot be read is not asked, and says where", () => {
  const query = read("");
  const said = wrongIn({ ...query, filter: `eq(staus, "x")` });
  assert.match(
    String(said),
    /^filter, character 4: there is no field staus[^\n]*\n {2}eq\(staus, "x"\)\n {5}\^$/,
  );
  assert.equal(wrongIn(query), null);
});

test("a rule that is made of a list is asked what the list is; of traces, of their roots", () => {
  const query = (/** @type {string} */ said) =>
    listQuery(new URLSearchParams(said), 0);
  assert.deepEqual(
    ruleFilters(query('filter=eq(status, "error")&tree_filter=x')),
    {
      filter: 'and(eq(is_root, true), eq(status, "error"))',
      trace_filter: "",
      tree_filter: "x",
    },
  );
  assert.deepEqual(ruleFilters(query("tab=runs&filter=a&trace_filter=b")), {
    filter: "a",
    trace_filter: "b",
    tree_filter: "",
  });
  assert.equal(ruleFilters(query("")).filter, "");
});
