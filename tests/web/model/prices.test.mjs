import assert from "node:assert/strict";
import test from "node:test";

import {
  matchingPrices,
  nameOf,
  perMillion,
  perToken,
  priceOf,
} from "../../../web/model/prices.js";

test("a price for a million is that for one with the point moved: no figure is rounded", () => {
  const pairs = [
    ["0.0000025", "2.5"],
    ["0.00004", "40"],
    ["0", "0"],
    ["1", "1000000"],
    ["0.000000000123456789", "0.000123456789"],
  ];
  for (const [token, million] of pairs) {
    assert.equal(perMillion(token), million);
    assert.equal(perToken(million), token);
  }
});

test("the wire may write small numbers with an exponent", () => {
  assert.equal(perMillion("8E-8"), "0.08");
  assert.equal(perMillion(2.5e-7), "0.25");
  assert.equal(perMillion(null), "");
});

test("what people type is read, and what is no amount is not", () => {
  assert.equal(perToken(" $2.50 "), "0.0000025");
  assert.equal(perToken(".5"), "0.0000005");
  for (const text of ["", "-1", "1,5", "two", "1e3", "."])
    assert.equal(perToken(text), null, text);
});

test("a form makes a row; kinds of tokens that are left empty have no price of their own", () => {
  const { said } = priceOf({
    match_pattern: " our-model ",
    name: "",
    provider: "",
    prompt: "1.5",
    completion: "6",
    "prompt.cache_read": "0.2",
    "prompt.audio": " ",
  });
  assert.deepEqual(said, {
    name: "our-model",
    match_pattern: "our-model",
    provider: null,
    prompt_cost: "0.0000015",
    completion_cost: "0.000006",
    prompt_cost_details: { cache_read: "0.0000002" },
    completion_cost_details: {},
  });
});

test("every field that is wrong is named at once", () => {
  const { said, wrong } = priceOf({
    prompt: "x",
    completion: "",
    "completion.reasoning": "-",
  });
  assert.equal(said, null);
  assert.deepEqual(Object.keys(wrong ?? {}).sort(), [
    "completion",
    "completion.reasoning",
    "match_pattern",
    "prompt",
  ]);
});

test("a pattern that is a name reads as that name, and is found by it", () => {
  const price = {
    id: "1",
    name: "gpt-4\\.1",
    match_pattern: "gpt-4\\.1",
    provider: "openai",
    start_time: null,
    prompt_cost: "0",
    completion_cost: "0",
    prompt_cost_details: null,
    completion_cost_details: null,
    is_own: false,
  };
  assert.equal(nameOf(price), "gpt-4.1");
  assert.equal(matchingPrices([price], "4.1 OPENAI").length, 1);
  assert.equal(matchingPrices([price], "4.1 anthropic").length, 0);
});
