/** Pictures, sounds and files that a message or a run holds. Nothing is ever fetched from another host. */

import { bytes } from "../../model/format.js";
import { hostOf, isShownPicture, safeHref } from "../../model/markdown.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {import("../../model/message_media.js").MediumPart} MediumPart */

const WORDS = { image: "Picture", audio: "Sound", video: "Film", file: "File" };
/** @type {Record<string, string>} */
const SIGNS = { image: "image", audio: "unmute", video: "video", file: "file" };

/** @param {MediumPart} part */
export function medium(part) {
  if (part.medium === "image" && isShownPicture(part.url)) return picture(part.url, part.name);
  return html`<div class="medium">${chip(part)}</div>`;
}

/**
 * A picture, larger when it is pressed.
 * @param {string} url
 * @param {string} [name]
 */
export const picture = (url, name = "") =>
  html`<button class="medium-open" aria-label="Enlarge the picture ${name}" @click=${() => enlarge(url, name)}>
    <img class="medium-picture" src=${url} alt=${name || "Picture of the message"} />
  </button>`;

/** @param {string} url @param {string} name */
async function enlarge(url, name) {
  const { openDialog } = await import("../dialog.js");
  openDialog({
    title: name || "Picture",
    wide: true,
    body: () => html`<img class="medium-large" src=${url} alt=${name || "Picture of the message"} />`,
  });
}

/** What it is, how large, and where it lies. @param {MediumPart} part */
function chip(part) {
  const host = hostOf(part.url);
  const href = safeHref(part.url);
  const isInline = part.url.startsWith("data:");
  return html`<span class="medium-chip">
    ${icon(SIGNS[part.medium])}<strong>${WORDS[part.medium]}</strong>
    ${part.name ? html`<span class="cut">${part.name}</span>` : nothing}
    ${part.mime ? html`<span class="faint">${part.mime}</span>` : nothing}
    ${part.bytes === null ? nothing : html`<span class="faint number">${bytes(part.bytes)}</span>`}
    ${isInline ? html`<a href=${part.url} download=${part.name || part.medium}>Download</a>` : nothing}
    ${href && host ? html`<a href=${href} target="_blank" rel="noreferrer noopener" title=${href}>on ${host} ${icon("link-external")}</a>` : nothing}
    ${!href && !isInline && part.url ? html`<code class="cut">${part.url}</code>` : nothing}
  </span>`;
}
