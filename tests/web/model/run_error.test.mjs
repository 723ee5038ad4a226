import assert from "node:assert/strict";
import { test } from "node:test";

import { errorOf } from "../../../web/model/run_error.js";

const PYTHON = `RateLimitError("Error code: 429\\nslow down")Traceback (most recent call last):
`;
const TRACE = `Traceback (most recent call last):
  File "/srv/shop/agents/model.py", line 57, in complete
    answer = client.create()
  File "/srv/.venv/lib/python3.12/site-packages/openai/_base.py", line 9, in request
    raise error
openai.RateLimitError: slow down`;

test("Python's repr is read as what it is called and what it says", () => {
  assert.deepEqual(errorOf("ValueError('no index')"), {
    kind: "ValueError",
    message: "no index",
    stack: [],
  });
  assert.deepEqual(errorOf("shop.errors.Refused: no"), {
    kind: "shop.errors.Refused",
    message: "no",
    stack: [],
  });
  assert.deepEqual(errorOf("It broke: badly"), {
    kind: "",
    message: "It broke: badly",
    stack: [],
  });
  assert.equal(errorOf(PYTHON).kind, "");
});

test("one's own frames are told from those of libraries, with their lines of code", () => {
  const found = errorOf(`RateLimitError('slow down')\n\n${TRACE}`);
  assert.deepEqual(
    [found.kind, found.message],
    ["RateLimitError", "slow down"],
  );
  assert.deepEqual(
    found.stack.map((one) => one.isOwn),
    [false, true, true, false, false, false],
  );
});

test("a bare traceback says at its end what happened", () => {
  const found = errorOf(TRACE);
  assert.deepEqual(
    [found.kind, found.message],
    ["openai.RateLimitError", "slow down"],
  );
});

test("a stack of JavaScript is read likewise", () => {
  const found = errorOf(
    "Error: no index\n    at search (/srv/app/search.js:3:9)\n    at run (/srv/node_modules/x/y.js:1:1)\n    at node:internal/process",
  );
  assert.deepEqual([found.kind, found.message], ["Error", "no index"]);
  assert.deepEqual(
    found.stack.map((one) => one.isOwn),
    [true, false, false],
  );
});

test("an error of any shape is told, and none is none", () => {
  for (const none of [null, undefined, ""]) assert.equal(errorOf(none), null);
  for (const odd of [
    { code: 1 },
    ["x"],
    42,
    " ",
    "x".repeat(1_000_000),
    "\n".repeat(10_000),
  ])
    assert.equal(typeof errorOf(odd).message, "string");
});
