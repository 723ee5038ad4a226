/** One message, from any SDK's way to write it. */

import { call, json, partsOf, reasoning, result, text } from "./message_parts.js";
import { word } from "./message_media.js";
import { hasContent, isObject, parsedJson, structureIn } from "./json_text.js";

/** @typedef {import("./message_parts.js").MessagePart} MessagePart */
/** @typedef {"system" | "user" | "assistant" | "tool" | "other"} Role */
/**
 * @typedef {object} Message
 * @property {Role} role
 * @property {string} label the role as it was written, where that is none of ours ("critic")
 * @property {string} name of who spoke: an agent, a tool
 * @property {string} id
 * @property {string} finish why it ended ("tool_calls"); "" where it is not said, or simply ended
 * @property {MessagePart[]} parts
 */

/** @type {Record<string, Role>} */
const ROLES = { system: "system", developer: "system", user: "user", human: "user", assistant: "assistant", ai: "assistant", model: "assistant", bot: "assistant", aimessagechunk: "assistant", tool: "tool", function: "tool", humanmessagechunk: "user", systemmessagechunk: "system", toolmessagechunk: "tool" }; // prettier-ignore

/** The word before "Message" in LangChain's classes. */
const CLASS = /^(Human|AI|System|Tool|Function|Chat|Remove)Message(?:Chunk)?$/;

/**
 * A role in our words.
 * @param {unknown} said
 * @param {Role} otherwise where nothing is said
 * @returns {{role: Role, label: string}}
 */
export function roleOf(said, otherwise) {
  const name = word(said).toLowerCase();
  if (!name) return { role: otherwise, label: "" };
  const known = Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
  return known ? { role: known, label: "" } : { role: "other", label: word(said) };
}

/** Whether a list is LangChain's short form of one message, `["human", "Hello"]`. @param {unknown[]} list */
export const rolesIn = (list) =>
  list.length === 2 && typeof list[0] === "string" && Object.hasOwn(ROLES, list[0].toLowerCase());

/**
 * The message; null where the value is none.
 * @param {unknown} value
 * @param {Role} role whose words they are, where they don't say
 * @returns {Message | null}
 */
export function messageOf(value, role) {
  if (typeof value === "string") return message(role, partsOf(value));
  if (Array.isArray(value)) return rolesIn(value) ? message(value[0], partsOf(value[1])) : null;
  if (!isObject(value)) return null;
  return fromLangChain(value) ?? fromWrap(value, role) ?? fromItem(value, role) ?? fromRole(value, role);
}

/** @param {unknown} role @param {MessagePart[]} parts @param {{name?: unknown, id?: unknown, finish?: unknown}} [more] @returns {Message} */
function message(role, parts, { name, id, finish } = {}) {
  return { ...roleOf(role, "other"), name: word(name), id: word(id), finish: finishOf(finish), parts };
}

/** Why it ended, unless it ended as all do. @param {unknown} said */
const finishOf = (said) =>
  /^(stop|end_turn|completed|STOP|tool_calls|tool_use|TOOL_CALLS)$/.test(word(said)) ? "" : word(said);

/** Serialised, `{lc, id: […, "HumanMessage"], kwargs}`, or `{type: "human", data: {…}}`. @param {Record<string, any>} value */
function fromLangChain(value) {
  if (isObject(value.kwargs) && Array.isArray(value.id)) {
    const name = word(value.id.at(-1));
    if (!CLASS.test(name) && !("content" in value.kwargs)) return null;
    const spoken = value.kwargs.role ?? value.kwargs.type ?? name.match(CLASS)?.[1];
    return fromSpoken(value.kwargs, spoken);
  }
  if (isObject(value.data) && "content" in value.data && typeof value.type === "string")
    return fromSpoken(value.data, value.type);
  return null;
}

/** A choice, a generation, a candidate: a message with why it ended. @param {Record<string, any>} value @param {Role} role @returns {Message | null} */
function fromWrap(value, role) {
  const finish = value.finish_reason ?? value.finishReason ?? value.generation_info?.finish_reason;
  const inside =
    value.message ?? value.delta ?? (isObject(value.content) && value.content.parts ? value.content : undefined);
  if (isObject(inside) && !("role" in value)) {
    const found = messageOf(inside, role);
    return found && { ...found, finish: finishOf(finish) };
  }
  const isPlain = typeof value.text === "string" && ("generation_info" in value || "finish_reason" in value);
  return isPlain ? message(role, partsOf(value.text), { finish }) : fromFlat(value);
}

/** OpenInference's names with dots. @param {Record<string, any>} value @returns {Message | null} */
function fromFlat(value) {
  if (!("message.role" in value) && !("message.content" in value)) return null;
  const inside = Object.entries(value).filter(([name]) => name.startsWith("message."));
  return fromSpoken(Object.fromEntries(inside.map(([name, one]) => [name.slice(8), one])), value["message.role"]);
}

/** An item of OpenAI's responses that is no message. @param {Record<string, any>} value @param {Role} role @returns {Message | null} */
function fromItem(value, role) {
  const type = word(value.type);
  if (type === "function_call" || type === "custom_tool_call")
    return message("assistant", [call(value.call_id ?? value.id, value.name, value.arguments ?? value.input)]);
  if (type.endsWith("_call_output")) return message("tool", [result(value.call_id, "", parsedJson(value.output))]);
  if (type === "reasoning" && ("summary" in value || "encrypted_content" in value))
    return message("assistant", [thought(value)]);
  if (/^[a-z_]+_call$/.test(type) && type !== "tool_call") return message("assistant", [builtIn(value, type)]);
  const isPart = PARTS.test(type) && !("role" in value);
  return isPart ? message(role, partsOf(value)) : null;
}

/** Parts that stand in a list of messages without one around them. */
const PARTS = /^(input_text|output_text|input_image|tool_use|tool_result)$/;

/** @param {Record<string, any>} item */
function thought(item) {
  const said = [item.summary, item.content].flat().map((one) => word(one?.text)).filter(Boolean).join("\n\n"); // prettier-ignore
  return reasoning(said, !said);
}

/** A tool that the provider runs: what it did is in the item. @param {Record<string, any>} item @param {string} type */
function builtIn(item, type) {
  const { id, output, result: gave, name, ...args } = item;
  const made = call(item.call_id ?? id, name ?? type.replace(/_call$/, ""), item.arguments ?? item.action ?? args);
  const answer = output ?? gave;
  return answer === undefined || answer === null ? made : { ...made, answer: result(id, "", answer) };
}

/** `{role, content}`, `{role, parts}`, `{type: "human", content}`. @param {Record<string, any>} value @param {Role} role @returns {Message | null} */
function fromRole(value, role) {
  const isTyped = typeof value.type === "string" && Object.hasOwn(ROLES, value.type.toLowerCase());
  const isKnown = typeof value.role === "string" || isTyped;
  if (isKnown && SPOKEN.some((key) => key in value)) return fromSpoken(value, value.role ?? value.type);
  if (Array.isArray(value.parts) && Object.keys(value).length <= 2) return fromSpoken(value, role);
  return null;
}

const SPOKEN = ["content", "parts", "tool_calls", "contents", "function_call", "refusal", "audio"];

/**
 * @param {Record<string, any>} said with content and what else belongs to a message
 * @param {unknown} spoken the role as written
 * @returns {Message}
 */
function fromSpoken(said, spoken) {
  const { role } = roleOf(spoken, "other");
  const parts = [...before(said), ...partsOf(said.content ?? said.parts ?? contentsOf(said)), ...after(said)];
  const answers =
    said.tool_call_id ?? (role === "tool" && !parts.some((one) => one.kind === "result") ? "" : undefined);
  const whole = answers === undefined ? parts : [answerOf(said, answers, parts)];
  return message(spoken, whole, { name: said.name, id: said.id, finish: said.finish_reason ?? said.stop_reason });
}

/** What a tool said, as a result: JSON text is read. @param {any} said @param {unknown} id @param {MessagePart[]} parts @returns {MessagePart} */
function answerOf(said, id, parts) {
  const isFailed = said.status === "error" || said.is_error === true;
  const read = parts.map((one) => asJson(one));
  const more = hasContent(said.artifact) ? [json("artifact", said.artifact)] : [];
  return { kind: "result", id: word(id), name: word(said.name), parts: [...read, ...more], isError: isFailed };
}

/** @param {MessagePart} part @returns {MessagePart} */
function asJson(part) {
  const value = part.kind === "text" ? structureIn(part.text) : undefined;
  return value ? json("", value) : part;
}

/** What a model thinks before it speaks. @param {any} said @returns {MessagePart[]} */
function before(said) {
  const thoughts = said.reasoning_content ?? said.reasoning ?? said.additional_kwargs?.reasoning_content;
  return typeof thoughts === "string" && thoughts ? [reasoning(thoughts)] : [];
}

/** Calls, refusals, spoken words: what stands beside the content. @param {any} said @returns {MessagePart[]} */
function after(said) {
  const refusal = word(said.refusal ?? said.additional_kwargs?.refusal);
  const calls = callsOf(said).filter((one) => one.kind !== "call" || !isInContent(one, said.content));
  const audio = isObject(said.audio) ? partsOf([{ type: "audio", audio: said.audio }]) : [];
  const spoken = typeof said.audio?.transcript === "string" ? [text(said.audio.transcript)] : [];
  return [
    ...(refusal ? [{ kind: /** @type {const} */ ("refusal"), text: refusal }] : []),
    ...audio,
    ...spoken,
    ...calls,
  ];
}

/** LangChain says Anthropic's calls twice, once in the content. @param {any} one @param {unknown} content */
const isInContent = (one, content) =>
  Array.isArray(content) && one.id !== "" && content.some((part) => isObject(part) && part.id === one.id);

/** @param {any} said @returns {MessagePart[]} */
function callsOf(said) {
  const more = isObject(said.additional_kwargs) ? said.additional_kwargs : {};
  const lists = [said.tool_calls, said.toolCalls, more.tool_calls];
  const list = lists.find((one) => Array.isArray(one) && one.length) ?? [];
  const wrong = Array.isArray(said.invalid_tool_calls) ? said.invalid_tool_calls : [];
  const single = said.function_call ?? more.function_call;
  const found = list.map(oneCall);
  const failed = wrong.map((/** @type {any} */ one) => ({ ...oneCall(one), error: word(one?.error) || "The arguments are not valid JSON" })); // prettier-ignore
  return isObject(single) && !list.length ? [call("", single.name, single.arguments)] : [...found, ...failed];
}

/** @param {any} raw @returns {MessagePart} */
function oneCall(raw) {
  if (!isObject(raw)) return json("tool call", raw);
  const one = isObject(raw.tool_call) ? raw.tool_call : raw;
  const within = one.function ?? one.custom ?? one;
  const name = one["tool_call.function.name"] ?? within.name ?? one.name;
  const args = one["tool_call.function.arguments"] ?? within.arguments ?? within.args ?? within.input ?? {};
  return call(one.id ?? one["tool_call.id"], name, args);
}

/** OpenInference's `contents`. @param {any} said */
const contentsOf = (said) => (Array.isArray(said.contents) ? said.contents : undefined);
