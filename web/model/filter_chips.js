/** A filter as chips, where it is an `and` of simple comparisons; and chips as a filter. */

import { FIELDS, wordOf } from "./filter_fields.js";
import { parsed, quoted } from "./filter_text.js";

/** @typedef {import("./filter_text.js").Node} Node */

/**
 * One condition. Of metadata and feedback `key` says which; `exists` has no value.
 * @typedef {{field: string, op: string, value?: unknown, key?: string}} Chip
 */

/** @type {Record<string, string>} the other field of an entry's pair */
const ENTRIES = { metadata_key: "metadata", feedback_key: "feedback" };
/** @type {Record<string, string>} */
const PARTS = { metadata: "metadata_value", feedback: "feedback_score" };

/**
 * The chips of a text. Law: `textOf(chipsOf(text))` says what the text says.
 * @param {string} text
 * @returns {Chip[] | null} null where chips cannot say it
 */
export function chipsOf(text) {
  const { tree, wrong } = parsed(text);
  if (wrong) return null;
  if (!tree) return [];
  if (!("call" in tree)) return null;
  if (tree.call !== "and") return one(tree);
  const pair = entryOf(tree);
  if (pair) return [pair];
  const chips = tree.args.map((arg) =>
    "call" in arg ? (arg.call === "and" ? wrapped(entryOf(arg)) : one(arg)) : null,
  );
  if (chips.some((found) => found === null)) return null;
  return speakOfOne(tree.args) ? null : chips.flatMap((found) => found ?? []);
}

/** Conditions on an entry that stand side by side speak of one entry; chips, which can be taken away, would not. @param {Node[]} args */
function speakOfOne(args) {
  const families = args.map((arg) => ("call" in arg && arg.call !== "and" ? familyOf(arg) : null)).filter(Boolean);
  return new Set(families).size < families.length;
}

/** @param {Chip | null} chip */
const wrapped = (chip) => chip && [chip];

/** Which entries a condition speaks of; a key alone begins an entry of its own. @param {Node & {call: string}} node */
function familyOf(node) {
  const first = /** @type {{args: Node[]}} */ (node).args[0];
  const match =
    first !== undefined && "field" in first ? /^(metadata|feedback|input|output)_(.*)/.exec(first.field) : null;
  return match && !(match[2] === "key" && node.call === "eq") ? match[1] : null;
}

/** @param {Node & {call: string}} node @returns {Chip[] | null} */
function one(node) {
  const { args, call } = /** @type {{args: Node[], call: string}} */ (node);
  if (call === "search" && args.length === 1 && "value" in args[0])
    return [{ field: "words", op: "search", value: args[0].value }];
  const [field, value] = args;
  if (args.length !== 2 || !("field" in field) || !("value" in value)) return null;
  if (call === "exists" && field.field === "metadata")
    return [{ field: "metadata", op: "exists", key: String(value.value) }];
  if (field.field === "feedback_key" && call === "eq")
    return [{ field: "feedback", op: "exists", key: String(value.value) }];
  if (field.field === "tags") return tagChip(call, value.value);
  if (
    field.field === "metadata" ||
    !["eq", "neq", "gt", "gte", "lt", "lte", "like", "notlike", "search"].includes(call)
  ) {
    return null;
  }
  return [{ field: field.field, op: call, value: value.value }];
}

/** @param {string} call @param {unknown} value @returns {Chip[] | null} */
function tagChip(call, value) {
  if (call === "has" || call === "eq") return [{ field: "tags", op: "has", value }];
  return call === "neq" ? [{ field: "tags", op: "neq", value }] : null;
}

/** `and(eq(metadata_key, "user"), eq(metadata_value, "u1"))` is one condition. @param {Node} node @returns {Chip | null} */
function entryOf(node) {
  if (!("args" in node) || node.args.length !== 2) return null;
  const [keyed, valued] = node.args;
  if (!("args" in keyed) || !("args" in valued) || keyed.call !== "eq") return null;
  const [keyField, key] = keyed.args;
  const [valueField, value] = valued.args;
  if (!keyField || !("field" in keyField) || !key || !("value" in key)) return null;
  const entry = ENTRIES[keyField.field];
  if (
    !entry ||
    !valueField ||
    !("field" in valueField) ||
    valueField.field !== PARTS[entry] ||
    !value ||
    !("value" in value)
  ) {
    return null;
  }
  return { field: entry, op: valued.call, key: String(key.value), value: value.value };
}

/**
 * Chips as a filter.
 * @param {Chip[]} chips
 * @returns {string} empty for none
 */
export function textOf(chips) {
  const texts = chips.map(conditionOf);
  return texts.length > 1 ? `and(${texts.join(", ")})` : (texts[0] ?? "");
}

/** @param {Chip} chip */
function conditionOf({ field, op, value, key }) {
  if (field === "words") return `search(${quoted(value)})`;
  if (field === "metadata" || field === "feedback") {
    if (op === "exists")
      return field === "metadata" ? `exists(metadata, ${quoted(key)})` : `eq(feedback_key, ${quoted(key)})`;
    return `and(eq(${field}_key, ${quoted(key)}), ${op}(${PARTS[field]}, ${quoted(value)}))`;
  }
  return `${op}(${field}, ${quoted(value)})`;
}

/**
 * Conditions that must all hold, as one text; empty ones are left out.
 * @param {(string | null | undefined)[]} texts
 */
export function allOf(texts) {
  const said = texts.map((text) => text?.trim()).filter(Boolean);
  return said.length > 1 ? `and(${said.join(", ")})` : (said[0] ?? "");
}

/** A chip in words: field, comparator, value. @param {Chip} chip @returns {[string, string, string]} */
export function chipWords({ field, op, value, key }) {
  if (field === "first_token_time" && op === "neq" && value === null) return ["answer", "was", "streamed"];
  if (field === "feedback_key" && op === "like" && value === "%") return ["feedback", "is", "given"];
  const known = FIELDS.get(field);
  const name = key ?? known?.word ?? (field === "words" ? "words" : field);
  const word = field === "words" ? "contain" : wordOf(known?.kind ?? "text", op);
  if (op === "exists") return [field, "has", String(key)];
  return [name, word, value === null ? "nothing" : String(value)];
}

/**
 * What somebody typed as the value of a field, as the language has it.
 * @param {import("./filter_fields.js").Kind} kind
 * @param {string} typed
 * @returns {unknown} undefined where it is no such value
 */
export function valueOf(kind, typed) {
  const text = typed.trim();
  if (text === "null") return null;
  if (kind === "number" || kind === "money" || kind === "score") {
    const number = Number(text.replace(/^\$/, ""));
    return text && Number.isFinite(number) ? number : undefined;
  }
  if (kind === "truth") return text === "true" ? true : text === "false" ? false : undefined;
  if (kind === "duration") return /^\d+(\.\d+)?\s*(us|ms|s|m|h|d)?$/.test(text) ? durationOf(text) : undefined;
  if (kind === "time") return Number.isNaN(Date.parse(text)) ? undefined : text;
  if (kind === "entry") return entryValue(text);
  return text || undefined;
}

/** A number is seconds. @param {string} text */
const durationOf = (text) => (/\d$/.test(text) ? `${text}s` : text.replace(/\s+/g, ""));

/** A metadata value is the JSON that it is; what is none is text. @param {string} text */
function entryValue(text) {
  if (!text) return undefined;
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}
