import assert from "node:assert/strict";
import test from "node:test";

import { readThread } from "../../../web/model/thread.js";

const user = (content) => ({ role: "user", content });
const assistant = (content) => ({ role: "assistant", content });
const row = (turn_number, messages, answer) => ({
  trace_id: `t${turn_number}`,
  turn_number,
  inputs: { messages },
  outputs: { messages: [assistant(answer)] },
});
const texts = (turn) =>
  turn.messages.map((one) => one.parts.map((part) => part.text).join());

test("each turn shows what is new in it, the oldest turn first", () => {
  const history = [user("Hello"), assistant("Hi!"), user("And now?")];
  const turns = readThread([
    row(2, history, "Later."),
    row(1, [user("Hello")], "Hi!"),
  ]);
  assert.deepEqual(
    turns.map((turn) => turn.number),
    [1, 2],
  );
  assert.deepEqual(turns.map(texts), [
    ["Hello", "Hi!"],
    ["And now?", "Later."],
  ]);
});

test("what a person says twice is shown twice", () => {
  const turns = readThread([
    row(1, [user("yes")], "Good."),
    row(2, [user("yes")], "Fine."),
  ]);
  assert.deepEqual(turns.map(texts), [
    ["yes", "Good."],
    ["yes", "Fine."],
  ]);
});

test("what is answered twice in the same words is shown twice", () => {
  const turns = readThread([
    row(1, [user("a")], "ok"),
    row(2, [user("a"), assistant("ok"), user("b")], "ok"),
  ]);
  assert.deepEqual(turns.map(texts), [
    ["a", "ok"],
    ["b", "ok"],
  ]);
});
