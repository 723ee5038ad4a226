/** How what a run was given, or gave, is best shown: as messages, documents, text, named fields, or JSON. */

import { documentsIn, textOfDocuments } from "./documents.js";
import { hasContent, isObject, structureIn, textOf } from "./json_text.js";
import { joined, messagesIn, repeatedIn } from "./messages.js";
import { textOfMessages } from "./message_text.js";
import { mediumByMime } from "./message_media.js";

/** @typedef {import("./message.js").Message} Message */
/** @typedef {import("./documents.js").FoundDocument} FoundDocument */
/** @typedef {{name: string, purpose: string, schema: unknown}} ToolOffer a tool that the model may call */
/**
 * @typedef {{kind: "empty"}
 *   | {kind: "messages", messages: Message[], repeated: Message[], tools: ToolOffer[], rest: Record<string, unknown>}
 *   | {kind: "documents", documents: FoundDocument[], rest: Record<string, unknown>}
 *   | {kind: "text", text: string}
 *   | {kind: "fields", fields: {name: string, shape: Shape}[]}
 *   | {kind: "json", value: unknown}} Shape
 */

/** More fields than these are a table of data, which JSON shows better. */
const MOST_FIELDS = 24;
/** Named fields within named fields are JSON. */
const DEEPEST = 1;

/**
 * @param {unknown} value the inputs or the outputs of a run
 * @param {{role: "user" | "assistant", isRetriever?: boolean}} about
 * @returns {Shape}
 */
export function shapeOf(value, about) {
  return shape(value, about, 0);
}

/**
 * What a run gave; messages that it was given and gave back, as LangGraph's nodes do, stand apart as `repeated`.
 * @param {{inputs?: unknown, outputs?: unknown, run_type?: string}} run
 * @returns {Shape}
 */
export function outputShape({ inputs, outputs, run_type }) {
  const found = shapeOf(outputs, { role: "assistant", isRetriever: run_type === "retriever" });
  if (found.kind !== "messages") return found;
  const given = messagesIn(inputs)?.messages ?? [];
  const gave = messagesIn(outputs, "assistant")?.messages ?? [];
  const count = repeatedIn(given, gave);
  return count && count < gave.length
    ? { ...found, messages: joined(gave.slice(count)), repeated: joined(gave.slice(0, count)) }
    : found;
}

/** @param {unknown} value @param {{role: "user" | "assistant", isRetriever?: boolean}} about @param {number} depth @returns {Shape} */
function shape(value, about, depth) {
  if (!hasContent(value)) return { kind: "empty" };
  if (typeof value === "string") return written(value);
  const found = documentsIn(value, about.isRetriever && about.role === "assistant");
  if (found) return { kind: "documents", ...found };
  const said = messagesIn(value, about.role);
  if (said) return { kind: "messages", messages: joined(said.messages), repeated: [], ...offered(said.rest) };
  if (isObject(value) && depth < DEEPEST) return fieldsOf(value, about, depth);
  return { kind: "json", value };
}

/** A text that writes an object is shown as that. @param {string} text @returns {Shape} */
function written(text) {
  const value = structureIn(text);
  return hasContent(value) ? { kind: "json", value } : { kind: "text", text };
}

/** @param {Record<string, unknown>} value @param {{role: "user" | "assistant"}} about @param {number} depth @returns {Shape} */
function fieldsOf(value, about, depth) {
  const entries = Object.entries(value);
  if (entries.length > MOST_FIELDS) return { kind: "json", value };
  if (entries.length === 1 && WORDLESS.has(entries[0][0])) return shape(entries[0][1], about, depth);
  const fields = entries.map(([name, one]) => ({
    name,
    shape: isPlain(one) ? plain(one) : shape(one, about, depth + 1),
  }));
  return { kind: "fields", fields };
}

/** The names that SDKs put around a value which has none. */
const WORDLESS = new Set(["output", "input", "result", "return_value", "value"]);

/** @param {unknown} value */
const isPlain = (value) => typeof value !== "object" && typeof value !== "string";

/** @param {unknown} value @returns {Shape} */
const plain = (value) => ({ kind: "json", value });

/** @param {Record<string, unknown>} rest */
function offered(rest) {
  const { tools, functions, ...others } = rest;
  const list = Array.isArray(tools) ? tools : Array.isArray(functions) ? functions : [];
  const offers = list.flatMap(offerOf);
  const isWhole = offers.length === list.length;
  return { tools: isWhole ? offers : [], rest: isWhole ? others : rest };
}

/** @param {any} tool @returns {ToolOffer[]} */
function offerOf(tool) {
  if (!isObject(tool)) return [];
  if (Array.isArray(tool.functionDeclarations)) return tool.functionDeclarations.flatMap(offerOf);
  const within = [tool.function, tool.toolSpec, tool.custom].find(isObject) ?? tool;
  const name = typeof within.name === "string" ? within.name : typeof tool.type === "string" ? tool.type : "";
  const schema = within.parameters ?? within.input_schema ?? within.inputSchema ?? null;
  return name ? [{ name, purpose: typeof within.description === "string" ? within.description : "", schema }] : [];
}

/**
 * The shape as plain text, as one would paste it into a mail.
 * @param {Shape} one
 * @returns {string}
 */
export function textOfShape(one) {
  if (one.kind === "empty") return "";
  if (one.kind === "text") return one.text;
  if (one.kind === "messages") return textOfMessages([...one.repeated, ...one.messages]);
  if (one.kind === "documents") return textOfDocuments(one.documents);
  if (one.kind === "json") return textOf(one.value);
  return one.fields.map((field) => `${field.name}:\n${textOfShape(field.shape)}`).join("\n\n");
}

/** @typedef {{name: string, url: string, mime: string, bytes: number | null, medium: import("./message_media.js").Medium}} Attachment */

/**
 * The attachments of a run, as v1 names them (`s3_urls`), or v2 and the page's own answers (`attachments`).
 * @param {any} run
 * @param {(name: string) => string | undefined} [urlOf] where the page has it, instead of what the run says
 * @returns {Attachment[]}
 */
export function attachmentsOf(run, urlOf) {
  const old = isObject(run?.s3_urls) ? Object.entries(run.s3_urls) : [];
  const named = old.filter(([name]) => name.startsWith("attachment.")).map(([name, one]) => [name.slice(11), one]);
  const later = isObject(run?.attachments) ? Object.entries(run.attachments) : [];
  return [...named, ...later].map(([name, one]) => attachment(name, one, urlOf?.(name)));
}

/** @param {string} name @param {any} said @param {string} [known] @returns {Attachment} */
function attachment(name, said, known) {
  const url = known ?? (typeof said === "string" ? said : (said?.url ?? said?.presigned_url));
  const mime = typeof said?.mime_type === "string" ? said.mime_type : "";
  const bytes = typeof said?.bytes === "number" ? said.bytes : null;
  return { name, url: typeof url === "string" ? url : "", mime, bytes, medium: mediumByMime(mime) ?? "file" };
}
