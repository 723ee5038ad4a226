/**
 * The filter language as text: its tokens for colours, what is wrong and where, and what may be typed at the caret.
 * The server's parser has the last word; this one knows enough to point while somebody types.
 */

import { CALLS, CALL_NAMES, CHIP_FIELDS, FIELDS } from "./filter_fields.js";

/** @typedef {"call" | "field" | "string" | "number" | "word" | "mark" | "space" | "wrong"} TokenKind */
/** @typedef {{kind: TokenKind, text: string, from: number, to: number}} Token */
/** @typedef {{message: string, from: number, to: number}} Wrong */
/** @typedef {{call: string, args: Node[], from: number, to: number} | {value: unknown, from: number, to: number}
 *   | {field: string, from: number, to: number} | {list: Node[], from: number, to: number}} Node */

const WORDS = new Set(["true", "false", "null"]);
const TOKEN = /\s+|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_][\w.]*|[(),[\]]|./gs;

/**
 * All of a text in tokens, nothing left out.
 * @param {string} text
 * @returns {Token[]}
 */
export function tokensOf(text) {
  return [...text.matchAll(TOKEN)].map((match) => {
    const from = match.index;
    return {
      kind: kindOf(match[0], text.slice(from + match[0].length)),
      text: match[0],
      from,
      to: from + match[0].length,
    };
  });
}

/** @param {string} word @param {string} rest @returns {TokenKind} */
function kindOf(word, rest) {
  if (/^\s/.test(word)) return "space";
  if (/^["']/.test(word)) return word.length > 1 && word.at(-1) === word[0] ? "string" : "wrong";
  if (/^-?\d/.test(word)) return "number";
  if (/^[(),[\]]$/.test(word)) return "mark";
  if (/^[A-Za-z_]/.test(word)) {
    if (/^\s*\(/.test(rest)) return "call";
    return WORDS.has(word.toLowerCase()) ? "word" : "field";
  }
  return "wrong";
}

class Unreadable extends Error {
  /** @param {string} message @param {number} from @param {number} to */
  constructor(message, from, to) {
    super(message);
    this.from = from;
    this.to = to;
  }
}

/**
 * What a text says.
 * @param {string} text
 * @returns {{tree: Node | null, wrong: Wrong | null}} both null for a text without words
 */
export function parsed(text) {
  const tokens = tokensOf(text).filter((one) => one.kind !== "space");
  if (!tokens.length) return { tree: null, wrong: null };
  try {
    const reading = { tokens, at: 0, end: text.length };
    const tree = condition(reading);
    const extra = tokens[reading.at];
    if (extra) throw new Unreadable(`the filter ends before this; join conditions by and(…, …)`, extra.from, extra.to);
    return { tree, wrong: null };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { tree: null, wrong: { message: error.message, from: error.from, to: error.to } };
  }
}

/** @typedef {{tokens: Token[], at: number, end: number}} Reading */

/** @param {Reading} reading @param {string} wanted @returns {Token} */
function next(reading, wanted) {
  const token = reading.tokens[reading.at++];
  if (!token) throw new Unreadable(`it ends where ${wanted} is expected`, reading.end, reading.end + 1);
  if (token.kind === "wrong") {
    const isOpen = /^["']/.test(token.text);
    throw new Unreadable(
      isOpen ? "this quote is not closed" : `${token.text} means nothing here`,
      token.from,
      token.to,
    );
  }
  return token;
}

/** @param {Reading} reading @returns {Node} */
function condition(reading) {
  const token = next(reading, "a condition");
  const name = token.text.toLowerCase();
  if (token.kind !== "call")
    throw new Unreadable('expected a condition, like eq(status, "error")', token.from, token.to);
  if (!CALL_NAMES.has(name)) {
    throw new Unreadable(`there is no ${token.text}(…)${nearest(name, CALL_NAMES)}`, token.from, token.to);
  }
  next(reading, "(");
  const isJoin = name === "and" || name === "or" || name === "not";
  const args = list(reading, ")", isJoin ? condition : argument);
  return { call: name, args, from: token.from, to: reading.tokens[reading.at - 1].to };
}

/** @param {Reading} reading @param {string} close @param {(reading: Reading) => Node} one @returns {Node[]} */
function list(reading, close, one) {
  /** @type {Node[]} */
  const found = [];
  if (reading.tokens[reading.at]?.text === close) return (reading.at++, found);
  for (;;) {
    found.push(one(reading));
    const token = next(reading, `, or ${close}`);
    if (token.text === close) return found;
    if (token.text !== ",") {
      const hint = /^[a-z]/i.test(token.text) ? '; durations, dates and ids go in quotes, like "5s"' : "";
      throw new Unreadable(`expected , or ${close}, found ${token.text}${hint}`, token.from, token.to);
    }
  }
}

/** @param {Reading} reading @returns {Node} */
function argument(reading) {
  const token = next(reading, "a field or a value");
  const { from, to } = token;
  if (token.text === "[") {
    const items = list(reading, "]", argument);
    return { list: items, from, to: reading.tokens[reading.at - 1].to };
  }
  if (token.kind === "string") return { value: unquoted(token.text), from, to };
  if (token.kind === "number") return { value: Number(token.text), from, to };
  if (token.kind === "word")
    return { value: { true: true, false: false, null: null }[token.text.toLowerCase()], from, to };
  if (token.kind === "field") {
    if (FIELDS.has(token.text)) return { field: token.text, from, to };
    throw new Unreadable(`there is no field ${token.text}${nearest(token.text, FIELDS.keys())}`, from, to);
  }
  throw new Unreadable(`expected a field or a value, found ${token.text}`, from, to);
}

/** @param {string} quoted */
function unquoted(quoted) {
  /** @type {Record<string, string>} */
  const known = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
  return quoted
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, one) =>
      one.length === 5 ? String.fromCharCode(Number.parseInt(one.slice(1), 16)) : (known[one] ?? one),
    );
}

/** A value as a filter writes it. @param {unknown} value */
export const quoted = (value) => JSON.stringify(value);

/** "; did you mean status?", where a name is near. @param {string} name @param {Iterable<string>} known */
function nearest(name, known) {
  const found = [...known].map((one) => ({ one, far: distance(name, one) })).sort((a, b) => a.far - b.far)[0];
  return found && found.far <= Math.max(1, name.length / 3) ? `; did you mean ${found.one}?` : "";
}

/** How many letters differ (Levenshtein). @param {string} one @param {string} other */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      const swap = above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, swap));
    }
  }
  return row[other.length];
}

/**
 * Where the server says that a filter cannot be read: "filter, character 14: expected …", counted from 1.
 * @param {string} message
 * @param {number} offset characters of what was put before the text that is shown
 * @param {string} text what is shown
 * @returns {Wrong | null} null where the message points nowhere into the text
 */
export function pointed(message, offset, text) {
  const match = /^\w*filter, character (\d+): ([^\n]*)/.exec(message);
  if (!match) return null;
  const from = Number(match[1]) - 1 - offset;
  if (from < 0 || from > text.length) return null;
  const token = tokensOf(text).find((one) => one.from <= from && from < one.to);
  return { message: match[2], from, to: token?.to ?? from + 1 };
}

/**
 * What may stand at the caret.
 * @typedef {object} Place
 * @property {"call" | "field" | "value" | "nothing"} wants
 * @property {number} from where what is typed begins
 * @property {number} to
 * @property {string} typed
 * @property {string | null} field of which a value is wanted
 * @property {string | null} key the metadata key that stands beside, where there is one
 * @property {string} call whose argument it is
 */

/** @param {string} text @param {number} caret @returns {Place} */
export function placeAt(text, caret) {
  const tokens = tokensOf(text.slice(0, caret));
  const last = tokens.at(-1);
  const isTyping = last !== undefined && last.kind !== "space" && !/^[(),[\]]$/.test(last.text);
  const before = (isTyping ? tokens.slice(0, -1) : tokens).filter((one) => one.kind !== "space");
  const typed = isTyping ? last.text : "";
  const around = enclosing(before);
  return { ...around, from: caret - typed.length, to: caret, typed, key: keyBeside(before) };
}

/** The call that is open at the end of some tokens. @param {Token[]} tokens @returns {{wants: Place["wants"], field: string | null, call: string}} */
function enclosing(tokens) {
  let depth = 0;
  let commas = 0;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const { text } = tokens[at];
    if (text === ")" || text === "]") depth++;
    else if (text === "[" && depth === 0) commas = 0;
    else if (text === "[" || (text === "(" && depth > 0)) depth--;
    else if (text === "," && depth === 0) commas++;
    else if (text === "(") return wanted(tokens, at, commas);
  }
  return { wants: tokens.length ? "nothing" : "call", field: null, call: "" };
}

/** @param {Token[]} tokens @param {number} open @param {number} commas */
function wanted(tokens, open, commas) {
  const call = tokens[open - 1]?.text.toLowerCase() ?? "";
  const isJoin = call === "and" || call === "or" || call === "not";
  const field = tokens[open + 1]?.kind === "field" ? tokens[open + 1].text : null;
  const wants = isJoin ? "call" : commas === 0 ? "field" : "value";
  return { wants: /** @type {Place["wants"]} */ (wants), field: commas ? field : null, call };
}

/** The last metadata or feedback key that was said. @param {Token[]} tokens */
function keyBeside(tokens) {
  for (let at = tokens.length - 3; at >= 0; at--) {
    if (/_key$/.test(tokens[at].text) && tokens[at + 2]?.kind === "string")
      return String(unquoted(tokens[at + 2].text));
  }
  return null;
}

/**
 * @typedef {object} Offer
 * @property {string} word what the list shows
 * @property {string} [hint]
 * @property {string} text what is put into the filter
 * @property {number} caret where the caret goes, in the text that is put in
 */

/**
 * What to offer at the caret, the likeliest first.
 * @param {Place} place
 * @param {(field: string, key: string | null) => {value: unknown, count?: number}[]} valuesOf
 * @returns {Offer[]}
 */
export function offersAt(place, valuesOf) {
  const typed = place.typed.replace(/^["']/, "").toLowerCase();
  if (place.wants === "call") {
    return fitting(CALLS, typed, (one) => one.id).map((one) => ({
      word: one.id,
      hint: one.word,
      text: `${one.id}(`,
      caret: one.id.length + 1,
    }));
  }
  if (place.wants === "field") {
    const fields = [...CHIP_FIELDS, ...[...FIELDS.values()].filter((one) => !CHIP_FIELDS.includes(one))];
    return fitting(
      fields.filter((one) => takes(place.call, one.id)),
      typed,
      (one) => one.id,
    ).map((one) => ({
      word: one.id,
      hint: one.word === one.id ? one.hint : one.word,
      text: `${one.id}, `,
      caret: one.id.length + 2,
    }));
  }
  if (place.wants !== "value" || !place.field) return [];
  return fitting(valuesOf(place.field, place.key), typed, (one) => String(one.value)).map((one) => {
    const text = quoted(one.value);
    return {
      word: String(one.value),
      hint: one.count === undefined ? undefined : `${one.count} ×`,
      text,
      caret: text.length,
    };
  });
}

/** `metadata` and `tags` go with has() and exists(); parts of entries with the rest. @param {string} call @param {string} field */
function takes(call, field) {
  if (field === "feedback") return false;
  if (call === "has" || call === "exists") return field === "tags" || field === "metadata";
  return field !== "metadata";
}

/** Those that begin with what was typed, then those that have it. @template T @param {T[]} all @param {string} typed @param {(one: T) => string} nameOf @returns {T[]} */
function fitting(all, typed, nameOf) {
  const begins = all.filter((one) => nameOf(one).toLowerCase().startsWith(typed));
  const has = all.filter((one) => !begins.includes(one) && nameOf(one).toLowerCase().includes(typed));
  return [...begins, ...has].slice(0, 40);
}
