/** Icons, by their Octicons name; `web/icons.txt` lists those that the site's sprite holds. */

import { html, svg } from "lit";

/** A shared link has a sprite of its own, with no icon that it never shows. */
const SPRITE = new URL("../", import.meta.url).pathname + (document.documentElement.dataset.icons ?? "icons.svg");

/**
 * One icon. With `label` it is an image of that name; without, it adds nothing for those who hear the page.
 * @param {string} name
 * @param {string} [label]
 */
export function icon(name, label) {
  return label
    ? html`<svg class="icon" role="img" aria-label=${label}>${svg`<use href="${SPRITE}#${name}" />`}</svg>`
    : html`<svg class="icon" aria-hidden="true">${svg`<use href="${SPRITE}#${name}" />`}</svg>`;
}

/** The sign of the house: the bars of a trace, kept within walls. */
export const mark = () => html`
  <svg viewBox="0 0 24 24" aria-hidden="true" fill="none">
    <path
      d="M3 3.6h3.4v2.6h3.3V3.6h4.6v2.6h3.3V3.6H21v15.2a2.6 2.6 0 0 1-2.6 2.6H5.6A2.6 2.6 0 0 1 3 18.8Z"
      fill="var(--accent-fill)"
    />
    <g stroke="light-dark(#fff, #06201c)" stroke-width="1.9" stroke-linecap="round">
      <path d="M6.9 10.2h7.4" />
      <path d="M9.4 13.7h7.4" opacity=".82" />
      <path d="M12 17.2h4.2" opacity=".64" />
    </g>
  </svg>
`;

/** What each kind of run is drawn with. */
const KIND_ICONS = new Map([
  ["llm", "sparkles-fill"],
  ["tool", "tools"],
  ["retriever", "database"],
  ["chain", "workflow"],
  ["prompt", "quote"],
  ["embedding", "hash"],
  ["parser", "code-square"],
]);

/**
 * The sign of a kind of run, in its colour.
 * @param {string} kind
 */
export const kindIcon = (kind) =>
  html`<span class="kind" data-kind=${kind}>${icon(KIND_ICONS.get(kind) ?? "dot-fill")}</span>`;
