/** What was attached to a run: pictures shown, small texts read on demand, the rest to download. */

import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { bytes, plural } from "../../model/format.js";
import { picture } from "./media.js";
import "./attached_text.js";

/** @typedef {import("../../model/payloads.js").Attachment} Attachment */

/** @typedef {((url: string) => Promise<string>) | undefined} Read */

/** @param {Attachment[]} attached @param {Read} read what gives an attachment's text; without it none is offered */
export const attachments = (attached, read) =>
  attached.length
    ? html`<section aria-label="Attachments">
        <div class="payload-head"><h3>${plural(attached.length, "attachment")}</h3></div>
        <div class="attachments">${attached.map((one) => card(one, read))}</div>
      </section>`
    : nothing;

/** Types that the browser shows without running anything. */
const SHOWN = /^image\/(?:png|jpe?g|gif|webp|avif|bmp)$/i;
const READ = /^(?:text\/|application\/(?:json|x-ndjson|xml|yaml|x-yaml))/i;

/** @param {Attachment} one @param {Read} read */
const card = (one, read) =>
  html`<figure class="attachment">
    ${SHOWN.test(one.mime) && one.url ? picture(one.url, one.name) : nothing}
    <figcaption class="attachment-line">
      ${icon("paperclip")}<strong class="cut">${one.name}</strong
      ><span class="faint small number"
        >${one.mime || "unknown type"}${one.bytes === null ? nothing : ` · ${bytes(one.bytes)}`}</span
      >
      <span class="spread"></span>
      ${one.url ? html`<a class="button quiet slim" href=${one.url} download=${one.name}>${icon("download")}Download</a>` : html`<span class="faint">not here</span>`}
    </figcaption>
    ${READ.test(one.mime) && one.url && read ? html`<tk-attached-text .url=${one.url} .read=${read}></tk-attached-text>` : nothing}
  </figure>`;
