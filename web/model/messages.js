/**
 * The conversation in what a run was given and what it gave, whichever SDK wrote it: LangChain, OpenAI (chat and
 * responses), Anthropic, Gemini, Bedrock, Vercel, OpenInference, OpenTelemetry's GenAI, or plain text.
 */

import { messageOf, roleOf, rolesIn } from "./message.js";
import { partsOf } from "./message_parts.js";
import { hasContent, isObject, jsonOf, parsedJson } from "./json_text.js";

/** @typedef {import("./message.js").Message} Message */
/** @typedef {import("./message_parts.js").MessagePart} MessagePart */
/** @typedef {import("./message_parts.js").CallPart} CallPart */
/** @typedef {import("./message_parts.js").ResultPart} ResultPart */
/** @typedef {import("./message.js").Role} Role */
/** @typedef {{messages: Message[], rest: Record<string, unknown>}} Said `rest` is what stood beside the messages */

/**
 * The messages of one side of a run; null where it holds none.
 * @param {unknown} value the run's inputs or outputs
 * @param {Role} [role] whose words they are, where they don't say
 * @returns {Said | null}
 */
export function messagesIn(value, role = "user") {
  return found(value, role, 0);
}

/**
 * What was said in a run: also of plain texts, as `{question: "…"}` and `{answer: "…"}`. Calls have their results.
 * @param {{inputs?: unknown, outputs?: unknown} | null | undefined} run
 * @returns {{input: Message[], output: Message[]}} empty where nothing was said
 */
export function messagesOf(run) {
  const input = saidIn(run?.inputs, "user");
  const output = saidIn(run?.outputs, "assistant");
  const all = joined([...input, ...withoutRepeated(input, output)]);
  const given = new Set(input);
  return { input: all.filter((one) => given.has(one.of)), output: all.filter((one) => !given.has(one.of)) };
}

/**
 * The same in one list, what was given first; outputs that repeat the inputs, as LangGraph's do, are said once.
 * @param {{inputs?: unknown, outputs?: unknown} | null | undefined} run
 * @returns {Message[]}
 */
export function conversationOf(run) {
  const { input, output } = messagesOf(run);
  return [...input, ...output];
}

/**
 * Messages in which each tool's result stands with its call; a message that held nothing else is left out.
 * @param {Message[]} messages
 * @returns {(Message & {of: Message})[]} `of` is the message that was given
 */
export function joined(messages) {
  const answers = resultsById(messages);
  const used = new Set();
  const withAnswers = messages.map((message) => ({
    ...message,
    of: message,
    parts: message.parts.map((part) => answeredBy(part, answers, used)),
  }));
  return withAnswers
    .map((message) => ({ ...message, parts: message.parts.filter((part) => !used.has(part)) }))
    .filter((message) => message.parts.length > 0 || message.of.parts.length === 0);
}

/** @param {Message[]} messages */
function resultsById(messages) {
  /** @type {Map<string, ResultPart[]>} */
  const answers = new Map();
  for (const part of messages.flatMap((one) => one.parts)) {
    if (part.kind !== "result" || !part.id) continue;
    answers.set(part.id, [...(answers.get(part.id) ?? []), part]);
  }
  return answers;
}

/** @param {MessagePart} part @param {Map<string, ResultPart[]>} answers @param {Set<MessagePart>} used @returns {MessagePart} */
function answeredBy(part, answers, used) {
  if (part.kind !== "call" || part.answer) return part;
  const answer = answers.get(part.id)?.shift();
  if (!answer) return part;
  used.add(answer);
  return { ...part, answer };
}

/** @param {Message[]} input @param {Message[]} output */
const withoutRepeated = (input, output) => output.slice(repeatedIn(input, output));

/**
 * How many of the first messages of an output are those that were given, as LangGraph's states have it.
 * @param {Message[]} input
 * @param {Message[]} output
 * @returns {number} all of the input, or 0
 */
export function repeatedIn(input, output) {
  const repeats = output.length >= input.length && input.every((one, at) => isSame(one, output[at]));
  return repeats ? input.length : 0;
}

/** @param {Message} one @param {Message} other */
const isSame = (one, other) =>
  one.role === other.role &&
  ((one.id !== "" && one.id === other.id) || jsonOf(one.parts, 0) === jsonOf(other.parts, 0));

/** Names under which a plain text is what a person said, or what was answered. */
const PLAIN = ["input", "question", "query", "prompt", "text", "message", "content", "user_input", "output", "answer", "response", "result", "reply", "completion", "final_answer", "output_text"]; // prettier-ignore

/** @param {unknown} value @param {Role} role @returns {Message[]} */
function saidIn(value, role) {
  const said = messagesIn(value, role);
  if (said) return said.messages;
  const plain = plainText(value);
  return plain ? [{ role, label: "", name: "", id: "", finish: "", parts: partsOf(plain) }] : [];
}

/**
 * The text where a side is a text only; "" where it is more, or none.
 * @param {unknown} value
 * @returns {string}
 */
export function plainText(value) {
  if (typeof value === "string") return value;
  if (!isObject(value)) return "";
  const names = Object.keys(value).filter((name) => hasContent(value[name]));
  const known = names.length === 1 ? names[0] : PLAIN.find((name) => names.includes(name));
  const said = known && PLAIN.includes(known) ? value[known] : undefined;
  return typeof said === "string" ? said : "";
}

/** How deep messages are looked for inside `{output: {…}}`. */
const DEEPEST = 3;

/** @param {unknown} value @param {Role} role @param {number} depth @returns {Said | null} */
function found(value, role, depth) {
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return fromList(value, role, {});
  if (!isObject(value)) return null;
  const alone = messageOf(value, role);
  if (alone) return { messages: [alone], rest: {} };
  return fromFields(value, role, depth);
}

/** @param {Record<string, any>} value @param {Role} role @param {number} depth @returns {Said | null} */
function fromFields(value, role, depth) {
  for (const name of LISTS) {
    if (!Object.hasOwn(value, name)) continue;
    const said = fromList(parsedJson(value[name]), SIDE_OF[name] ?? role, value, name);
    if (said) return said;
  }
  for (const name of WRAPS) {
    const inner = parsedJson(value[name]);
    const said = typeof inner === "object" && found(inner, role, depth + 1);
    if (said) return { ...said, rest: { ...without(value, name), ...said.rest } };
  }
  return null;
}

/** The fields that hold a list of messages, each in its SDK's words; the first that does is it. */
const LISTS = ["messages", "gen_ai.input.messages", "gen_ai.output.messages", "llm.input_messages", "llm.output_messages", "input_messages", "output_messages", "contents", "candidates", "choices", "generations", "input", "output", "prompts"]; // prettier-ignore
/** The fields in which a whole answer may stand. */
const WRAPS = ["message", "output", "response", "result", "input", "kwargs", "outputs"];
/** @type {Record<string, Role>} */
const SIDE_OF = { candidates: "assistant", choices: "assistant", generations: "assistant", "gen_ai.output.messages": "assistant", "llm.output_messages": "assistant", output_messages: "assistant" }; // prettier-ignore
/** Where the system's words stand beside the messages. */
const SYSTEMS = ["system", "systemInstruction", "system_instruction", "instructions", "gen_ai.system_instructions"];
/** Fields of an answer that a list of messages makes superfluous or that are told elsewhere. */
const TOLD = ["object", "type", "run"];

/**
 * @param {unknown} list @param {Role} role @param {Record<string, any>} around @param {string} [name] of the list
 * @returns {Said | null}
 */
function fromList(list, role, around, name = "") {
  const system = SYSTEMS.find((key) => hasContent(around[key]));
  const said = listed(list, role, name, system);
  if (!said) return null;
  const first = system ? [systemOf(around[system])] : [];
  const rest = without(around, name, system ?? "", ...TOLD);
  return { messages: [...first, ...said], rest };
}

/** @param {unknown} list @param {Role} role @param {string} name @param {string} [system] @returns {Message[] | null} */
function listed(list, role, name, system) {
  const isText = typeof list === "string" && (name === "contents" || (name === "input" && system));
  if (isText || (isObject(list) && name === "contents")) list = [list];
  if (!Array.isArray(list) || !list.length) return null;
  const flat = list.flatMap((one) => (Array.isArray(one) && !rolesIn(one) ? one : [one]));
  const isTexts = name === "messages" || name === "prompts" || name === "contents";
  const read = flat.map((one) => (typeof one === "string" && !isTexts ? null : messageOf(one, role)));
  const known = read.filter((one) => one !== null);
  if (!known.length || known.length * 2 < flat.length) return null;
  return merged(read.map((one, at) => one ?? unknown(flat[at], role)));
}

/** What a model thinks before it speaks, and calls that it makes at once, are one message, though items of their own. @param {Message[]} messages */
function merged(messages) {
  /** @type {Message[]} */
  const whole = [];
  for (const one of messages) {
    const last = whole.at(-1);
    if (last && belongs(last, one)) whole[whole.length - 1] = { ...one, parts: [...last.parts, ...one.parts] };
    else whole.push(one);
  }
  return whole;
}

/** @param {Message} last @param {Message} next */
function belongs(last, next) {
  if (last.role !== "assistant" || next.role !== "assistant" || !last.parts.length) return false;
  const isThought = last.parts.every((one) => one.kind === "reasoning");
  const areCalls = [...last.parts.filter((one) => one.kind !== "reasoning"), ...next.parts].every((one) => one.kind === "call"); // prettier-ignore
  return isThought || (areCalls && next.parts.length > 0);
}

/** @param {unknown} value @param {Role} role @returns {Message} */
const unknown = (value, role) => ({
  role,
  label: "",
  name: "",
  id: "",
  finish: "",
  parts: [{ kind: "json", label: "", value }],
});

/** @param {unknown} said @returns {Message} */
function systemOf(said) {
  const inside = parsedJson(said);
  const content = isObject(inside) ? (inside.parts ?? inside.content ?? inside) : inside;
  return { ...roleOf("system", "system"), name: "", id: "", finish: "", parts: partsOf(content) };
}

/** @param {Record<string, any>} value @param {...string} names */
function without(value, ...names) {
  return Object.fromEntries(Object.entries(value).filter(([name, one]) => !names.includes(name) && hasContent(one)));
}
