/**
 * The pieces of a message, from any SDK's way to write them: text, reasoning, a tool's call and its result, images,
 * files. What is not known is kept as JSON; nothing is dropped, and nothing here throws, whatever it is given.
 *
 * Source: the APIs' references of OpenAI (chat completions, responses), Anthropic (messages), Gemini (contents),
 * Amazon Bedrock (Converse), LangChain's messages, Vercel's AI SDK, and OpenTelemetry's GenAI conventions.
 */

import { hasContent, isObject, parsedJson, textOf } from "./json_text.js";
import { bedrockMedium, fromSource, mediumOf, otelMedium, picture, sound, word } from "./message_media.js";

/** @typedef {{kind: "text", text: string}} TextPart */
/** @typedef {{kind: "reasoning", text: string, isHidden: boolean}} ReasoningPart hidden: the provider keeps it to itself */
/** @typedef {{kind: "refusal", text: string}} RefusalPart */
/** @typedef {{kind: "call", id: string, name: string, args: unknown, error?: string, answer?: ResultPart}} CallPart */
/** @typedef {{kind: "result", id: string, name: string, parts: MessagePart[], isError: boolean}} ResultPart */
/** @typedef {import("./message_media.js").MediumPart} MediumPart */
/** @typedef {{kind: "json", label: string, value: unknown}} JsonPart */
/** @typedef {TextPart | ReasoningPart | RefusalPart | CallPart | ResultPart | MediumPart | JsonPart} MessagePart */

/** How deep content is followed into content; below that it is shown as JSON. */
const DEEPEST = 5;

/**
 * The parts of a content, whatever its shape.
 * @param {unknown} content
 * @param {number} [depth]
 * @returns {MessagePart[]}
 */
export function partsOf(content, depth = 0) {
  if (content === null || content === undefined || content === "") return [];
  if (typeof content === "string") return [text(content)];
  if (typeof content !== "object" || depth > DEEPEST) return [json("", content)];
  if (Array.isArray(content)) return content.flatMap((one) => partsOf(one, depth + 1));
  return partOf(/** @type {any} */ (content), depth);
}

/** @param {string} said @returns {TextPart} */
export const text = (said) => ({ kind: "text", text: said });

/** @param {string} label @param {unknown} value @returns {JsonPart} */
export const json = (label, value) => ({ kind: "json", label, value });

/**
 * A tool's call; arguments that are JSON text are read.
 * @param {unknown} id @param {unknown} name @param {unknown} args
 * @returns {CallPart}
 */
export const call = (id, name, args) => ({
  kind: "call",
  id: word(id),
  name: word(name) || "tool",
  args: parsedJson(args),
});

/**
 * What a tool answered.
 * @param {unknown} id @param {unknown} name @param {unknown} content @param {boolean} [isError] @param {number} [depth]
 * @returns {ResultPart}
 */
export const result = (id, name, content, isError = false, depth = 0) => ({
  kind: "result",
  id: word(id),
  name: word(name),
  parts: answered(content, depth),
  isError,
});

/** What a tool gave: text and pictures as such, any other object as it is. @param {unknown} content @param {number} depth */
function answered(content, depth) {
  const isParts = Array.isArray(content) && content.some((one) => isObject(one) && typeof one.type === "string");
  return isParts || typeof content === "string" ? partsOf(content, depth + 1) : plainAnswer(content, depth);
}

/** @param {unknown} content @param {number} depth */
function plainAnswer(content, depth) {
  if (content === null || content === undefined) return [];
  const isPart = isObject(content) && typeof content.type === "string" && content.type in BY_TYPE;
  return isPart ? partsOf(content, depth + 1) : [json("", content)];
}

/** @param {Record<string, any>} part @param {number} depth @returns {MessagePart[]} */
function partOf(part, depth) {
  const type = typeof part.type === "string" ? part.type : "";
  const read = Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined;
  const found = read?.(part, depth) ?? byKey(part, depth) ?? looseText(part, type);
  return found ? [found].flat() : [json(type, part)];
}

/** A part that names what it holds by its key, as Gemini's and Bedrock's do. @param {Record<string, any>} part @param {number} depth */
function byKey(part, depth) {
  for (const [key, read] of BY_KEY) if (isObject(part[key])) return read(part[key], depth, part);
  return null;
}

/** `{text: "…"}`, without a type or of a type that is not known but says no more. @param {Record<string, any>} part @param {string} type */
function looseText(part, type) {
  if (typeof part.text !== "string") return null;
  if (part.thought === true) return reasoning(part.text);
  const more = Object.keys(part).filter((key) => !["text", "type", "index", "id", "cache_control"].includes(key));
  return !type || !more.length ? text(part.text) : [text(part.text), json(type, part)];
}

/** @param {unknown} said @param {boolean} [isHidden] @returns {ReasoningPart} */
export const reasoning = (said, isHidden = false) => ({
  kind: "reasoning",
  text: typeof said === "string" ? said : said === undefined || said === null ? "" : textOf(said),
  isHidden,
});

/** @param {any} part @returns {MessagePart[]} */
function file(part) {
  const inside = isObject(part.file) ? part.file : part;
  if (isObject(part.source)) return document(part);
  return [
    mediumOf("file", {
      url: inside.file_url ?? inside.url ?? inside.fileUri ?? inside.file_uri,
      base64: inside.file_data ?? inside.base64 ?? inside.data,
      mime: inside.mime_type ?? inside.mediaType ?? inside.mimeType,
      name: inside.filename ?? inside.name ?? inside.file_id ?? inside.id,
    }),
  ];
}

/** Anthropic's document: text stays text. @param {any} part @returns {MessagePart[]} */
function document(part) {
  const { source } = part;
  if (typeof source?.data === "string" && source.type === "text") return [text(source.data)];
  if (source?.type === "content") return partsOf(source.content, DEEPEST - 1);
  return [{ ...mediumOf("file", fromSource(source)), name: word(part.title) || word(source?.file_id) }];
}

/** @param {any} part */
const readReasoning = (part) =>
  reasoning(part.thinking ?? part.reasoning ?? part.text ?? part.content ?? summaryOf(part.summary), false);

/** @param {unknown} summary */
const summaryOf = (summary) =>
  Array.isArray(summary) ? summary.map((one) => word(one?.text ?? one)).join("\n\n") : word(summary);

/** @param {any} part */
const toolUse = (part) => call(part.id ?? part.call_id, part.name, part.input ?? part.args ?? part.arguments ?? {});

/** @param {any} part @param {number} depth */
const toolResult = (part, depth) =>
  result(
    part.tool_use_id ?? part.tool_call_id ?? part.call_id ?? part.id,
    part.name,
    part.content ?? part.response ?? part.result ?? part.output,
    part.is_error === true,
    depth,
  );

/** Text, and where it was taken from. @param {any} part @returns {MessagePart[] | null} */
function plainText(part) {
  const said = part.text?.value ?? part.text ?? part.content;
  if (typeof said !== "string") return null;
  const sources = part.annotations ?? part.citations ?? part.text?.annotations;
  return hasContent(sources) ? [text(said), json("sources", sources)] : [text(said)];
}

/** @param {any} part @param {number} depth */
const vercelResult = (part, depth) => {
  const output = part.output ?? part.result;
  const value = isObject(output) && "value" in output && typeof output.type === "string" ? output.value : output;
  return result(
    part.toolCallId,
    part.toolName,
    value,
    part.isError === true || word(output?.type).startsWith("error"),
    depth,
  );
};

/** @type {Record<string, (part: any, depth: number) => MessagePart | MessagePart[] | null>} */
const BY_TYPE = {
  text: plainText,
  input_text: plainText,
  output_text: plainText,
  summary_text: plainText,
  refusal: (part) => ({ kind: "refusal", text: word(part.refusal ?? part.text) }),
  thinking: readReasoning,
  reasoning: readReasoning,
  redacted_thinking: () => reasoning("", true),
  tool_use: toolUse,
  server_tool_use: toolUse,
  mcp_tool_use: toolUse,
  tool_call: toolUse,
  tool_result: toolResult,
  tool_call_response: toolResult,
  web_search_tool_result: toolResult,
  mcp_tool_result: toolResult,
  code_execution_tool_result: toolResult,
  "tool-call": (part) => call(part.toolCallId, part.toolName, part.args ?? part.input ?? {}),
  "tool-result": vercelResult,
  image: picture,
  image_url: picture,
  input_image: picture,
  input_audio: sound,
  audio: sound,
  file,
  input_file: file,
  document,
  blob: otelMedium,
  uri: otelMedium,
  media: file,
  video: (part) =>
    mediumOf("video", { url: part.url, base64: part.base64 ?? part.data, mime: part.mime_type, name: part.name }),
};

/** @type {[string, (inside: any, depth: number, part: any) => MessagePart | MessagePart[]][]} */
const BY_KEY = [
  ["functionCall", (one) => call(one.id ?? one.name, one.name, one.args ?? {})],
  ["function_call", (one) => call(one.id ?? one.name, one.name, one.args ?? one.arguments ?? {})],
  ["functionResponse", (one, depth) => result(one.id ?? one.name, one.name, one.response, false, depth)],
  ["function_response", (one, depth) => result(one.id ?? one.name, one.name, one.response, false, depth)],
  ["inlineData", (one) => mediumOf("file", { base64: one.data, mime: one.mimeType })],
  ["inline_data", (one) => mediumOf("file", { base64: one.data, mime: one.mime_type })],
  ["fileData", (one) => mediumOf("file", { url: one.fileUri, mime: one.mimeType })],
  ["file_data", (one) => mediumOf("file", { url: one.file_uri, mime: one.mime_type })],
  ["toolUse", (one) => call(one.toolUseId, one.name, one.input ?? {})],
  ["toolResult", (one, depth) => result(one.toolUseId, "", one.content, one.status === "error", depth)],
  ["reasoningContent", (one) => reasoning(one.reasoningText?.text, one.redactedContent !== undefined)],
  ["message_content", (one, depth) => partOf(fromOpenInference(one), depth + 1)],
  ["image", (one, _, part) => bedrockMedium("image", one) ?? json("image", part)],
  ["document", (one, _, part) => bedrockMedium("file", one) ?? json("document", part)],
  ["message_content.image", (one) => picture(one)],
];

/** OpenInference's content, whose picture stands one level deeper. @param {any} content */
function fromOpenInference(content) {
  const image = content.image?.image ?? content.image;
  return image?.url ? { type: "image_url", image_url: image } : content;
}
