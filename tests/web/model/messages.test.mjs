import assert from "node:assert/strict";
import { test } from "node:test";

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

const lc = (name, kwargs) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain", "schema", "messages", name],
  kwargs,
});

/** Dialect, what was sent, whose words they are, what is shown. */
const DIALECTS = [
  [
    "LangChain's serialised messages, in a list of lists",
    {
      messages: [
        [
          lc("SystemMessage", { content: "Be kind", type: "system" }),
          lc("HumanMessage", { content: "Hi" }),
        ],
      ],
    },
    "user",
    ["system: Be kind", "user: Hi"],
  ],
  [
    "LangChain's generations, with a call",
    {
      generations: [
        [
          {
            text: "",
            message: lc("AIMessageChunk", {
              content: "",
              tool_calls: [{ name: "find", args: { q: 1 }, id: "c1" }],
            }),
          },
        ],
      ],
    },
    "assistant",
    ['assistant: calls find({"q":1})#c1'],
  ],
  [
    "LangChain's text models",
    { prompts: ["Once upon"] },
    "user",
    ["user: Once upon"],
  ],
  [
    "LangChain's text generations",
    {
      generations: [
        [
          {
            text: "a time",
            generation_info: { finish_reason: "stop" },
            type: "Generation",
          },
        ],
      ],
    },
    "assistant",
    ["assistant: a time"],
  ],
  [
    "LangChain's dumped messages",
    { messages: [{ type: "human", data: { content: "Hi" } }] },
    "user",
    ["user: Hi"],
  ],
  [
    "LangChain's pairs",
    {
      messages: [
        ["human", "Hi"],
        ["ai", "Ho"],
      ],
    },
    "user",
    ["user: Hi", "assistant: Ho"],
  ],
  [
    "LangGraph's plain messages",
    { messages: [{ type: "ai", content: "Ho", id: "1" }] },
    "user",
    ["assistant: Ho"],
  ],
  [
    "LangChain's role by name",
    { messages: [lc("ChatMessage", { role: "critic", content: "No" })] },
    "user",
    ["critic: No"],
  ],
  [
    "LangChain's tool message, alone, failed",
    {
      output: lc("ToolMessage", {
        content: '{"why":"late"}',
        tool_call_id: "c1",
        name: "refund",
        status: "error",
      }),
    },
    "assistant",
    ['tool: failed#c1 json  {"why":"late"}'],
  ],
  [
    "LangChain's invalid calls",
    {
      output: {
        type: "ai",
        content: "",
        invalid_tool_calls: [
          { name: "f", args: "{oops", id: "c", error: "bad" },
        ],
      },
    },
    "assistant",
    ['assistant: calls f("{oops")#c'],
  ],
  [
    "LangChain's prompt value",
    {
      output: {
        lc: 1,
        type: "constructor",
        id: ["langchain", "ChatPromptValue"],
        kwargs: { messages: [lc("HumanMessage", { content: "Hi" })] },
      },
    },
    "assistant",
    ["user: Hi"],
  ],
  [
    "LangChain's standard pictures",
    {
      messages: [
        {
          role: "user",
          content: [
            {
              type: "image",
              source_type: "base64",
              data: "QUJD",
              mime_type: "image/gif",
            },
          ],
        },
      ],
    },
    "user",
    ["user: image image/gif data:image/gif;base64,QUJD"],
  ],
  [
    "OpenAI's chat: parts, pictures, calls as JSON text, results",
    {
      messages: [
        { role: "developer", content: "Be short" },
        {
          role: "user",
          content: [
            { type: "text", text: "See" },
            { type: "image_url", image_url: { url: "https://x.test/a.png" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "c1",
              type: "function",
              function: { name: "f", arguments: '{"a":1}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "done" },
      ],
    },
    "user",
    [
      "system: Be short",
      "user: See | image  https://x.test/a.png",
      'assistant: calls f({"a":1})#c1',
      "tool: result#c1 done",
    ],
  ],
  [
    "OpenAI's choices: reasoning, refusal, legacy call, audio",
    {
      choices: [
        {
          message: {
            role: "assistant",
            content: "",
            reasoning_content: "hm",
            refusal: "that",
          },
        },
        {
          message: {
            role: "assistant",
            content: null,
            function_call: { name: "g", arguments: "{" },
          },
        },
        {
          message: {
            role: "assistant",
            audio: { id: "au1", data: "QUJD", transcript: "Hello" },
          },
        },
      ],
    },
    "assistant",
    [
      "assistant: thinks hm | refuses that",
      'assistant: calls g("{")#',
      "assistant: audio audio/wav au1 | Hello",
    ],
  ],
  [
    "OpenAI's audio and file parts",
    {
      messages: [
        {
          role: "user",
          content: [
            {
              type: "input_audio",
              input_audio: { data: "QUJD", format: "mp3" },
            },
            { type: "file", file: { filename: "a.pdf", file_id: "f1" } },
          ],
        },
      ],
    },
    "user",
    ["user: audio audio/mp3 data:audio/mp3;base64,QUJD | file  a.pdf"],
  ],
  [
    "OpenAI's responses, what is given",
    {
      instructions: "Be kind",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "Hi" },
            { type: "input_image", image_url: "https://x.test/i.png" },
          ],
        },
        {
          type: "function_call",
          call_id: "c1",
          name: "f",
          arguments: '{"a":1}',
        },
        { type: "function_call_output", call_id: "c1", output: "done" },
      ],
    },
    "user",
    [
      "system: Be kind",
      "user: Hi | image  https://x.test/i.png",
      'assistant: calls f({"a":1})#c1',
      "tool: result#c1 done",
    ],
  ],
  [
    "OpenAI's responses, what is answered",
    {
      output: [
        {
          type: "reasoning",
          id: "r",
          summary: [{ type: "summary_text", text: "Think" }],
        },
        {
          type: "web_search_call",
          id: "w1",
          status: "completed",
          action: { query: "x" },
        },
        {
          type: "message",
          role: "assistant",
          content: [
            { type: "output_text", text: "Ho", annotations: [{ url: "u" }] },
          ],
        },
      ],
      status: "completed",
    },
    "assistant",
    [
      'assistant: thinks Think | calls web_search({"query":"x"})#w1',
      'assistant: Ho | json sources [{"url":"u"}]',
    ],
  ],
  [
    "Anthropic's blocks",
    {
      system: [{ type: "text", text: "Be kind" }],
      messages: [
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "x" },
            { type: "redacted_thinking", data: "y" },
            { type: "tool_use", id: "t1", name: "f", input: { a: 1 } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "t1",
              is_error: true,
              content: [{ type: "text", text: "no" }],
            },
            {
              type: "image",
              source: {
                type: "base64",
                media_type: "image/jpeg",
                data: "QUJD",
              },
            },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "document",
              title: "Terms",
              source: {
                type: "base64",
                media_type: "application/pdf",
                data: "QUJD",
              },
            },
          ],
        },
      ],
    },
    "user",
    [
      "system: Be kind",
      'assistant: thinks hm | thinks in secret | calls f({"a":1})#t1',
      "user: failed#t1 no | image image/jpeg data:image/jpeg;base64,QUJD",
      "user: file application/pdf Terms",
    ],
  ],
  [
    "Anthropic's answer",
    {
      id: "m",
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "Ho" }],
      stop_reason: "end_turn",
    },
    "assistant",
    ["assistant: Ho"],
  ],
  [
    "Gemini's contents",
    {
      systemInstruction: { parts: [{ text: "Be kind" }] },
      contents: [
        {
          role: "user",
          parts: [
            { text: "Hi" },
            { inlineData: { mimeType: "image/png", data: "QUJD" } },
          ],
        },
        {
          role: "model",
          parts: [{ functionCall: { name: "f", args: { a: 1 } } }],
        },
        {
          role: "user",
          parts: [{ functionResponse: { name: "f", response: { b: 2 } } }],
        },
      ],
    },
    "user",
    [
      "system: Be kind",
      "user: Hi | image image/png data:image/png;base64,QUJD",
      'assistant: calls f({"a":1})#f',
      'user: result#f json  {"b":2}',
    ],
  ],
  [
    "Gemini's candidates, with a thought",
    {
      candidates: [
        {
          content: {
            role: "model",
            parts: [{ text: "hm", thought: true }, { text: "Ho" }],
          },
          finishReason: "STOP",
        },
      ],
    },
    "assistant",
    ["assistant: thinks hm | Ho"],
  ],
  [
    "Gemini's plain contents",
    { contents: "Hi", model: "gemini" },
    "user",
    ["user: Hi"],
  ],
  [
    "Bedrock's Converse",
    {
      output: {
        message: {
          role: "assistant",
          content: [
            { text: "Ho" },
            { toolUse: { toolUseId: "t", name: "f", input: {} } },
          ],
        },
      },
      stopReason: "tool_use",
    },
    "assistant",
    ["assistant: Ho | calls f({})#t"],
  ],
  [
    "Vercel's AI SDK",
    {
      messages: [
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: "t", toolName: "f", input: {} },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "t",
              toolName: "f",
              output: { type: "json", value: { b: 2 } },
            },
          ],
        },
      ],
    },
    "user",
    ["assistant: calls f({})#t", 'tool: result#t json  {"b":2}'],
  ],
  [
    "OpenTelemetry's GenAI messages, as JSON text",
    {
      "gen_ai.input.messages": JSON.stringify([
        { role: "user", parts: [{ type: "text", content: "Hi" }] },
        {
          role: "assistant",
          parts: [
            { type: "tool_call", id: "t", name: "f", arguments: { a: 1 } },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool_call_response", id: "t", response: "done" }],
        },
      ]),
      "gen_ai.system_instructions": [{ type: "text", content: "Be kind" }],
    },
    "user",
    [
      "system: Be kind",
      "user: Hi",
      'assistant: calls f({"a":1})#t',
      "tool: result#t done",
    ],
  ],
  [
    "OpenTelemetry's blobs",
    {
      messages: [
        {
          role: "user",
          parts: [
            {
              type: "blob",
              modality: "image",
              mime_type: "image/png",
              content: "QUJD",
            },
          ],
        },
      ],
    },
    "user",
    ["user: image image/png data:image/png;base64,QUJD"],
  ],
  [
    "OpenInference's nested messages",
    {
      "llm.input_messages": [
        {
          message: {
            role: "assistant",
            content: "Ho",
            tool_calls: [
              {
                tool_call: {
                  id: "t",
                  function: { name: "f", arguments: "{}" },
                },
              },
            ],
          },
        },
      ],
    },
    "user",
    ["assistant: Ho | calls f({})#t"],
  ],
  [
    "OpenInference's flat messages",
    { messages: [{ "message.role": "user", "message.content": "Hi" }] },
    "user",
    ["user: Hi"],
  ],
  ["texts in a list of messages", { messages: ["Hi"] }, "user", ["user: Hi"]],
];

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
