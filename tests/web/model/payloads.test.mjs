import assert from "node:assert/strict";
import { test } from "node:test";

import {
  attachmentsOf,
  outputShape,
  shapeOf,
  textOfShape,
} from "../../../web/model/payloads.js";

const INPUT = { role: "user" };
const OUTPUT = { role: "assistant" };

test("a payload is shown as what it holds", () => {
  const kinds = [
    [{}, "empty"],
    [null, "empty"],
    ["Hi", "text"],
    [{ input: "Hi" }, "text"],
    [{ input: "{'query': 'x'}" }, "json"],
    [{ question: "Hi", top_k: 3 }, "fields"],
    [{ messages: [{ role: "user", content: "Hi" }] }, "messages"],
    [{ documents: [{ page_content: "a" }] }, "documents"],
    [{ output: [1, 2] }, "json"],
    [[1, 2], "json"],
    [
      Object.fromEntries(
        Array.from({ length: 100 }, (_, at) => [`k${at}`, at]),
      ),
      "json",
    ],
  ];
  for (const [value, kind] of kinds)
    assert.equal(shapeOf(value, INPUT).kind, kind, JSON.stringify(value));
});

test("named fields hold shapes of their own", () => {
  const { fields } = shapeOf(
    {
      question: "Hi",
      chat_history: [{ type: "human", content: "a" }],
      top_k: 3,
      more: { a: 1 },
    },
    INPUT,
  );
  assert.deepEqual(fields.map((one) => [one.name, one.shape.kind]), [["question", "text"], ["chat_history", "messages"], ["top_k", "json"], ["more", "json"]]); // prettier-ignore
});

test("the tools that a model may call are told by name, whoever wrote them", () => {
  const tools = [
    {
      type: "function",
      function: { name: "a", description: "A", parameters: { type: "object" } },
    },
    { name: "b", description: "B", input_schema: {} },
    { type: "web_search" },
    { functionDeclarations: [{ name: "c" }] },
    { toolSpec: { name: "d" } },
  ];
  const shape = shapeOf(
    { messages: [{ role: "user", content: "Hi" }], tools, model: "m" },
    INPUT,
  );
  assert.deepEqual(
    shape.tools.map((one) => one.name),
    ["a", "b", "web_search", "c", "d"],
  );
  assert.deepEqual(shape.rest, { model: "m" });
});

test("tools that cannot be read are not dropped", () => {
  const shape = shapeOf(
    { messages: [{ role: "user", content: "Hi" }], tools: [42, { name: "b" }] },
    INPUT,
  );
  assert.deepEqual(
    [shape.tools, shape.rest],
    [[], { tools: [42, { name: "b" }] }],
  );
});

test("every shape has a text", () => {
  assert.equal(
    textOfShape(shapeOf({ question: "Hi", top_k: 3 }, INPUT)),
    "question:\nHi\n\ntop_k:\n3",
  );
  assert.equal(
    textOfShape(
      shapeOf(
        { choices: [{ message: { role: "assistant", content: "Ho" } }] },
        OUTPUT,
      ),
    ),
    "Assistant:\nHo",
  );
  assert.equal(textOfShape(shapeOf({}, INPUT)), "");
  assert.equal(textOfShape(shapeOf([1], INPUT)), "[\n  1\n]");
});

test("attachments are named as they were sent, of either API", () => {
  const old = {
    s3_urls: {
      "attachment.chart": { presigned_url: "/x", mime_type: "image/png" },
      ROOT: { presigned_url: "/y" },
    },
  };
  assert.deepEqual(attachmentsOf(old), [
    {
      name: "chart",
      url: "/x",
      mime: "image/png",
      bytes: null,
      medium: "image",
    },
  ]);
  assert.deepEqual(attachmentsOf({ attachments: { note: "/n" } }, (name) => `/own/${name}`), [{ name: "note", url: "/own/note", mime: "", bytes: null, medium: "file" }]); // prettier-ignore
  const own = {
    attachments: { photo: { url: "/p", mime_type: "image/png", bytes: 12 } },
  };
  assert.deepEqual(attachmentsOf(own), [
    { name: "photo", url: "/p", mime: "image/png", bytes: 12, medium: "image" },
  ]);
  for (const wrong of [
    null,
    undefined,
    {},
    { s3_urls: 1 },
    { attachments: [] },
  ])
    assert.deepEqual(attachmentsOf(wrong), []);
});

test("nothing throws, whatever a payload is", () => {
  const circle = {};
  circle.self = circle;
  circle.list = [circle];
  const deep = JSON.parse("[".repeat(5_000) + "]".repeat(5_000));
  for (const value of [
    circle,
    deep,
    [[[]]],
    { "": "" },
    { __proto__: 1 },
    0,
    false,
    { tools: 1, messages: [1] },
    new Array(50_000).fill(null),
  ])
    assert.equal(
      typeof textOfShape(shapeOf(value, { role: "user", isRetriever: true })),
      "string",
    );
});

test("messages that were given and came back stand apart from those that are new", () => {
  const human = { type: "human", content: "Hi", id: "1" };
  const shape = outputShape({
    inputs: { messages: [human] },
    outputs: { messages: [human, { type: "ai", content: "Ho" }] },
  });
  assert.deepEqual(
    [shape.repeated.length, shape.messages.map((one) => one.parts[0].text)],
    [1, ["Ho"]],
  );
  assert.equal(textOfShape(shape), "User:\nHi\n\nAssistant:\nHo");
  const same = outputShape({
    inputs: { messages: [human] },
    outputs: { messages: [human] },
  });
  assert.deepEqual([same.repeated.length, same.messages.length], [0, 1]);
});
