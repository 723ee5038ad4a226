/** LangChain's and LangGraph's ways to write messages: dialect, what was sent, whose words they are, what is shown. */

const lc = (name, kwargs) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain", "schema", "messages", name],
  kwargs,
});

export const LANGCHAIN = [
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
];
