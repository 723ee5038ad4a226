/** What owners do about usage; each answers whether something changed. */

import { removeLimit, setLimit } from "../../ask/limits.js";
import { choosePlan, invoiceText } from "../../ask/usage.js";
import { exactCount } from "../../model/format.js";
import { nounOf } from "../../model/limits.js";
import { confirmed, openDialog } from "../../parts/dialog.js";
import { html } from "../../parts/element.js";
import { say, sayError } from "../../parts/toast.js";
import "../../parts/usage/forms.js";
import "../../parts/usage/limit_form.js";

/** @typedef {import("../../model/limits.js").Limit} Limit */

const SAVED_MS = 10_000;

/** Set a limit, or change one. @param {Limit | null} limit @param {boolean} mayAll @returns {Promise<boolean>} */
export async function openLimit(limit, mayAll) {
  const saved = await openDialog({
    title: limit ? "Change the limit" : "Set a limit",
    body: (close) =>
      html`<tk-limit-form
        .limit=${limit}
        .mayAll=${mayAll}
        .save=${setLimit}
        @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
      ></tk-limit-form>`,
  });
  if (saved)
    say(`At most ${exactCount(saved.limit_value)} ${nounOf(saved.limit_type)} a month; it counts within a minute`);
  return Boolean(saved);
}

/** @param {Limit} limit @returns {Promise<boolean>} */
export async function removeSure(limit) {
  const isSure = await confirmed({
    title: "Remove the limit?",
    text: `Of ${exactCount(limit.limit_value)} ${nounOf(limit.limit_type)} a month, for ${limit.tenant_id ? "this workspace" : "the whole organization"}. Traces that were refused or left out are not sent again; refused upgrades can be tried again.`,
    word: "Remove the limit",
    isDanger: true,
  });
  if (!isSure) return false;
  try {
    await removeLimit(limit.id);
    return true;
  } catch (error) {
    sayError(error);
    return false;
  }
}

/** @param {import("../../model/usage.js").Billing} billing @returns {Promise<boolean>} */
export async function openPlan(billing) {
  const saved = await openDialog({
    title: "Choose the plan",
    body: (close) =>
      html`<tk-plan-form
        .billing=${billing}
        .save=${choosePlan}
        @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
      ></tk-plan-form>`,
  });
  if (saved) say(`This month is counted by the rates of ${saved.plan.name}`);
  return Boolean(saved);
}

/** Save an invoice as a file. @param {string} month @param {"json" | "csv"} format */
export async function saveInvoice(month, format) {
  try {
    const text = await invoiceText(month, format);
    const link = document.createElement("a");
    const type = format === "csv" ? "text/csv" : "application/json";
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = `invoice-${month}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS);
  } catch (error) {
    sayError(error);
  }
}
