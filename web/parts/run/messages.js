import { hasContent, textOf } from "../../model/json_text.js";
import { plural } from "../../model/format.js";
import { speaker, textOfParts } from "../../model/message_text.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { medium } from "./media.js";
import "../copy_button.js";
import { jsonTree } from "./json_tree.js";
import "./text.js";

/** @typedef {import("../../model/message.js").Message} Message */
/** @typedef {import("../../model/message_parts.js").MessagePart} MessagePart */

/** Of a longer conversation the beginning and the end are shown first. */
const FIRST = 2;
const LAST = 30;
/** A system prompt is known; its beginning says which it is. */
const SYSTEM_LINES = 6;
const RESULT_LINES = 14;

/** @type {Record<Message["role"], string>} */
const SIGNS = { system: "gear", user: "person", assistant: "sparkles-fill", tool: "tools", other: "comment" };

/**
 * A conversation: `<tk-messages .messages=${messagesOf(run).input}></tk-messages>`. Roles are words; a call stands
 * with its result; a part that nobody knows is JSON.
 */
export class Messages extends Part {
  static properties = { messages: { attribute: false }, label: {}, isWhole: { state: true } };

  constructor() {
    super();
    /** @type {Message[]} */
    this.messages = [];
    this.label = "Messages";
    this.isWhole = false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("messages") && changed.get("messages") !== undefined) this.isWhole = false;
  }

  render() {
    const hidden = this.isWhole ? 0 : Math.max(0, this.messages.length - FIRST - LAST);
    const [first, last] =
      hidden > 3 ? [this.messages.slice(0, FIRST), this.messages.slice(FIRST + hidden)] : [this.messages, []];
    return html`<ol class="messages" aria-label=${this.label || nothing}>
      ${first.map(message)}
      ${
        last.length
          ? html`<li class="messages-more">
              <button class="button quiet slim" @click=${() => (this.isWhole = true)}>
                ${icon("unfold")}Show ${plural(hidden, "earlier message")}
              </button>
            </li>`
          : nothing
      }
      ${last.map(message)}
    </ol>`;
  }
}

/** @param {Message} one */
const message = (one) =>
  html`<li class="message" data-role=${one.role}>
    <div class="message-head">
      ${icon(SIGNS[one.role])}<span class="message-role">${speaker(one)}</span>
      ${one.name ? html`<span class="message-name cut">${one.name}</span>` : nothing}
      ${one.finish ? html`<span class="badge warn" title="Why the answer ended">${one.finish}</span>` : nothing}
      <tk-copy class="message-copy" .text=${() => textOfParts(one.parts)} label="Copy the message"></tk-copy>
    </div>
    <div class="message-body">
      ${one.parts.length ? one.parts.map((each) => part(each, one.role)) : html`<p class="faint">Nothing was said.</p>`}
    </div>
  </li>`;

/** @param {MessagePart} one @param {Message["role"]} [role] @returns {unknown} */
export function part(one, role) {
  switch (one.kind) {
    case "text":
      return html`<tk-text .text=${one.text} .lines=${linesFor(role)}></tk-text>`;
    case "refusal":
      return html`<p class="message-refusal">${icon("stop")}<strong>Refused:</strong> ${one.text}</p>`;
    case "reasoning":
      return reasoning(one);
    case "call":
      return call(one);
    case "result":
      return result(one, role !== "tool");
    case "medium":
      return medium(one);
    case "json":
      return html`${one.label ? html`<p class="message-label">${one.label}</p>` : nothing}${jsonTree(one.value, { isBare: true })}`;
  }
}

/** @param {Message["role"]} [role] */
const linesFor = (role) => (role === "system" ? SYSTEM_LINES : role === "tool" ? RESULT_LINES : 60);

/** @param {import("../../model/message_parts.js").ReasoningPart} one */
const reasoning = (one) =>
  one.isHidden || !one.text
    ? html`<p class="message-thought faint">${icon("eye")}Reasoned; the provider keeps what it thought.</p>`
    : html`<details class="message-thought" open>
        <summary>Reasoning</summary>
        <tk-text .text=${one.text} .lines=${RESULT_LINES}></tk-text>
      </details>`;

/** @param {import("../../model/message_parts.js").CallPart} one */
const call = (one) =>
  html`<div class="call" data-failed=${one.answer?.isError || one.error ? "yes" : nothing}>
    <div class="call-head">
      ${icon("tools")}<span class="call-name cut" title=${one.name}>${one.name}</span>
      ${one.error ? html`<span class="badge error">${icon("x-circle-fill")}not called</span>` : nothing}
      ${one.answer?.isError ? html`<span class="badge error">${icon("x-circle-fill")}failed</span>` : nothing}
      <span class="spread"></span>
      ${one.id ? html`<span class="call-id faint mono cut" title="The call's id">${one.id}</span>` : nothing}
      <tk-copy .text=${() => textOf(one.args)} label="Copy the arguments"></tk-copy>
    </div>
    ${one.error ? html`<p class="call-wrong">${one.error}</p>` : nothing} ${callArguments(one.args)}
    ${one.answer ? html`<div class="call-answer">${result(one.answer, false)}</div>` : nothing}
  </div>`;

/** @param {unknown} args */
function callArguments(args) {
  if (!hasContent(args)) return html`<p class="call-empty faint">No arguments</p>`;
  return typeof args === "string"
    ? html`<div class="call-args"><tk-text plain .text=${args}></tk-text></div>`
    : html`<div class="call-args">${jsonTree(args, { isBare: true })}</div>`;
}

/** @param {import("../../model/message_parts.js").ResultPart} one @param {boolean} isAlone its call is not in sight */
const result = (one, isAlone) =>
  html`<div class="call-result ${isAlone ? "call" : ""}" data-failed=${one.isError ? "yes" : nothing}>
    <p class="call-result-word">
      ${icon(one.isError ? "x-circle-fill" : "reply")}${one.isError ? "Error" : "Result"}
      ${one.name ? html`<span class="mono">${one.name}</span>` : nothing}
      ${isAlone && one.id ? html`<span class="faint mono cut">${one.id}</span>` : nothing}
    </p>
    ${one.parts.length ? one.parts.map((each) => part(each, "tool")) : html`<p class="faint">Nothing was answered.</p>`}
  </div>`;

define("tk-messages", Messages);
