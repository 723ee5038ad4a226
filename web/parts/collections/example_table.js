import { lineOf, splitsOf } from "../../model/collections.js";
import { timeOf } from "../../model/format.js";
import { html, nothing } from "../element.js";
import { when } from "../when.js";

/** @typedef {import("../../model/collections.js").Example} Example */

/**
 * Examples of a dataset, one a row: what goes in, and what should come out.
 * @param {Example[]} examples
 * @param {{chosen: string, now_ms: number, addressOf: (one: Example) => string}} shown
 */
export const exampleTable = (examples, { chosen, now_ms, addressOf }) =>
  html`<table class="table example-table">
    <thead>
      <tr>
        <th scope="col" class="example-id">Example</th>
        <th scope="col">Input</th>
        <th scope="col">Output</th>
        <th scope="col" class="example-split">Split</th>
        <th scope="col" class="example-when">Created</th>
      </tr>
    </thead>
    <tbody>
      ${examples.map(
        (one) =>
          html`<tr class="example-row" data-chosen=${one.id === chosen ? "yes" : nothing}>
            <td class="example-id">
              <a class="mono" href=${addressOf(one)} aria-current=${one.id === chosen ? "true" : nothing}
                >${one.name}</a
              >
            </td>
            <td class="cut">${line(one.inputs, "user")}</td>
            <td class="cut">${line(one.outputs, "assistant")}</td>
            <td class="cut muted example-split">${splitsOf(one).join(", ")}</td>
            <td class="example-when">${when(timeOf(one.created_at), now_ms)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

/** @param {unknown} value @param {"user" | "assistant"} role */
const line = (value, role) => lineOf(value, role) || html`<span class="faint">–</span>`;
