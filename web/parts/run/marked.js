import { html } from "../element.js";

/** A text with more places than this has every place that matters marked. */
const MOST = 200;

/**
 * A text with the words that were looked for marked.
 * @param {string} text
 * @param {string} words
 * @returns {unknown}
 */
export function marked(text, words) {
  if (!words) return text;
  const [lower, wanted] = [text.toLowerCase(), words.toLowerCase()];
  if (!lower.includes(wanted) || lower.length !== text.length) return text;
  const pieces = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0 && pieces.length < MOST; at = lower.indexOf(wanted, from)) {
    pieces.push(text.slice(from, at), html`<mark class="found">${text.slice(at, at + wanted.length)}</mark>`);
    from = at + wanted.length;
  }
  return [...pieces, text.slice(from)];
}
