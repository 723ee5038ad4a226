import assert from "node:assert/strict";
import { test } from "node:test";

import { LANGCHAIN } from "./dialects_langchain.mjs";
import { OPENAI } from "./dialects_openai.mjs";
import { OTHERS } from "./dialects_others.mjs";
import {
  conversationOf,
  messagesIn,
  messagesOf,
} from "../../../web/model/messages.js";
import { textOfMessages } from "../../../web/model/message_text.js";

/** Each message as "role: what it says", which is what a person sees of it. */
const told = (value, role) =>
  messagesIn(value, role)?.messages.map(brief) ?? null;
const brief = (message) =>
  `${message.label || message.role}: ${message.parts.map(part).join(" | ")}`;
const part = (one) =>
  ({
    text: () => one.text,
    refusal: () => `refuses ${one.text}`,
    reasoning: () => (one.isHidden ? "thinks in secret" : `thinks ${one.text}`),
    call: () =>
      `calls ${one.name}(${JSON.stringify(one.args)})#${one.id}${one.answer ? ` → ${part(one.answer)}` : ""}`,
    result: () =>
      `${one.isError ? "failed" : "result"}#${one.id} ${one.parts.map(part).join(" ")}`,
    medium: () => `${one.medium} ${one.mime} ${one.name || one.url}`,
    json: () => `json ${one.label} ${JSON.stringify(one.value)}`,
  })[one.kind]();

const DIALECTS = [...LANGCHAIN, ...OPENAI, ...OTHERS];

for (const [dialect, value, role, expected] of DIALECTS) {
  test(`the messages are found: ${dialect}`, () =>
    assert.deepEqual(told(value, role), expected));
}

test("what is no conversation is not taken for one", () => {
  for (const value of [
    { question: "Hi" },
    { documents: [{ page_content: "a" }] },
    { input: ["a", "b"] },
    { output: 42 },
    "Hi",
    [],
  ])
    assert.equal(told(value), null, JSON.stringify(value));
});

test("what stands beside the messages is kept", () => {
  const said = messagesIn({
    model: "m",
    temperature: 0,
    messages: [{ role: "user", content: "Hi" }],
    tools: [{ name: "f" }],
  });
  assert.deepEqual(said.rest, {
    model: "m",
    temperature: 0,
    tools: [{ name: "f" }],
  });
});

test("a part that nobody knows is kept as JSON", () => {
  const odd = { type: "hologram", payload: [1] };
  assert.deepEqual(told({ messages: [{ role: "user", content: [odd] }] }), [
    `user: json hologram ${JSON.stringify(odd)}`,
  ]);
});

test("one message among many that cannot be read is kept as JSON", () => {
  const value = {
    messages: [
      { role: "user", content: "a" },
      { odd: 1 },
      { role: "user", content: "b" },
    ],
  };
  assert.deepEqual(told(value), [
    "user: a",
    'user: json  {"odd":1}',
    "user: b",
  ]);
});

test("a tool's result stands with its call, and has no message of its own", () => {
  const inputs = {
    messages: [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        tool_calls: [{ id: "1", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "1", content: "done" },
    ],
  };
  const { input, output } = messagesOf({
    inputs,
    outputs: { choices: [{ message: { role: "assistant", content: "Ho" } }] },
  });
  assert.deepEqual(input.map(brief), [
    "user: Hi",
    "assistant: calls f({})#1 → result#1 done",
  ]);
  assert.deepEqual(output.map(brief), ["assistant: Ho"]);
});

test("two calls of one id get a result each, in their order", () => {
  const call = {
    role: "assistant",
    tool_calls: [{ id: "1", function: { name: "f", arguments: "{}" } }],
  };
  const answer = (content) => ({ role: "tool", tool_call_id: "1", content });
  const { input } = messagesOf({
    inputs: { messages: [call, answer("a"), call, answer("b"), answer("c")] },
  });
  assert.deepEqual(input.map(brief), [
    "assistant: calls f({})#1 → result#1 a",
    "assistant: calls f({})#1 → result#1 b",
    "tool: result#1 c",
  ]);
});

test("outputs that repeat the inputs are said once", () => {
  const human = { type: "human", content: "Hi", id: "1" };
  const run = {
    inputs: { messages: [human] },
    outputs: { messages: [human, { type: "ai", content: "Ho", id: "2" }] },
  };
  assert.deepEqual(conversationOf(run).map(brief), [
    "user: Hi",
    "assistant: Ho",
  ]);
});

test("plain texts are what a person said and what was answered", () => {
  for (const [inputs, outputs] of [
    [{ question: "Hi" }, { answer: "Ho" }],
    [{ input: "Hi", top_k: 3 }, { output: "Ho" }],
    ["Hi", "Ho"],
  ])
    assert.deepEqual(conversationOf({ inputs, outputs }).map(brief), [
      "user: Hi",
      "assistant: Ho",
    ]);
});

test("messages as text name who speaks", () => {
  const said = messagesIn({
    messages: [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "1", name: "f", args: { a: 1 } }],
      },
    ],
  });
  assert.equal(
    textOfMessages(said.messages),
    'User:\nHi\n\nAssistant:\n[call] f({\n  "a": 1\n})',
  );
});

const circle = { role: "user", content: [] };
circle.content.push(circle, { type: "tool_result", content: [circle] });
const deep = JSON.parse('{"content":'.repeat(3_000) + "1" + "}".repeat(3_000));
const WRONG = [null, undefined, 0, true, "", [], {}, [[]], [[[[]]]], { role: 1 }, { content: 1 }, { type: {}, text: [] }, NaN, 10n, Symbol.iterator.description, { image_url: null }, { source: 1 }, { lc: 1, id: [], kwargs: {} }, { function: null }, { tool_calls: [null, 1, {}] }, circle, deep]; // prettier-ignore
const FIELDS = ["messages", "choices", "generations", "candidates", "contents", "input", "output", "prompts", "system", "message", "response", "llm.input_messages", "content", "parts", "tool_calls", "additional_kwargs", "invalid_tool_calls", "audio", "type", "role", "kwargs", "data", "summary"]; // prettier-ignore

test("nothing throws, whatever stands where a message should", () => {
  for (const field of FIELDS)
    for (const wrong of WRONG)
      for (const value of [
        { [field]: wrong },
        { [field]: [wrong] },
        { messages: [{ role: "user", content: "x", [field]: wrong }] },
        {
          messages: [
            {
              role: "assistant",
              content: [
                { type: "tool_use", [field]: wrong },
                { [field]: wrong },
              ],
            },
          ],
        },
      ])
        assert.ok(
          Array.isArray(conversationOf({ inputs: value, outputs: value })),
          field,
        );
});

test("nothing throws, whatever a part of any known type holds", () => {
  const types = ["text", "thinking", "reasoning", "tool_use", "tool_result", "image", "image_url", "input_image", "input_audio", "audio", "file", "document", "blob", "uri", "media", "video", "tool-call", "tool-result", "refusal", "constructor", "__proto__", "toString"]; // prettier-ignore
  const keys = ["text", "content", "source", "image_url", "url", "data", "file", "input", "output", "result", "summary", "functionCall", "inlineData", "image", "document"]; // prettier-ignore
  for (const type of types)
    for (const key of keys)
      for (const wrong of WRONG)
        assert.equal(
          messagesIn({
            messages: [{ role: "user", content: [{ type, [key]: wrong }] }],
          })?.messages.length,
          1,
        );
});

test("a text of many megabytes stays one part", () => {
  const long = "x".repeat(8_000_000);
  assert.equal(
    messagesIn({ messages: [{ role: "user", content: long }] }).messages[0]
      .parts[0].text.length,
    long.length,
  );
});

test("what a model thinks, and the calls it makes at once, are one message with what it says", () => {
  const output = [
    { type: "reasoning", summary: [] },
    { type: "function_call", call_id: "1", name: "f", arguments: "{}" },
    { type: "function_call", call_id: "2", name: "g", arguments: "{}" },
    {
      type: "message",
      role: "assistant",
      content: [{ type: "output_text", text: "Ho" }],
    },
  ];
  assert.deepEqual(told({ output }, "assistant"), [
    "assistant: thinks in secret | calls f({})#1 | calls g({})#2",
    "assistant: Ho",
  ]);
});
