/**
 * Markdown as tokens, never as HTML: what looks like a tag stays text. The lexer is loaded when it is first needed.
 */

/** @typedef {import("marked").Token} Token */

/** Above this a text is shown as it is: nobody reads so much markdown, and a hostile one could hold up the page. */
const LONGEST_CHARS = 400_000;

/** @type {Promise<(text: string) => Token[]> | null} */
let loading = null;

/**
 * What turns a text into tokens.
 * @returns {Promise<(text: string) => Token[]>}
 */
export function markdownLexer() {
  loading ??= import("marked").then(({ Marked }) => lexerOf(new Marked({ gfm: true, breaks: true })));
  return loading;
}

/** @param {import("marked").Marked} marked */
function lexerOf(marked) {
  marked.use({ tokenizer: { html: () => undefined, tag: () => undefined } });
  return (/** @type {string} */ text) => {
    if (text.length > LONGEST_CHARS) return asIs(text);
    try {
      return marked.lexer(text);
    } catch {
      return asIs(text); // nested too deep, or a rule of the lexer that runs in circles
    }
  };
}

/** @param {string} text @returns {Token[]} */
const asIs = (text) => [/** @type {Token} */ ({ type: "html", raw: text, text, pre: true, block: true })];

/** Emphasis and code, links, tables, and what begins a line: headings, lists, quotes, rules. */
const SIGNS =
  /[*`]|~~|\](?:\(|\[|:\s)|https?:\/\/|www\.|(?:^|\W)_\S|[-:]\s*\||^\s*(?:#{1,6}\s|[-+>]\s|\d+[.)]\s|[-=]{3,}\s*$|\|)/m;

/** Whether a text has anything that markdown would show otherwise than it stands: most have nothing. @param {string} text */
export const hasMarkdown = (text) => SIGNS.test(text);

/**
 * A link's address where it may be followed: of the web, or a mail address; else null.
 * @param {unknown} href
 * @returns {string | null}
 */
export const safeHref = (href) =>
  typeof href === "string" && /^(?:https?:\/\/[^\s/\\?#]|mailto:[^\s])/i.test(href) ? href : null;

/** The host of an address of the web, or "". @param {string} address */
export const hostOf = (address) => address.match(/^https?:\/\/(?:[^/\\?#@]*@)?([^/\\?#]+)/i)?.[1].toLowerCase() ?? "";

/** A picture that the page may show by itself: given as data, of a kind that runs no script. @param {string} url */
export const isShownPicture = (url) => /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp)[;,]/i.test(url);

/**
 * Characters that a lexer leaves as HTML writes them (`&amp;`), as they are meant.
 * @param {string} text
 */
export const plainCharacters = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => CHARACTERS[name]);

/** @type {Record<string, string>} */
const CHARACTERS = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
