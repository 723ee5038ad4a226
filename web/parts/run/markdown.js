/** Markdown's tokens as templates. No token becomes markup of its own: a tag is text, a remote picture is a link. */

import { hostOf, isShownPicture, plainCharacters, safeHref } from "../../model/markdown.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../copy_button.js";

/** Quotes within quotes within lists: below this depth it is shown as it was written. */
const DEEPEST = 24;

/**
 * @param {readonly any[] | undefined} tokens of the lexer
 * @param {number} [depth]
 * @returns {unknown}
 */
export function drawn(tokens, depth = 0) {
  if (!tokens) return nothing;
  return depth > DEEPEST ? tokens.map((one) => one.raw) : tokens.map((one) => token(one, depth + 1));
}

/** @param {any} one @param {number} depth */
function token(one, depth) {
  const draw = Object.hasOwn(DRAW, one.type) ? DRAW[one.type] : undefined;
  return draw ? draw(one, depth) : asWritten(one);
}

/** @param {any} one */
const asWritten = (one) => (one.block ? html`<p class="md-raw">${one.raw}</p>` : (one.raw ?? nothing));

/** @type {Record<string, (one: any, depth: number) => unknown>} */
const DRAW = {
  space: () => nothing,
  def: asWritten,
  hr: () => html`<hr class="md-rule" />`,
  br: () => html`<br />`,
  paragraph: (one, depth) => html`<p>${drawn(one.tokens, depth)}</p>`,
  text: (one, depth) => (one.tokens ? drawn(one.tokens, depth) : plainCharacters(one.text)),
  escape: (one) => plainCharacters(one.text),
  strong: (one, depth) => html`<strong>${drawn(one.tokens, depth)}</strong>`,
  em: (one, depth) => html`<em>${drawn(one.tokens, depth)}</em>`,
  del: (one, depth) => html`<del>${drawn(one.tokens, depth)}</del>`,
  codespan: (one) => html`<code class="md-code">${plainCharacters(one.text)}</code>`,
  code: (one) => codeBlock(one.text, one.lang),
  blockquote: (one, depth) => html`<blockquote class="md-quote">${drawn(one.tokens, depth)}</blockquote>`,
  heading: (one, depth) => html`<p class="md-head" data-level=${one.depth}>${drawn(one.tokens, depth)}</p>`,
  link: (one, depth) => link(one.href, drawn(one.tokens, depth)),
  image: (one) => picture(one),
  list: (one, depth) => list(one, depth),
  table: (one, depth) => table(one, depth),
  checkbox: (one) => (one.checked ? "☑ " : "☐ "),
};

/**
 * Code as it was written, with its language and a button that copies it.
 * @param {string} code
 * @param {string} [language]
 */
export const codeBlock = (code, language = "") =>
  html`<figure class="md-block">
    <figcaption class="md-block-head">
      <span class="cut">${language.slice(0, 40) || "code"}</span><tk-copy .text=${code} label="Copy the code"></tk-copy>
    </figcaption>
    <pre class="md-pre" tabindex="0"><code>${code}</code></pre>
  </figure>`;

/** @param {string} href @param {unknown} inside */
function link(href, inside) {
  const safe = safeHref(href);
  return safe
    ? html`<a href=${safe} target="_blank" rel="noreferrer noopener" title=${safe}>${inside}</a>`
    : html`<span title="This address is not opened: ${href}">${inside}</span>`;
}

/** @param {{href: string, text: string}} one */
function picture({ href, text }) {
  if (isShownPicture(href)) return html`<img class="medium-picture" src=${href} alt=${text || "Picture"} />`;
  const host = hostOf(href);
  return link(
    href,
    html`${icon("image")} ${text || "Picture"}${host ? html` <span class="faint">(${host})</span>` : nothing}`,
  );
}

/** @param {any} one @param {number} depth */
function list(one, depth) {
  const items = one.items.map((/** @type {any} */ item) => html`<li>${drawn(item.tokens, depth)}</li>`);
  return one.ordered
    ? html`<ol class="md-list" start=${one.start || 1}>
        ${items}
      </ol>`
    : html`<ul class="md-list">
        ${items}
      </ul>`;
}

/** @param {any} one @param {number} depth */
const table = (one, depth) =>
  html`<div class="md-table-frame" tabindex="0" role="region" aria-label="Table">
    <table class="md-table">
      <thead>
        <tr>
          ${one.header.map((/** @type {any} */ cell) => html`<th data-align=${cell.align ?? "left"}>${drawn(cell.tokens, depth)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${one.rows.map(
          (/** @type {any[]} */ row) =>
            html`<tr>
              ${row.map((cell) => html`<td data-align=${cell.align ?? "left"}>${drawn(cell.tokens, depth)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
