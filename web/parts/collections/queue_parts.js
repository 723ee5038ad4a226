/** What stands around the runs of a queue: which part of it is shown, and what is said where there is none. */

import { stepFrom } from "../../model/collections.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../menu.js";
import { empty } from "../states.js";

/** @typedef {import("../../model/collections.js").QueuedRun} QueuedRun */

/** @type {["done" | null, string][]} */
const PARTS = [
  [null, "Waiting"],
  ["done", "Done"],
];

/** @type {[1 | -1, string, string][]} */
const STEPS = [
  [-1, "chevron-up", "Previous (k)"],
  [1, "chevron-down", "Next (j)"],
];

/**
 * @param {{waiting: number, done: number}} counts
 * @param {boolean} isDone whether what is done is shown
 * @param {(part: "done" | null) => void} choose
 */
export const queueParts = ({ waiting, done }, isDone, choose) =>
  html`<div class="segments" role="group" aria-label="Part of the queue">
    ${PARTS.map(
      ([part, word]) =>
        html`<button
          class="button quiet slim"
          aria-pressed=${(part === "done") === isDone}
          @click=${() => choose(part)}
        >
          ${word}<span class="number queue-count">${part ? done : waiting}</span>
        </button>`,
    )}
  </div>`;

/** @param {string} rules where rules are made */
export const noRuns = (rules) =>
  empty({
    title: "No run is in this queue yet",
    text: html`A <a href=${rules}>rule</a> puts here what it matches, the API what you choose, and the menu of a trace
      the run that is open.`,
    sign: "inbox",
  });

/** @param {string} queues where the others are */
export const allDone = (queues) =>
  empty({
    title: "Everything here is reviewed",
    text: "What comes next is shown when you open the queue again.",
    sign: "check-circle",
    action: html`<a class="button" href=${queues}>To the queues</a>`,
  });

/**
 * Where one is among the runs that are shown, and where else one can go.
 * @param {QueuedRun} item
 * @param {QueuedRun[]} items
 * @param {{step: (by: 1 | -1) => void, trace: string, deeds: import("../menu.js").MenuItem[] | null}} ways
 */
export const queueBar = (item, items, { step, trace, deeds }) =>
  html`<header class="queue-bar">
    <span class="muted small number">${items.indexOf(item) + 1} of ${items.length}</span>
    ${STEPS.map(
      ([by, sign, word]) =>
        html`<button
          class="button quiet slim only-icon"
          aria-label=${word}
          title=${word}
          ?disabled=${stepFrom(items, item.id, by) === null}
          @click=${() => step(by)}
        >
          ${icon(sign)}
        </button>`,
    )}
    <span class="spread"></span>
    ${item.addedBy ? html`<span class="faint small cut queue-by">added by ${item.addedBy}</span>` : nothing}
    ${item.goneBecause ? nothing : html`<a class="button slim queue-open" href=${trace} title="o">Open in its trace${icon("arrow-right")}</a>`}
    ${deeds ? html`<tk-menu sign="kebab-horizontal" label="More about this run" .items=${deeds}></tk-menu>` : nothing}
  </header>`;
