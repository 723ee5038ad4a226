import { day, timeOf } from "../../model/format.js";
import { nameOf, perMillion } from "../../model/prices.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {import("../../model/prices.js").Price} Price */

/**
 * Prices, for a million tokens.
 * @param {Price[]} prices
 * @param {{edit: (price: Price) => void, remove: (price: Price) => void} | null} deeds null where nothing may be changed
 */
export const priceTable = (prices, deeds) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table price-table">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">Provider</th>
          <th scope="col" class="number">Prompt</th>
          <th scope="col" class="number">Cached</th>
          <th scope="col" class="number">Completion</th>
          <th scope="col">Other kinds</th>
          <th scope="col"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${prices.map((price) => row(price, deeds))}
      </tbody>
    </table>
  </div>`;

/** @param {Price} price @param {{edit: (price: Price) => void, remove: (price: Price) => void} | null} deeds */
const row = (price, deeds) =>
  html`<tr>
    <td data-label="Model" title=${price.match_pattern}>
      <span class="price-name">${nameOf(price)}</span
      >${price.is_own ? html` <span class="badge key-mine">yours</span>` : nothing}${since(price)}
    </td>
    <td data-label="Provider">${price.provider ?? html`<span class="faint">any</span>`}</td>
    <td class="number" data-label="Prompt">${dollars(price.prompt_cost)}</td>
    <td class="number" data-label="Cached">${dollars(price.prompt_cost_details?.cache_read)}</td>
    <td class="number" data-label="Completion">${dollars(price.completion_cost)}</td>
    <td class="faint small" data-label="Other kinds">${others(price)}</td>
    <td class="settings-actions">${deeds ? buttons(price, deeds) : nothing}</td>
  </tr>`;

/** A model has several prices where it changed over time. @param {Price} price */
function since({ start_time }) {
  const ms = timeOf(start_time);
  return ms === null
    ? nothing
    : html` <span class="faint small">since ${day(ms)} ${new Date(ms).getUTCFullYear()}</span>`;
}

/** @param {string | null | undefined} perToken */
const dollars = (perToken) => {
  const said = perMillion(perToken);
  return said
    ? `$${said.includes(".") ? said.replace(/\.(\d)$/, ".$10") : `${said}.00`}`
    : html`<span class="faint">–</span>`;
};

/** @param {Price} price */
const others = (price) =>
  [...Object.entries(price.prompt_cost_details ?? {}), ...Object.entries(price.completion_cost_details ?? {})]
    .filter(([kind]) => kind !== "cache_read")
    .map(([kind, cost], at) => html`${at ? ", " : ""}${kind.replaceAll("_", " ")} ${dollars(cost)}`);

/** @param {Price} price @param {{edit: (price: Price) => void, remove: (price: Price) => void}} deeds */
const buttons = (price, { edit, remove }) =>
  price.is_own
    ? html`<button
          class="button quiet slim only-icon"
          aria-label="Change the price of ${nameOf(price)}"
          title="Change"
          @click=${() => edit(price)}
        >
          ${icon("pencil")}
        </button>
        <button
          class="button quiet slim only-icon"
          aria-label="Delete the price of ${nameOf(price)}"
          title="Delete"
          @click=${() => remove(price)}
        >
          ${icon("trash")}
        </button>`
    : html`<button
        class="button quiet slim"
        aria-label="Set your own price of ${nameOf(price)}"
        @click=${() => edit(price)}
      >
        Set your own
      </button>`;
