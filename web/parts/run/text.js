import { bytes } from "../../model/format.js";
import { hasMarkdown, markdownLexer } from "../../model/markdown.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";

/** A text is folded when it is longer than this, and by enough that folding is worth it. */
const MOST_CHARS = 6_000;
const MOST_LINES = 60;
const WORTH = 1.3;

/**
 * Known once they are loaded, so that a second text does not flash.
 * @type {{lex: (text: string) => any[], drawn: typeof import("./markdown.js").drawn} | null}
 */
let markdown = null;

/** The lexer, and what draws its tokens. */
async function loadMarkdown() {
  const [lex, { drawn }] = await Promise.all([markdownLexer(), import("./markdown.js")]);
  markdown = { lex, drawn };
}

/**
 * A text that a trace holds: markdown drawn, or as it stands with `plain`. What is long is folded.
 * `<tk-text .text=${…} .lines=${8}></tk-text>`
 */
export class TextView extends Part {
  static properties = {
    text: {},
    plain: { type: Boolean },
    lines: { type: Number },
    isWhole: { state: true },
    lexed: { state: true },
  };

  constructor() {
    super();
    this.text = "";
    this.plain = false;
    this.lines = MOST_LINES;
    this.isWhole = false;
    this.lexed = 0;
    /** @type {{of: string, tokens: any[]} | null} */
    this.kept = null;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("text") && changed.get("text") !== undefined) this.isWhole = false;
  }

  render() {
    const shown = this.isWhole ? this.text : beginning(this.text, this.lines);
    const isCut = shown.length < this.text.length;
    return html`<div class="text-body ${isCut ? "is-cut" : ""}">${this.#drawn(shown)}</div>
      ${isCut || this.isWhole ? this.#toggle() : nothing}`;
  }

  /** @param {string} shown */
  #drawn(shown) {
    if (this.plain || !hasMarkdown(shown)) return html`<p class="text-plain">${shown}</p>`;
    if (markdown) return html`<div class="md">${markdown.drawn(this.#tokens(shown, markdown.lex))}</div>`;
    loadMarkdown().then(() => this.lexed++);
    return html`<p class="text-plain">${shown}</p>`;
  }

  /** @param {string} shown @param {(text: string) => any[]} lex */
  #tokens(shown, lex) {
    if (this.kept?.of !== shown) this.kept = { of: shown, tokens: lex(shown) };
    return this.kept.tokens;
  }

  #toggle() {
    const word = this.isWhole ? "Show less" : `Show all ${bytes(this.text.length)}`;
    return html`<button class="text-more" aria-expanded=${this.isWhole} @click=${() => (this.isWhole = !this.isWhole)}>
      ${icon(this.isWhole ? "fold" : "unfold")}${word}
    </button>`;
  }
}

/**
 * The first lines of a text, or all where little would be missing.
 * @param {string} text
 * @param {number} lines
 */
function beginning(text, lines) {
  let end = 0;
  for (let line = 0; line < lines && end >= 0; line++) end = text.indexOf("\n", end + 1);
  const byLines = end < 0 ? text.length : end;
  const most = Math.min(byLines, MOST_CHARS * Math.min(1, lines / MOST_LINES + 0.1));
  return text.length > most * WORTH ? text.slice(0, most) : text;
}

define("tk-text", TextView);
