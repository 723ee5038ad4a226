/** A payload as it is best read: a conversation, documents, text, named fields, JSON. */

import { hasContent, jsonOf, kindOf } from "../../model/json_text.js";
import { plural } from "../../model/format.js";
import { html, nothing } from "../element.js";
import { later } from "../later.js";
import { jsonTree } from "./json_tree.js";
import "./text.js";

/** @typedef {import("../../model/payloads.js").Shape} Shape */

const loadDocuments = later("parts/run/documents.js", () => import("./documents.js"));
const loadMessages = later("parts/run/messages.js", () => import("./messages.js"));

/** @param {Shape} one @returns {unknown} */
export function shape(one) {
  switch (one.kind) {
    case "empty":
      return html`<p class="payload-none faint">Empty</p>`;
    case "text":
      return html`<div class="payload-text"><tk-text .text=${one.text}></tk-text></div>`;
    case "messages":
      return html`${tools(one.tools)}${repeated(one.repeated)}${messages(one.messages)}${beside(one.rest)}`;
    case "documents":
      return html`${fieldsBeside(one.rest)}${documents(one.documents)}`;
    case "fields":
      return html`<dl class="payload-fields">${one.fields.map(field)}</dl>`;
    case "json":
      return jsonTree(one.value);
  }
}

/** @param {import("../../model/message.js").Message[]} said */
function messages(said) {
  loadMessages();
  return html`<tk-messages .messages=${said}></tk-messages>`;
}

/** @param {import("../../model/documents.js").FoundDocument[]} found */
function documents(found) {
  loadDocuments();
  return html`<tk-documents .found=${found}></tk-documents>`;
}

/** @param {{name: string, shape: Shape}} one */
const field = ({ name, shape: inside }) =>
  html`<div class="payload-field" data-kind=${inside.kind}>
    <dt class="mono">${name}</dt>
    <dd>${inside.kind === "json" ? jsonValue(inside.value) : shape(inside)}</dd>
  </div>`;

/** A number, true, null: as it is; a list or an object as a tree. @param {unknown} value */
const jsonValue = (value) =>
  typeof value === "object" && hasContent(value)
    ? jsonTree(value, { isBare: true })
    : html`<span class="json-value mono" data-kind=${kindOf(value)}>${jsonOf(value)}</span>`;

/** What stood beside documents: the query that found them, mostly. @param {Record<string, unknown>} rest */
const fieldsBeside = (rest) =>
  hasContent(rest)
    ? html`<dl class="payload-fields documents-beside">
        ${Object.entries(rest).map(([name, value]) => field({ name, shape: typeof value === "string" ? { kind: "text", text: value } : { kind: "json", value } }))}
      </dl>`
    : nothing;

/** What stood beside the messages: the model's parameters, mostly. @param {Record<string, unknown>} rest */
const beside = (rest) =>
  hasContent(rest)
    ? html`<details class="payload-beside">
        <summary>
          ${plural(Object.keys(rest).length, "other field")}
          <span class="faint cut mono">${Object.keys(rest).join(", ")}</span>
        </summary>
        ${jsonTree(rest, { isBare: true })}
      </details>`
    : nothing;

/** What was given and came back, folded. @param {import("../../model/message.js").Message[]} again */
const repeated = (again) =>
  again.length
    ? html`<details class="payload-beside">
        <summary>${plural(again.length, "message")} <span class="faint">as in the input</span></summary>
        ${messages(again)}
      </details>`
    : nothing;

/** The tools that the model might call. @param {import("../../model/payloads.js").ToolOffer[]} offers */
const tools = (offers) =>
  offers.length
    ? html`<details class="payload-beside">
        <summary>
          ${plural(offers.length, "tool")}
          <span class="faint cut mono">${offers.map((one) => one.name).join(", ")}</span>
        </summary>
        ${offers.map(
          (one) =>
            html`<div class="offer">
              <p><strong class="mono">${one.name}</strong> <span class="muted">${one.purpose}</span></p>
              ${hasContent(one.schema) ? jsonTree(one.schema, { isBare: true }) : nothing}
            </div>`,
        )}
      </details>`
    : nothing;
