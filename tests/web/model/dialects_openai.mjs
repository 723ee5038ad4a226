/** OpenAI's ways to write messages: dialect, what was sent, whose words they are, what is shown. */

export const OPENAI = [
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
];
