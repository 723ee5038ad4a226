import { exactCount, money } from "../../model/format.js";
import { causeWord } from "../../model/retention.js";
import { monthWord, rowName } from "../../model/usage.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {import("../../model/usage.js").MonthUse} MonthUse */

const WORDS = { project: "Project", api_key: "API key", workspace: "Workspace" };

/**
 * Who used how much, the most first.
 * @param {import("../../model/usage.js").UseRow[]} rows
 * @param {import("../../model/usage.js").Grouping} by
 */
export const useTable = (rows, by) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table">
      <thead>
        <tr>
          <th scope="col">${WORDS[by]}</th>
          <th scope="col" class="number">Traces</th>
          <th scope="col" class="number">Upgrades</th>
          <th scope="col" class="number">At list price</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td data-label=${WORDS[by]} class=${row.name ? "" : "faint"} title=${row.id}>${rowName(row, by)}</td>
              <td data-label="Traces" class="number">${exactCount(row.traces)}</td>
              <td data-label="Upgrades" class="number">
                ${row.upgrades === null ? html`<span class="faint" title="Which key an upgrade is owed to is not known">–</span>` : exactCount(row.upgrades)}
              </td>
              <td data-label="At list price" class="number">${money(row.list_price_usd)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Which rule, queue or project it was; one that is gone is told by its id. @param {import("../../model/usage.js").CauseUse} cause */
function causeName({ cause_id, name }) {
  if (name) return html`<span class="muted" title=${cause_id ?? nothing}>“${name}”</span>`;
  return cause_id ? html`<code class="faint" title=${cause_id}>${cause_id.slice(0, 8)}</code>` : nothing;
}

/** Why traces are kept longer. @param {import("../../model/usage.js").CauseUse[]} causes */
export const causeTable = (causes) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table">
      <thead>
        <tr>
          <th scope="col">What upgraded them</th>
          <th scope="col" class="number">Upgrades</th>
          <th scope="col" class="number">At list price</th>
        </tr>
      </thead>
      <tbody>
        ${causes.map(
          (one) =>
            html`<tr>
              <td data-label="Cause">${causeWord(one.cause)} ${causeName(one)}</td>
              <td data-label="Upgrades" class="number">${exactCount(one.upgrades)}</td>
              <td data-label="At list price" class="number">${money(one.list_price_usd)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/**
 * Invoices, the newest first.
 * @param {import("../../model/usage.js").Invoice[]} invoices
 * @param {(month: string, format: "json" | "csv") => void} save
 */
export const invoiceTable = (invoices, save) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table">
      <thead>
        <tr>
          <th scope="col">Month</th>
          <th scope="col">Plan</th>
          <th scope="col" class="number">Traces</th>
          <th scope="col" class="number">Upgrades</th>
          <th scope="col" class="number">Total</th>
          <th scope="col"><span class="visually-hidden">Download</span></th>
        </tr>
      </thead>
      <tbody>
        ${invoices.map((one) => invoiceRow(one, save))}
      </tbody>
    </table>
  </div>`;

/** @param {import("../../model/usage.js").Invoice} invoice @param {(month: string, format: "json" | "csv") => void} save */
function invoiceRow({ month, is_final, plan, lines, total_usd }, save) {
  const button = (/** @type {"json" | "csv"} */ format) =>
    html`<button
      class="button quiet slim"
      aria-label="Download the invoice of ${monthWord(month)} as ${format.toUpperCase()}"
      @click=${() => save(month, format)}
    >
      ${icon("download")}${format.toUpperCase()}
    </button>`;
  return html`<tr>
    <td data-label="Month">
      ${monthWord(month)}
      ${is_final ? nothing : html`<span class="badge" title="Counts may still change until four days after its end">not final</span>`}
    </td>
    <td data-label="Plan">${plan.name}</td>
    <td data-label="Traces" class="number">${exactCount(lines[0].quantity)}</td>
    <td data-label="Upgrades" class="number">${exactCount(lines[1].quantity)}</td>
    <td data-label="Total" class="number">${total(total_usd)}</td>
    <td class="settings-actions">${button("csv")}${button("json")}</td>
  </tr>`;
}

/** To the cent, as the invoice has it. @param {string} usd */
const total = (usd) => `$${usd}`;
