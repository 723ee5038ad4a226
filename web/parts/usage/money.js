import { money } from "../../model/format.js";
import { awsParts, rangeWords, timesLess } from "../../model/usage.js";
import { html, nothing } from "../element.js";

/** @typedef {import("../../model/usage.js").MonthUse} MonthUse */

/**
 * What the month costs: by the plan, at LangSmith's prices with nothing included, and at AWS.
 * @param {MonthUse} use
 */
export const moneyCards = (use) =>
  html`<dl class="usage-money">
    ${amount("By your plan", use.invoice.total_usd, `LangSmith ${use.invoice.plan.name}`, use.forecast?.invoice_usd)}
    ${amount("At LangSmith's list price", use.list_price_usd, "with nothing included", use.forecast?.list_price_usd)}
    <div class="card">
      <dt>Your AWS bill for the same, about</dt>
      <dd class="usage-money-now number">${money(use.aws.usd)}</dd>
      <dd class="small muted">${timesLess(use) ? html`${timesLess(use)} less than the list price` : nothing}</dd>
      <dd class="small">
        <details>
          <summary>What AWS is paid for</summary>
          <table class="table usage-aws">
            <tbody>
              ${awsParts(use.aws).map(
                ({ word, usd }) =>
                  html`<tr>
                    <th scope="row">${word}</th>
                    <td class="number">${money(usd)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
          <p class="faint">An estimate from ${use.aws.source.replaceAll("`", "")}.</p>
        </details>
      </dd>
    </div>
  </dl>`;

/** @param {string} word @param {string} usd @param {string} hint @param {import("../../model/usage.js").UsdRange | undefined} forecast */
const amount = (word, usd, hint, forecast) =>
  html`<div class="card">
    <dt>${word}</dt>
    <dd class="usage-money-now number">${money(usd)}</dd>
    <dd class="small muted">${hint}</dd>
    ${forecast ? html`<dd class="small muted number">The whole month about ${rangeWords(forecast, money)}</dd>` : nothing}
  </div>`;
