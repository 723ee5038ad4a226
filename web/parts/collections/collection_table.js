import { exactCount, timeOf } from "../../model/format.js";
import { progressWords } from "../../model/collections.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { when } from "../when.js";

/** @typedef {import("../../ask/collections.js").ListedQueue} ListedQueue */
/** @typedef {import("../../ask/collections.js").Dataset} Dataset */
/** @typedef {import("../../ask/collections.js").Collection} Collection */

/**
 * @typedef {object} Shown
 * @property {(one: Collection) => string} addressOf
 * @property {number} now_ms
 * @property {{edit: (one: any) => void, remove: (one: Collection) => void} | null} deeds
 */

/** Every queue: how far it is reviewed. @param {ListedQueue[]} queues @param {Shown} shown */
export const queueTable = (queues, shown) =>
  table(
    "Queue",
    [
      ["Waiting", (one) => html`<td data-label="Waiting" class="number">${exactCount(one.total_runs)}</td>`, "number"],
      ["Done", (one) => html`<td data-label="Done" class="number">${exactCount(one.completed_runs)}</td>`, "number"],
      ["Progress", (one) => html`<td data-label="Progress">${progress(one.total_runs, one.completed_runs)}</td>`, ""],
    ],
    queues,
    shown,
  );

/** Every dataset. @param {Dataset[]} datasets @param {Shown} shown */
export const datasetTable = (datasets, shown) =>
  table(
    "Dataset",
    [
      [
        "Examples",
        (one) => html`<td data-label="Examples" class="number">${exactCount(one.example_count)}</td>`,
        "number",
      ],
    ],
    datasets,
    shown,
  );

/**
 * How far a queue is reviewed, as a bar; its words stand beside it, or are its label.
 * @param {number} waiting
 * @param {number} done
 */
export const progress = (waiting, done) =>
  waiting + done
    ? html`<progress
        class="queue-progress"
        max=${waiting + done}
        .value=${done}
        aria-label=${progressWords(waiting, done)}
        title=${progressWords(waiting, done)}
      ></progress>`
    : html`<span class="faint">empty</span>`;

/**
 * @template {Collection & {created_at: string, description: string | null, rubric_instructions?: string | null}} T
 * @param {string} what
 * @param {[string, (one: T) => unknown, string][]} columns between the name and when it was made
 * @param {T[]} all
 * @param {Shown} shown
 */
const table = (what, columns, all, { addressOf, now_ms, deeds }) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table collection-table">
      <thead>
        <tr>
          <th scope="col">${what}</th>
          ${columns.map(([word, , look]) => html`<th scope="col" class=${look}>${word}</th>`)}
          <th scope="col">Created</th>
          ${deeds ? html`<th scope="col"><span class="visually-hidden">Deeds</span></th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${all.map(
          (one) =>
            html`<tr>
              <td data-label=${what} class="collection-name">
                <div>
                  <a href=${addressOf(one)}><b>${one.name}</b></a>
                  ${about(one)}
                </div>
              </td>
              ${columns.map(([, cell]) => cell(one))}
              <td data-label="Created">${when(timeOf(one.created_at), now_ms)}</td>
              ${deeds ? html`<td class="settings-actions">${buttons(one, deeds)}</td>` : nothing}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** @param {{description: string | null, rubric_instructions?: string | null}} one */
const about = ({ description, rubric_instructions }) => {
  const text = description || rubric_instructions;
  return text ? html`<span class="muted small cut" title=${text}>${text}</span>` : nothing;
};

/** @param {Collection} one @param {NonNullable<Shown["deeds"]>} deeds */
const buttons = (one, { edit, remove }) =>
  html`<button class="button quiet slim only-icon" aria-label="Edit ${one.name}" title="Edit" @click=${() => edit(one)}>
      ${icon("pencil")}</button
    ><button
      class="button quiet slim only-icon"
      aria-label="Delete ${one.name}"
      title="Delete"
      @click=${() => remove(one)}
    >
      ${icon("trash")}
    </button>`;
