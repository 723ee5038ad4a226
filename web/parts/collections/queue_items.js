import { html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { when } from "../when.js";

/** @typedef {import("../../model/collections.js").QueuedRun} QueuedRun */

/** @type {Record<string, {sign: string, word: string}>} */
const STATES = {
  gone: { sign: "dash", word: "gone" },
  done: { sign: "check-circle-fill", word: "done" },
  error: { sign: "x-circle-fill", word: "waits, failed" },
  waiting: { sign: "dot-fill", word: "waits" },
};

/** @param {QueuedRun} item */
const stateOf = (item) =>
  item.done_ms !== null ? "done" : item.goneBecause ? "gone" : item.status === "error" ? "error" : "waiting";

/**
 * The runs of a queue, one a row, the chosen one marked.
 * @param {QueuedRun[]} items
 * @param {{chosen: string, now_ms: number, addressOf: (item: QueuedRun) => string, more: (() => void) | null}} shown
 */
export const queueItems = (items, { chosen, now_ms, addressOf, more }) =>
  html`<ol class="queue-items" aria-label="Runs in the queue">
      ${items.map((item) => row(item, { isChosen: item.id === chosen, now_ms, href: addressOf(item) }))}
    </ol>
    ${more ? html`<button class="button slim queue-more" @click=${more}>More</button>` : nothing}`;

/** @param {QueuedRun} item @param {{isChosen: boolean, now_ms: number, href: string}} shown */
const row = (item, { isChosen, now_ms, href }) => {
  const state = stateOf(item);
  const { sign, word } = STATES[state];
  return html`<li>
    <a class="queue-item" data-state=${state} href=${href} aria-current=${isChosen ? "true" : nothing}>
      <span class="queue-state" title=${word}>${icon(sign, word)}</span>
      ${item.goneBecause ? nothing : kindIcon(item.type)}
      <span class="queue-item-said">
        <span class="row"
          ><span class="cut queue-item-name">${item.name}</span><span class="spread"></span
          ><span class="faint small queue-item-when">${when(item.done_ms ?? item.added_ms, now_ms)}</span></span
        >
        ${item.input ? html`<span class="cut muted small">${item.input}</span>` : nothing}
      </span>
    </a>
  </li>`;
};
