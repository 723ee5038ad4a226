import { exactCount, money } from "../../model/format.js";
import { ACTIONS, healthOf, selectionWords } from "../../model/rules.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { when } from "../when.js";

/** @typedef {import("../../model/rules.js").Rule} Rule */

/**
 * Every rule: what it is asked of, what it does, what that cost, and how it fares.
 * @param {Rule[]} rules
 * @param {{addressOf: (rule: Rule) => string, collectionOf: (rule: Rule, action: string) => string, now_ms: number, deeds: {toggle: (rule: Rule) => void, remove: (rule: Rule) => void} | null}} shown
 */
export const ruleTable = (rules, shown) =>
  html`<div class="card settings-scroll">
    <table class="table stacked-table rule-table">
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">Does</th>
          <th scope="col">Health</th>
          <th scope="col" class="number">Kept this month</th>
          <th scope="col" class="number">LangSmith / AWS</th>
          <th scope="col">Last acted</th>
          ${shown.deeds ? html`<th scope="col"><span class="visually-hidden">Deeds</span></th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${rules.map((rule) => row(rule, shown))}
      </tbody>
    </table>
  </div>`;

/**
 * @param {Rule} rule
 * @param {{addressOf: (rule: Rule) => string, collectionOf: (rule: Rule, action: string) => string, now_ms: number, deeds: {toggle: (rule: Rule) => void, remove: (rule: Rule) => void} | null}} shown
 */
const row = (rule, { addressOf, collectionOf, now_ms, deeds }) =>
  html`<tr class=${rule.is_enabled ? "" : "rule-off"}>
    <td data-label="Rule">
      <div class="rule-said">
        <a href=${addressOf(rule)}><b>${rule.display_name}</b></a>
        <span class="muted small"
          >${rule.session_id ? (rule.session_name ?? "a project that is gone") : "every project"}</span
        >
        <span class="rule-selection mono small cut" title=${selectionWords(rule)}>${selectionWords(rule)}</span>
      </div>
    </td>
    <td data-label="Does">${actionIcons(rule, collectionOf)}</td>
    <td data-label="Health">${health(rule, now_ms)}</td>
    <td data-label="Kept this month" class="number">
      ${rule.extends_traces ? exactCount(rule.trace_count ?? 0) : "–"}
    </td>
    <td data-label="LangSmith / AWS" class="number rule-money">
      ${rule.extends_traces ? html`<div>${money(rule.spend_usd ?? 0)}<span class="faint"> / ${money(rule.aws_spend_usd ?? 0)}</span>${capBar(rule)}</div>` : "–"}
    </td>
    <td data-label="Last acted">
      ${rule.last_applied_at ? when(Date.parse(rule.last_applied_at), now_ms) : html`<span class="faint">never</span>`}
    </td>
    ${deeds ? html`<td class="rule-deeds">${buttons(rule, deeds)}</td>` : nothing}
  </tr>`;

/** @param {Rule} rule @param {{toggle: (rule: Rule) => void, remove: (rule: Rule) => void}} deeds */
const buttons = (rule, { toggle, remove }) =>
  html`<button
      class="button quiet slim"
      role="switch"
      aria-checked=${rule.is_enabled}
      aria-label="${rule.display_name} is on"
      @click=${() => toggle(rule)}
    >
      ${rule.is_enabled ? "On" : "Off"}</button
    ><button
      class="button quiet slim only-icon"
      aria-label="Delete the rule ${rule.display_name}"
      title="Delete"
      @click=${() => remove(rule)}
    >
      ${icon("trash")}
    </button>`;

/**
 * What it does, each action with its word; those that collect lead to what they collected.
 * @param {Rule} rule
 * @param {(rule: Rule, action: string) => string} collectionOf
 */
function actionIcons(rule, collectionOf) {
  const { actions, add_to_annotation_queue_name, add_to_dataset_name, webhooks, alerts } = rule;
  /** @type {Record<string, string | null>} */
  const names = {
    queue: add_to_annotation_queue_name,
    dataset: add_to_dataset_name,
    webhooks: webhooks.map(({ url }) => url).join(", "),
    alerts: alerts.map(({ type }) => type).join(", "),
  };
  const chip = (/** @type {string} */ action) => {
    const said = html`${icon(ACTIONS[action].sign)}${ACTIONS[action].word}`;
    const address = collectionOf(rule, action);
    const title = names[action] || nothing;
    return address
      ? html`<li><a class="chip" href=${address} title=${title}>${said}</a></li>`
      : html`<li class="chip" title=${title}>${said}</li>`;
  };
  return html`<ul class="rule-actions">
    ${actions.map(chip)}
  </ul>`;
}

/** @type {Record<string, string>} */
const SIGNS = {
  ok: "check-circle",
  off: "stop",
  failing: "alert",
  capped: "meter",
  behind: "hourglass",
  backfill: "history",
};

/** How it fares, by a sign and a word. @param {Rule} rule @param {number} now_ms */
export const health = (rule, now_ms) => {
  const { state, word, hint } = healthOf(rule, now_ms);
  return html`<span class="rule-health" data-state=${state} title=${hint}>${icon(SIGNS[state])}${word}</span>`;
};

/** How far its cap is used. @param {Rule} rule */
const capBar = ({ monthly_cap_usd, spend_usd }) =>
  monthly_cap_usd === null
    ? nothing
    : html`<meter
        class="rule-cap"
        min="0"
        max=${Number(monthly_cap_usd) || 1}
        .value=${Number(spend_usd ?? 0)}
        title="${money(spend_usd ?? 0)} of its cap of ${money(monthly_cap_usd)} a month"
        aria-label="Of its cap of ${money(monthly_cap_usd)} a month"
      ></meter>`;
