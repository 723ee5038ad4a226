/** A payload as it is best read: a conversation, documents, text, named fields, JSON. */

import { hasContent } from "../../model/json_text.js";
import { plural } from "../../model/format.js";
import { html, nothing } from "../element.js";
import { documents } from "./documents.js";
import "./json.js";
import "./messages.js";
import "./text.js";

/** @typedef {import("../../model/payloads.js").Shape} Shape */

/** @param {Shape} one @returns {unknown} */
export function shape(one) {
  switch (one.kind) {
    case "empty":
      return html`<p class="payload-none faint">Empty</p>`;
    case "text":
      return html`<div class="payload-text"><tk-text .text=${one.text}></tk-text></div>`;
    case "messages":
      return html`${tools(one.tools)}<tk-messages .messages=${one.messages}></tk-messages>${beside(one.rest)}`;
    case "documents":
      return html`${documents(one.documents)}${beside(one.rest)}`;
    case "fields":
      return html`<dl class="payload-fields">${one.fields.map(field)}</dl>`;
    case "json":
      return html`<tk-json .value=${one.value}></tk-json>`;
  }
}

/** @param {{name: string, shape: Shape}} one */
const field = ({ name, shape: inside }) =>
  html`<div class="payload-field" data-kind=${inside.kind}>
    <dt class="mono">${name}</dt>
    <dd>${inside.kind === "json" ? html`<tk-json .value=${inside.value} bare></tk-json>` : shape(inside)}</dd>
  </div>`;

/** What stood beside the messages: the model's parameters, mostly. @param {Record<string, unknown>} rest */
const beside = (rest) =>
  hasContent(rest)
    ? html`<details class="payload-beside">
        <summary>
          ${plural(Object.keys(rest).length, "other field")}
          <span class="faint cut mono">${Object.keys(rest).join(", ")}</span>
        </summary>
        <tk-json .value=${rest} bare></tk-json>
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
              ${hasContent(one.schema) ? html`<tk-json .value=${one.schema} bare></tk-json>` : nothing}
            </div>`,
        )}
      </details>`
    : nothing;
