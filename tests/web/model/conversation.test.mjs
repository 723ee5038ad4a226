import assert from "node:assert/strict";
import test from "node:test";

import { speakers, turnsOf } from "../../../web/model/conversation.js";
import { traceOf } from "./traces.mjs";

const trace = traceOf([
  [0, "agent", { start_ms: 0, ms: 100 }],
  [1, "gpt", { start_ms: 1, ms: 20, kind: "llm" }],
  [1, "search", { start_ms: 22, ms: 10, kind: "tool" }],
  [1, "gpt", { start_ms: 40, ms: 20, kind: "llm" }],
  [1, "log", { start_ms: 70, ms: 1, kind: "tool" }],
]);
const asked = { role: "user", content: "Where is my parcel?" };
const called = {
  role: "assistant",
  content: "",
  tool_calls: [
    {
      id: "c1",
      type: "function",
      function: { name: "search", arguments: '{"q": "parcel"}' },
    },
  ],
};
const answered = { role: "tool", tool_call_id: "c1", content: "in Ghent" };
const said = { role: "assistant", content: "It is in Ghent." };
const DETAILS = [
  { inputs: { question: asked.content }, outputs: { answer: said.content } },
  {
    inputs: { messages: [asked] },
    outputs: { choices: [{ message: called }] },
  },
  { inputs: { q: "parcel" }, outputs: { output: "in Ghent" } },
  {
    inputs: { messages: [asked, called, answered] },
    outputs: { choices: [{ message: said }] },
  },
  { inputs: { line: "done" }, outputs: { ok: true } },
];
const turns = turnsOf(trace, speakers(trace), (run) => DETAILS[run], true);

test("what is sent again and again is said once, in the order in which it happened", () => {
  const texts = turns.flatMap((turn) =>
    turn.messages.map((one) =>
      one.parts.map((part) => part.text ?? part.name).join(),
    ),
  );
  assert.deepEqual(texts, [asked.content, "search", said.content]);
});

test("a call has its answer and the run that gave it", () => {
  const turn = turns.find((one) => one.tools.includes(2));
  const [call] = turn.messages[0].parts;
  assert.equal(turn.run, 1);
  assert.equal(call.answer.parts[0].text, "in Ghent");
});

test("a tool that nobody called is a step of its own", () => {
  const steps = turns.filter((turn) => !turn.messages.length);
  assert.deepEqual(
    steps.map((turn) => turn.run),
    [4],
  );
});

test("a tool that failed answers its call with what went wrong, though no message ever said so", () => {
  const failed = turnsOf(
    trace,
    [1, 2],
    (run) => (run === 2 ? { error: "Timeout: 30 s" } : DETAILS[run]),
    false,
  );
  const [call] = failed
    .flatMap((turn) => turn.messages)
    .flatMap((one) => one.parts)
    .filter((part) => part.kind === "call");
  assert.equal(call.answer.isError, true);
  assert.equal(call.answer.parts[0].text, "Timeout: 30 s");
});

test("a model that is wrapped in another of its kind speaks once", () => {
  const wrapped = traceOf([
    [0, "a"],
    [1, "outer", { kind: "llm" }],
    [2, "inner", { kind: "llm" }],
  ]);
  assert.deepEqual(speakers(wrapped), [2]);
});
