/**
 * What Python writes for a dict or a list, `{'a': 1, 'b': None}`, as the value it means. Tools that answer with
 * `str(…)` are common, and their answers are read better as a tree. What is anything else stays text.
 */

const LONGEST_CHARS = 1_000_000;
const DEEPEST = 40;
/** @type {Record<string, unknown>} */
const WORDS = { True: true, False: false, None: null };
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy;
const WORD = /(?:True|False|None)\b/y;
const SPACE = /\s*/y;
/** @type {Record<string, string>} */
const ESCAPES = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' };

class NotPython extends Error {}

/**
 * The dict or list that a text is in Python's words; undefined where it is none.
 * @param {string} text
 * @returns {object | undefined}
 */
export function parsedPython(text) {
  if (text.length > LONGEST_CHARS || !/^\s*(?:\{\s*['"\d}]|\[\s*['"\d{[(\]])/.test(text)) return undefined;
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    reader.skip(SPACE);
    return reader.at === text.length && typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof NotPython) return undefined;
    throw error;
  }
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** What a pattern finds here, and go on behind it. @param {RegExp} pattern sticky @returns {string | undefined} */
  skip(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** @param {string} sign @returns {boolean} whether it stood here */
  sign(sign) {
    this.skip(SPACE);
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  /** @param {number} depth @returns {unknown} */
  value(depth) {
    if (depth > DEEPEST) throw new NotPython();
    if (this.sign("{")) return this.#dict(depth);
    if (this.sign("[")) return this.#list("]", depth);
    if (this.sign("(")) return this.#list(")", depth);
    const quote = this.text[this.at];
    if (quote === "'" || quote === '"') return this.#string(quote);
    const number = this.skip(NUMBER);
    if (number !== undefined) return Number(number);
    const word = this.skip(WORD);
    if (word === undefined) throw new NotPython();
    return WORDS[word];
  }

  /** @param {number} depth */
  #dict(depth) {
    /** @type {[string, unknown][]} */
    const entries = [];
    while (!this.sign("}")) {
      const key = this.value(depth + 1);
      if (typeof key === "object" || !this.sign(":")) throw new NotPython();
      entries.push([String(key), this.value(depth + 1)]);
      this.#between("}");
    }
    return Object.fromEntries(entries);
  }

  /** @param {string} end @param {number} depth */
  #list(end, depth) {
    const values = [];
    while (!this.sign(end)) {
      values.push(this.value(depth + 1));
      this.#between(end);
    }
    return values;
  }

  /** @param {string} end */
  #between(end) {
    const isDone = this.sign(",") || (this.skip(SPACE), this.text[this.at] === end);
    if (!isDone) throw new NotPython();
  }

  /** @param {string} quote */
  #string(quote) {
    let said = "";
    for (this.at++; this.at < this.text.length; this.at++) {
      const letter = this.text[this.at];
      if (letter === quote) {
        this.at++;
        return said;
      }
      said += letter === "\\" ? this.#escape() : letter;
    }
    throw new NotPython();
  }

  #escape() {
    const letter = this.text[++this.at];
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (!digits) return ESCAPES[letter] ?? `\\${letter}`;
    const code = Number.parseInt(this.text.slice(this.at + 1, this.at + 1 + digits), 16);
    if (Number.isNaN(code) || code > 0x10ffff) throw new NotPython();
    this.at += digits;
    return String.fromCodePoint(code);
  }
}
