import assert from "node:assert/strict";
import { test } from "node:test";

import { documentsIn, textOfDocuments } from "../../../web/model/documents.js";

const brief = (value, isRetriever = true) =>
  documentsIn(value, isRetriever)?.documents.map((one) => [one.title || one.source || one.id, one.text, one.score, one.share]) ?? null; // prettier-ignore

const SHAPES = [
  [
    "LangChain's documents",
    {
      documents: [
        {
          page_content: "a",
          metadata: { source: "x.md", score: 0.5 },
          type: "Document",
        },
      ],
    },
    [["x.md", "a", 0.5, 0.5]],
  ],
  [
    "LangChain's serialised documents",
    [
      {
        lc: 1,
        type: "constructor",
        id: ["langchain", "Document"],
        kwargs: { page_content: "a", metadata: { title: "T" } },
      },
    ],
    [["T", "a", null, null]],
  ],
  [
    "LangChain's pairs with a score",
    { output: [[{ page_content: "a", metadata: {} }, 0.25]] },
    [["", "a", 0.25, 0.25]],
  ],
  [
    "LlamaIndex' nodes",
    {
      nodes: [
        {
          node: { id_: "n1", text: "a", extra_info: { file_name: "f.pdf" } },
          score: 12,
        },
        { node: { id_: "n2", text: "b" }, score: 6 },
      ],
    },
    [
      ["f.pdf", "a", 12, 1],
      ["n2", "b", 6, 0.5],
    ],
  ],
  [
    "OpenInference's documents",
    {
      "retrieval.documents": [
        {
          "document.id": "d",
          "document.content": "a",
          "document.score": 0.9,
          "document.metadata": '{"url":"https://x.test"}',
        },
      ],
    },
    [["https://x.test", "a", 0.9, 0.9]],
  ],
  [
    "OpenInference's nested documents",
    {
      "retrieval.documents": [
        { document: { id: "d", content: "a", score: 0.1 } },
      ],
    },
    [["d", "a", 0.1, 0.1]],
  ],
  [
    "plain texts of a retriever",
    { output: ["a", "b"] },
    [
      ["", "a", null, null],
      ["", "b", null, null],
    ],
  ],
  [
    "hits whose distance is better when small",
    { matches: [{ id: "1", text: "a", distance: 0.2 }] },
    [["1", "a", 0.2, null]],
  ],
];

for (const [name, value, expected] of SHAPES)
  test(`documents are found: ${name}`, () =>
    assert.deepEqual(brief(value), expected));

test("messages and plain lists are no documents", () => {
  for (const value of [
    { output: [{ role: "user", content: "a" }] },
    { output: ["a"] },
    { results: [{ text: "a" }] },
    {},
    null,
    "a",
    [],
  ])
    assert.equal(brief(value, false), null, JSON.stringify(value));
});

test("what stood beside the documents is kept", () => {
  assert.deepEqual(
    documentsIn({ query: "q", documents: [{ page_content: "a" }] }).rest,
    { query: "q" },
  );
});

test("the documents as text are numbered in their rank", () => {
  const { documents } = documentsIn([
    { page_content: "a", metadata: { title: "T" } },
    { page_content: "b" },
  ]);
  assert.equal(textOfDocuments(documents), "[1] T\na\n\n[2] \nb");
});

test("nothing throws, whatever stands where a document should", () => {
  const circle = { text: "a" };
  circle.metadata = circle;
  for (const wrong of [
    null,
    1,
    "",
    [],
    {},
    [[]],
    [null, 1],
    circle,
    { node: null },
    { kwargs: 1 },
    { page_content: {} },
    { text: "a", score: NaN, metadata: 3 },
  ])
    for (const value of [
      wrong,
      [wrong],
      { documents: wrong },
      { documents: [wrong] },
      { output: [[wrong, 1]] },
    ])
      assert.ok(
        documentsIn(value, true) === null ||
          documentsIn(value, true).documents.length > 0,
      );
});
