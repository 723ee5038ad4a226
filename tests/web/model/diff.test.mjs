import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf, sideBySide, tally } from "../../../web/model/diff.js";

const side = (changes, gone) => changes.filter((one) => one.kind !== gone).map((one) => one.text).join(""); // prettier-ignore

const PAIRS = [
  ["", ""],
  ["", "a"],
  ["a\nb\n", ""],
  ["You are kind.\nBe short.", "You are very kind.\nBe long.\nAsk."],
  ["same\n", "same"],
  ["a\nb\nc\nd", "a\nx\ny\nc\nd\n"],
];

test("the changes joined are both texts, by words and by lines", async () => {
  for (const [before, after] of PAIRS)
    for (const by of ["words", "lines"]) {
      const changes = await changesOf(before, after, by);
      assert.deepEqual(
        [side(changes, "new"), side(changes, "gone")],
        [before, after],
      );
    }
});

test("side by side, each side is its text, and same lines stand together", async () => {
  for (const [before, after] of PAIRS) {
    const rows = await sideBySide(before, after);
    const text = (name) => rows.flatMap((one) => one[name] ?? []).map((one) => one.changes.map((each) => each.text).join("")).join("\n"); // prettier-ignore
    assert.deepEqual(
      [text("before"), text("after")],
      [before.replace(/\n$/, ""), after.replace(/\n$/, "")],
    );
    for (const row of rows)
      if (!row.isChanged)
        assert.deepEqual(row.before.changes, row.after.changes);
  }
});

test("lines are numbered on their own side", async () => {
  const rows = await sideBySide("a\nb\nc", "a\nc");
  assert.deepEqual(rows.map((one) => [one.before?.number ?? null, one.after?.number ?? null]), [[1, 1], [2, null], [3, 2]]); // prettier-ignore
});

test("words that came and went are counted", async () => {
  assert.deepEqual(
    tally(await changesOf("one two three", "one three four five")),
    { gone: 1, added: 2 },
  );
});
