/** JSON as text and back, for values of any size and shape: nothing here throws. */

import { parsedPython } from "./python_text.js";

/** @typedef {"object" | "list" | "text" | "number" | "true-false" | "null"} JsonKind */

/** What a value is, in a word that everyone knows. @param {unknown} value @returns {JsonKind} */
export function kindOf(value) {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "object";
  return typeof value === "string" ? "text" : typeof value === "boolean" ? "true-false" : "number";
}

/**
 * Whether it is an object with names, not a list and not null.
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The JSON text of a value, indented; a text as it is.
 * @param {unknown} value
 * @param {number} [indent]
 * @returns {string}
 */
export const textOf = (value, indent = 2) => (typeof value === "string" ? value : jsonOf(value, indent));

/**
 * The JSON text of a value; what JSON cannot say (a circle, undefined) is said in words.
 * @param {unknown} value
 * @param {number} [indent]
 * @returns {string}
 */
export function jsonOf(value, indent = 2) {
  try {
    return JSON.stringify(value, null, indent) ?? String(value);
  } catch {
    return "This value cannot be written as JSON: it holds itself, or nests too deep.";
  }
}

/** The longest text that is looked at for JSON within it. */
const LONGEST_PARSED_CHARS = 4_000_000;

/**
 * What a text says where it is the JSON of an object or a list; else the value as it is.
 * @param {unknown} value
 * @returns {unknown}
 */
export function parsedJson(value) {
  if (typeof value !== "string" || value.length > LONGEST_PARSED_CHARS || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/**
 * The object or list that a text writes, in JSON or in Python's words; else undefined.
 * @param {string} text
 * @returns {object | undefined}
 */
export function structureIn(text) {
  const json = parsedJson(text);
  return typeof json === "object" && json !== null ? json : parsedPython(text);
}

/** Whether there is anything in it: not null, no empty text, list or object. @param {unknown} value */
export function hasContent(value) {
  if (value === null || value === undefined || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
