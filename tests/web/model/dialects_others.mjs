/** The ways of Anthropic, Gemini, Bedrock, Vercel, OpenTelemetry and OpenInference to write messages: dialect, what was sent, whose words they are, what is shown. */

export const OTHERS = [
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
