/** What was attached to a run: pictures shown, small texts read on demand, the rest to download. */

import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { bytes, plural } from "../../model/format.js";
import { picture } from "./media.js";
import "./attached_text.js";

/** @typedef {import("../../model/payloads.js").Attachment} Attachment */

/** @typedef {((url: string) => Promise<string>) | undefined} Read */

/** `<tk-attachments .attached=${…} .read=${…}>`; `read` gives an attachment's text, without it none is offered. */
export class Attachments extends Part {
  static properties = { attached: { attribute: false }, read: { attribute: false } };

  constructor() {
    super();
    /** @type {Attachment[]} */
    this.attached = [];
    /** @type {Read} */
    this.read = undefined;
  }

  render() {
    return html`<section aria-label="Attachments">
      <div class="payload-head"><h3>${plural(this.attached.length, "attachment")}</h3></div>
      <div class="attachments">${this.attached.map((one) => card(one, this.read))}</div>
    </section>`;
  }
}

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

define("tk-attachments", Attachments);
