import assert from "node:assert/strict";
import test from "node:test";

import {
  offersAt,
  parsed,
  placeAt,
  pointed,
  tokensOf,
} from "../../../web/model/filter_text.js";

const wrongOf = (text) => {
  const { wrong } = parsed(text);
  return wrong && [wrong.from, wrong.message];
};

test("tokens are all of the text, each of its kind", () => {
  const text = `and(eq(status, "err\\"or"), gt(latency, 5), eq(x, null))`;
  const tokens = tokensOf(text);
  assert.equal(tokens.map((one) => one.text).join(""), text);
  const kinds = tokens
    .filter((one) => !["space", "mark"].includes(one.kind))
    .map((one) => one.kind);
  assert.deepEqual(kinds, [
    "call",
    "call",
    "field",
    "string",
    "call",
    "field",
    "number",
    "call",
    "field",
    "word",
  ]);
});

test("what the language allows is read without complaint", () => {
  const texts = [
    `AND(eq(status, 'error'), not(has(tags, "test")))`,
    `has(metadata, '{"user": "u1"}')`,
    `in(name, ["search", "browse"])`,
    `search("refund order")`,
    `and(eq(metadata_key, "score"), gte(metadata_value, -0.5e3))`,
    " ",
  ];
  for (const text of texts) assert.equal(wrongOf(text), null, text);
});

test("what is wrong is pointed at, with what to do", () => {
  assert.deepEqual(wrongOf(`gt(latency, 5s)`), [
    13,
    `expected , or ), found s; durations, dates and ids go in quotes, like "5s"`,
  ]);
  assert.deepEqual(wrongOf(`eq(staus, "x")`), [
    3,
    "there is no field staus; did you mean status?",
  ]);
  assert.deepEqual(wrongOf(`equals(status, "x")`)?.[0], 0);
  assert.deepEqual(wrongOf(`eq(status, "x"`), [
    14,
    "it ends where , or ) is expected",
  ]);
  assert.deepEqual(wrongOf(`eq(status, "x`), [11, "this quote is not closed"]);
  assert.deepEqual(wrongOf(`eq(status, "x"))`)?.[0], 15);
  assert.deepEqual(wrongOf(`status`)?.[0], 0);
});

test("the server's place is found in the text that is shown", () => {
  const text = `eq(status, "error")`;
  const message = `filter, character 8: there is no field status; did you mean that?\n  eq(…\n   ^`;
  assert.deepEqual(pointed(message, 4, text), {
    message: "there is no field status; did you mean that?",
    from: 3,
    to: 9,
  });
  assert.equal(pointed("Not found", 0, text), null);
  assert.equal(pointed("filter, character 90: too far", 0, text), null);
});

test("at the caret stands what may be typed there", () => {
  const at = (text) => {
    const { wants, field, key, typed } = placeAt(text, text.length);
    return [wants, field, key, typed];
  };
  assert.deepEqual(at(""), ["call", null, null, ""]);
  assert.deepEqual(at("and(e"), ["call", null, null, "e"]);
  assert.deepEqual(at("eq(sta"), ["field", null, null, "sta"]);
  assert.deepEqual(at(`eq(status, "er`), ["value", "status", null, `"er`]);
  assert.deepEqual(at(`in(name, ["a", `), ["value", "name", null, ""]);
  assert.deepEqual(at(`and(eq(metadata_key, "plan"), eq(metadata_value, `), [
    "value",
    "metadata_value",
    "plan",
    "",
  ]);
  assert.equal(at(`eq(status, "error")`)[0], "nothing");
});

test("offers begin with what was typed, and bring their quotes", () => {
  const values = () => [
    { value: "success", count: 9 },
    { value: "error", count: 2 },
  ];
  const offers = (text) =>
    offersAt(placeAt(text, text.length), values).map((one) => one.text);
  assert.deepEqual(offers(`eq(status, "er`), [`"error"`]);
  assert.equal(offers("eq(lat")[0], "latency, ");
  assert.deepEqual(offers("has(").sort(), ["metadata, ", "tags, "]);
  assert.equal(offers("no")[0], "not(");
});
