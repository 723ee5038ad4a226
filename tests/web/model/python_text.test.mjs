import assert from "node:assert/strict";
import { test } from "node:test";

import { parsedPython } from "../../../web/model/python_text.js";

test("a dict is read as the object it means", () => {
  const text = `{'a': 1, "b": [None, True, -2.5e3], 'c': ('x',), 'd': {}, 5: 'it\\'s\\n\\u00e9 "q"'}`;
  assert.deepEqual(parsedPython(text), {
    a: 1,
    b: [null, true, -2500],
    c: ["x"],
    d: {},
    5: 'it\'s\né "q"',
  });
});

test("what is no dict or list stays text", () => {
  for (const text of [
    "",
    "hello",
    "{'a': datetime(2026, 1, 1)}",
    "{'a'}",
    "{'a': 1",
    "[1, 2] and more",
    "{'a': 'x",
    "['\\uZZZZ']",
    "{'a' 1}",
    "[1 2]",
    "42",
    "{a: 1}",
  ])
    assert.equal(parsedPython(text), undefined, text);
});

test("a text that nests without end is refused, not followed", () => {
  assert.equal(parsedPython("[".repeat(100_000)), undefined);
  assert.equal(parsedPython(`${"[".repeat(60)}${"]".repeat(60)}`), undefined);
});
