import assert from "node:assert/strict";
import test from "node:test";

import {
  allOf,
  chipWords,
  chipsOf,
  textOf,
  valueOf,
} from "../../../web/model/filter_chips.js";

const SAID = [
  [`eq(status, "error")`, [{ field: "status", op: "eq", value: "error" }]],
  [
    `and(eq(status, "error"), gt(latency, "5s"))`,
    [
      { field: "status", op: "eq", value: "error" },
      { field: "latency", op: "gt", value: "5s" },
    ],
  ],
  [`has(tags, "prod")`, [{ field: "tags", op: "has", value: "prod" }]],
  [
    `and(eq(metadata_key, "plan"), eq(metadata_value, "pro"))`,
    [{ field: "metadata", op: "eq", key: "plan", value: "pro" }],
  ],
  [
    `and(gt(total_cost, 0.01), and(eq(feedback_key, "correct"), lt(feedback_score, 0.5)))`,
    [
      { field: "total_cost", op: "gt", value: 0.01 },
      { field: "feedback", op: "lt", key: "correct", value: 0.5 },
    ],
  ],
  [
    `exists(metadata, "user")`,
    [{ field: "metadata", op: "exists", key: "user" }],
  ],
  [`eq(end_time, null)`, [{ field: "end_time", op: "eq", value: null }]],
  ["", []],
];

test("a conjunction of simple comparisons is chips, and they are that text again", () => {
  for (const [text, chips] of SAID) {
    assert.deepEqual(chipsOf(text), chips, text);
    assert.equal(textOf(chips), text);
  }
});

test("what chips cannot say, or would say otherwise, stays text", () => {
  const texts = [
    `or(eq(status, "error"), gt(latency, "5s"))`,
    `not(has(tags, "x"))`,
    `and(eq(status, "error"), or(eq(name, "a"), eq(name, "b")))`,
    `in(name, ["a", "b"])`,
    `and(eq(status, "error"), gt(feedback_score, 0.5), eq(feedback_source, "api"))`,
    `eq(status, "error"`,
  ];
  for (const text of texts) assert.equal(chipsOf(text), null, text);
});

test("conditions are joined only where there are several", () => {
  assert.equal(allOf(["", null, undefined]), "");
  assert.equal(allOf([" a ", ""]), "a");
  assert.equal(allOf(["a", "b"]), "and(a, b)");
});

test("a chip says field, comparator and value in words", () => {
  assert.deepEqual(chipWords({ field: "latency", op: "gt", value: "5s" }), [
    "latency",
    ">",
    "5s",
  ]);
  assert.deepEqual(
    chipWords({ field: "metadata", op: "eq", key: "plan", value: "pro" }),
    ["plan", "is", "pro"],
  );
  assert.deepEqual(
    chipWords({ field: "feedback", op: "exists", key: "correct" }),
    ["feedback", "has", "correct"],
  );
  assert.deepEqual(chipWords({ field: "error", op: "neq", value: null }), [
    "error",
    "is not",
    "nothing",
  ]);
});

test("what is typed becomes a value of the field's kind, or nothing", () => {
  assert.equal(valueOf("duration", "5"), "5s");
  assert.equal(valueOf("duration", "200 ms"), "200ms");
  assert.equal(valueOf("duration", "soon"), undefined);
  assert.equal(valueOf("money", "$0.05"), 0.05);
  assert.equal(valueOf("number", "many"), undefined);
  assert.equal(valueOf("truth", "true"), true);
  assert.equal(valueOf("entry", "3"), 3);
  assert.equal(valueOf("entry", "pro"), "pro");
  assert.equal(valueOf("text", "  "), undefined);
});
