/**
 * A JSON value as rows that can be folded: only what is open has rows, so a value of megabytes costs what is shown.
 */

import { isObject, jsonOf, kindOf } from "./json_text.js";

/** @typedef {import("./json_text.js").JsonKind} JsonKind */
/**
 * @typedef {object} JsonNode
 * @property {string | number | null} key null of the value itself
 * @property {unknown} value
 * @property {JsonKind} kind
 * @property {JsonNode | null} parent
 * @property {number} depth from 0
 * @property {number} place among its siblings, from 0
 * @property {number} siblings how many there are
 * @property {number} size how many entries it has; 0 of what has none
 * @property {boolean} isOpen
 * @property {JsonNode[] | null} children made when it is first opened
 */

/** Values nest no deeper than a page can show; below that they are text. */
const DEEPEST = 200;
/** Rows that are open at first, about. */
const FIRST_ROWS = 60;

export class JsonTree {
  /** @param {unknown} value @param {number} [firstRows] how many rows may be open at first */
  constructor(value, firstRows = FIRST_ROWS) {
    this.root = node(null, value, null, 0, 1);
    this.#openFirst(firstRows);
  }

  /** The rows that are shown now, in order; the value itself has one only where it holds nothing. @returns {JsonNode[]} */
  rows() {
    if (!this.root.size) return [this.root];
    /** @type {JsonNode[]} */
    const rows = [];
    const stack = [...childrenOf(this.root)].reverse();
    for (let one = stack.pop(); one; one = stack.pop()) {
      rows.push(one);
      const inside = one.isOpen ? childrenOf(one) : [];
      for (let at = inside.length - 1; at >= 0; at--) stack.push(inside[at]);
    }
    return rows;
  }

  /** @param {JsonNode} one @param {boolean} [isOpen] else the other way than it is */
  fold(one, isOpen = !one.isOpen) {
    one.isOpen = isOpen && one.size > 0;
  }

  /** Open all that is not deeper, fold the rest; 0 folds all, Infinity opens all. @param {number} depth */
  foldToDepth(depth) {
    const stack = [this.root];
    for (let one = stack.pop(); one; one = stack.pop()) {
      one.isOpen = one === this.root || (one.size > 0 && one.depth <= depth);
      if (one.isOpen || one.children) for (const child of childrenOf(one)) if (child.size) stack.push(child);
    }
  }

  /** The nodes whose key or value has the words, in order, whether shown or not. @param {string} words @param {number} [most] @returns {JsonNode[]} */
  search(words, most = 10_000) {
    const wanted = words.toLowerCase();
    if (!wanted) return [];
    /** @type {JsonNode[]} */
    const found = [];
    const stack = [this.root];
    for (let one = stack.pop(); one && found.length < most; one = stack.pop()) {
      if (one !== this.root || !one.size) if (hasWords(one, wanted)) found.push(one);
      const inside = one.size ? childrenOf(one) : [];
      for (let at = inside.length - 1; at >= 0; at--) stack.push(inside[at]);
    }
    return found;
  }

  /** Open all around a node, so that it has a row. @param {JsonNode} one */
  reveal(one) {
    for (let above = one.parent; above; above = above.parent) above.isOpen = true;
  }

  /** A few rows are open at first: level by level, as long as they are not too many. @param {number} most */
  #openFirst(most) {
    this.root.isOpen = true;
    let shown = this.root.size;
    let level = shown <= most ? childrenOf(this.root) : [];
    while (level.length) {
      const next = [];
      for (const one of level) {
        if (!one.size || shown + one.size > most) continue;
        one.isOpen = true;
        shown += one.size;
        next.push(...childrenOf(one));
      }
      level = next;
    }
  }
}

/** @param {string | number | null} key @param {unknown} value @param {JsonNode | null} parent @param {number} place @param {number} siblings @returns {JsonNode} */
function node(key, value, parent, place, siblings) {
  const depth = parent ? parent.depth + 1 : 0;
  const kind = kindOf(value);
  if (depth >= DEEPEST && (kind === "list" || kind === "object")) value = jsonOf(value, 0);
  const size = depth >= DEEPEST ? 0 : sizeOf(value);
  return { key, value, kind: kindOf(value), parent, depth, place, siblings, size, isOpen: false, children: null };
}

/** @param {unknown} value */
const sizeOf = (value) => (Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0);

/** @param {JsonNode} one @returns {JsonNode[]} */
export function childrenOf(one) {
  if (!one.size) return [];
  one.children ??= Array.isArray(one.value)
    ? one.value.map((value, at) => node(at, value, one, at, one.size))
    : Object.entries(/** @type {object} */ (one.value)).map(([key, value], at) => node(key, value, one, at, one.size));
  return one.children;
}

/** @param {JsonNode} one @param {string} wanted in small letters */
function hasWords(one, wanted) {
  if (typeof one.key === "string" && one.key.toLowerCase().includes(wanted)) return true;
  return !one.size && String(one.value).toLowerCase().includes(wanted);
}

/**
 * Where a node stands, as code says it: `messages[0].content`, `["odd key"].x`.
 * @param {JsonNode} one
 * @returns {string}
 */
export function pathOf(one) {
  /** @type {string[]} */
  const steps = [];
  for (let at = /** @type {JsonNode | null} */ (one); at?.parent; at = at.parent) steps.push(stepOf(at.key));
  return steps.reverse().join("").replace(/^\./, "");
}

/** @param {string | number | null} key */
const stepOf = (key) =>
  typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

/** How much of a value its folded row tells. */
const PREVIEW_CHARS = 80;

/**
 * The beginning of what a folded node holds.
 * @param {JsonNode} one
 * @returns {string}
 */
export function previewOf(one) {
  const isList = Array.isArray(one.value);
  let said = "";
  for (const [key, value] of firstEntries(one.value)) {
    said += `${said && ", "}${isList ? "" : `${key}: `}${briefly(value, isList ? 1 : 0)}`;
    if (said.length > PREVIEW_CHARS) return `${said.slice(0, PREVIEW_CHARS)}…`;
  }
  return one.size > FIRST_ENTRIES ? `${said}, …` : said;
}

const FIRST_ENTRIES = 8;

/** @param {unknown} value @returns {[string, unknown][]} */
function firstEntries(value) {
  if (Array.isArray(value)) return value.slice(0, FIRST_ENTRIES).map((one, at) => [String(at), one]);
  return isObject(value) ? Object.entries(value).slice(0, FIRST_ENTRIES) : [];
}

/** @param {unknown} value @param {number} [depth] how far it looks into objects @returns {string} */
function briefly(value, depth = 0) {
  if (Array.isArray(value)) return value.length ? "[…]" : "[]";
  if (isObject(value)) return depth > 0 ? `{${firstWords(value)}}` : Object.keys(value).length ? "{…}" : "{}";
  return typeof value === "string" ? `"${value.slice(0, 40).replaceAll("\n", " ")}${value.length > 40 ? "…" : ""}"` : String(value); // prettier-ignore
}

/** Two of an object's entries, so that one tells a list's objects apart. @param {Record<string, unknown>} value */
const firstWords = (value) =>
  Object.entries(value)
    .slice(0, 2)
    .map(([key, one]) => `${key}: ${briefly(one)}`)
    .join(", ");
