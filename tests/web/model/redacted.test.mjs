import assert from "node:assert/strict";
import test from "node:test";

import { piecesOf, wrongOf } from "../../../web/model/redacted.js";

const CUSTOM = [
  { name: "order", expression: "ORD-\\d{6}" },
  { name: "open", expression: "ORD-(\\d" },
];

test("what is hidden is told from what is not, the longest name of a rule first", () => {
  const pieces = piecesOf("a ▇▇▇ order id is ▇▇▇ order, ▇▇▇", [
    "order",
    "order id",
  ]);
  assert.deepEqual(
    pieces
      .map(({ text, isHidden }) => (isHidden ? `[${text}]` : text))
      .join(""),
    "a [▇▇▇ order id] is [▇▇▇ order], ▇▇▇",
  );
  assert.deepEqual(piecesOf("a ▇▇▇ order", []), [
    { text: "a ▇▇▇ order", isHidden: false },
  ]);
  assert.deepEqual(piecesOf("▇▇▇ *id*", ["*id*"]), [
    { text: "▇▇▇ *id*", isHidden: true },
  ]);
});

test("what is wrong with an expression stands with it, at its character", () => {
  const said =
    "redaction.custom: expression 'ORD-(\\\\d' is no regular expression: missing ), unterminated subpattern at position 4";
  assert.deepEqual(wrongOf(said, CUSTOM), {
    at: 1,
    says: "is no regular expression: missing ), unterminated subpattern at position 4",
    place: 4,
  });
});

test("what is wrong with a name stands with its expression, what is wrong with neither with none", () => {
  const custom = [...CUSTOM, { name: "a/b", expression: "x+" }];
  const said =
    "redaction.custom: name 'a/b' has to be 1 to 40 letters, digits, spaces, -._";
  assert.deepEqual(wrongOf(said, custom), {
    at: 2,
    says: "has to be 1 to 40 letters, digits, spaces, -._",
    place: null,
  });
  assert.equal(wrongOf("redaction.paths: 'x..y' is no path", custom), null);
});
