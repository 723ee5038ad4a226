/** Messages as plain text: to copy, to compare, to search. */

import { textOf } from "./json_text.js";

/** @typedef {import("./message.js").Message} Message */
/** @typedef {import("./message_parts.js").MessagePart} MessagePart */

/** @type {Record<Message["role"], string>} */
const WORDS = { system: "System", user: "User", assistant: "Assistant", tool: "Tool", other: "" };

/** Who speaks, in a word. @param {Message} message */
export const speaker = (message) => WORDS[message.role] || message.label || "Message";

/** @param {Message[]} messages @returns {string} */
export const textOfMessages = (messages) =>
  messages.map((one) => `${speaker(one)}${one.name ? ` (${one.name})` : ""}:\n${textOfParts(one.parts)}`).join("\n\n");

/** @param {MessagePart[]} parts @returns {string} */
export const textOfParts = (parts) => parts.map(textOfPart).join("\n");

/** @param {MessagePart} part @returns {string} */
export function textOfPart(part) {
  switch (part.kind) {
    case "text":
    case "refusal":
      return part.text;
    case "reasoning":
      return part.isHidden ? "[reasoning, kept by the provider]" : `[reasoning] ${part.text}`;
    case "call":
      return `[call] ${part.name}(${textOf(part.args)})${part.answer ? `\n${textOfPart(part.answer)}` : ""}`;
    case "result":
      return `[${part.isError ? "error" : "result"}] ${textOfParts(part.parts)}`;
    case "medium":
      return `[${part.medium}] ${part.name || (part.url.startsWith("data:") ? part.mime : part.url)}`;
    case "json":
      return `${part.label ? `[${part.label}] ` : ""}${textOf(part.value)}`;
  }
}
