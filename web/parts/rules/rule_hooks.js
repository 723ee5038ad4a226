/** The fields of a rule that tell somebody else: webhooks and alerts. */

import { html, nothing } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {{url: string, headers: [string, string][]}} Webhook */
/** @typedef {import("../../model/rules.js").Alert} Alert */

const MOST = 10;
/** @type {Record<string, string>} */
const ALERTS = { sns: "The deployment's SNS topic", pagerduty: "PagerDuty", webhook: "A webhook" };
const SEVERITIES = ["critical", "error", "warning", "info"];

/** @template T @param {T[]} list @param {number} at @param {Partial<T>} changes */
const changed = (list, at, changes) => list.map((one, other) => (other === at ? { ...one, ...changes } : one));

/** @template T @param {T[]} list @param {number} at */
const without = (list, at) => list.filter((_, other) => other !== at);

/** @param {string} word @param {() => void} press @param {boolean} isFull */
const adder = (word, press, isFull) =>
  html`<button type="button" class="button quiet slim rule-add" ?disabled=${isFull} @click=${press}>
    ${icon("plus")}${word}
  </button>`;

/** @param {string} label @param {() => void} press */
const dropper = (label, press) =>
  html`<button type="button" class="button quiet slim only-icon" aria-label=${label} title="Remove" @click=${press}>
    ${icon("x")}
  </button>`;

/**
 * @param {Webhook[]} webhooks
 * @param {string | undefined} wrong
 * @param {(now: Webhook[]) => void} change
 */
export function webhookFields(webhooks, wrong, change) {
  return html`<div class="rule-hooks" role="group" aria-label="Webhooks">
    ${webhooks.map(
      (one, at) =>
        html`<div class="rule-hook">
          <span class="row">
            <input
              class="field mono"
              type="url"
              aria-label="Address of webhook ${at + 1}"
              placeholder="https://hooks.example.com/tracekeep"
              .value=${one.url}
              aria-invalid=${wrong && !one.url.trim() ? "true" : nothing}
              @input=${(/** @type {any} */ event) => change(changed(webhooks, at, { url: event.target.value }))}
            />
            ${dropper(`Remove webhook ${at + 1}`, () => change(without(webhooks, at)))}
          </span>
          ${one.headers.map((header, of) => headerFields(header, `${at + 1}.${of + 1}`, (now) => change(changed(webhooks, at, { headers: replaced(one.headers, of, now) }))))}
          ${adder("Header", () => change(changed(webhooks, at, { headers: [...one.headers, ["", ""]] })), one.headers.length >= MOST)}
        </div>`,
    )}
    ${wrong ? html`<span class="said-wrong" role="alert">${wrong}</span>` : nothing}
    ${adder("Webhook", () => change([...webhooks, { url: "", headers: [] }]), webhooks.length >= MOST)}
    ${webhooks.length ? html`<p class="faint small">Told once for each trace: signed, within 5 seconds, tried again after 5xx. Headers are stored sealed.</p>` : nothing}
  </div>`;
}

/** @param {[string, string][]} headers @param {number} of @param {[string, string] | null} now */
const replaced = (headers, of, now) =>
  /** @type {[string, string][]} */ (headers.map((one, at) => (at === of ? now : one)).filter(Boolean));

/** @param {[string, string]} header @param {string} which @param {(now: [string, string] | null) => void} change */
const headerFields = ([name, value], which, change) =>
  html`<span class="row rule-header">
    <input
      class="field mono"
      aria-label="Name of header ${which}"
      placeholder="Authorization"
      .value=${name}
      @input=${(/** @type {any} */ event) => change([event.target.value, value])}
    />
    <input
      class="field mono"
      aria-label="Value of header ${which}"
      autocomplete="off"
      .value=${value}
      @input=${(/** @type {any} */ event) => change([name, event.target.value])}
    />
    ${dropper(`Remove header ${which}`, () => change(null))}
  </span>`;

/** @param {Alert[]} alerts @param {(now: Alert[]) => void} change */
export function alertFields(alerts, change) {
  return html`<div class="rule-hooks" role="group" aria-label="Alerts">
    ${alerts.map((one, at) => alertRow(one, at, (now) => change(now ? changed(alerts, at, now) : without(alerts, at))))}
    ${adder("Alert", () => change([...alerts, { type: "sns", summary: "", severity: "warning" }]), alerts.length >= MOST)}
  </div>`;
}

/** @param {Alert} alert @param {number} at @param {(now: Partial<Alert> | null) => void} change */
function alertRow(alert, at, change) {
  const which = `alert ${at + 1}`;
  return html`<div class="rule-hook">
    <span class="row">
      <select
        class="field"
        aria-label="Kind of ${which}"
        @change=${(/** @type {any} */ event) => change({ type: event.target.value })}
      >
        ${Object.entries(ALERTS).map(([type, word]) => html`<option value=${type} ?selected=${type === alert.type}>${word}</option>`)}
      </select>
      <select
        class="field"
        aria-label="Severity of ${which}"
        @change=${(/** @type {any} */ event) => change({ severity: event.target.value })}
      >
        ${SEVERITIES.map((one) => html`<option value=${one} ?selected=${one === (alert.severity ?? "warning")}>${one}</option>`)}
      </select>
      <span class="spread"></span>
      ${dropper(`Remove ${which}`, () => change(null))}
    </span>
    <input
      class="field"
      aria-label="Summary of ${which}"
      placeholder="What it says; empty: the rule's name"
      .value=${alert.summary ?? ""}
      @input=${(/** @type {any} */ event) => change({ summary: event.target.value })}
    />
    ${target(alert, which, change)}
  </div>`;
}

/** @param {Alert} alert @param {string} which @param {(now: Partial<Alert>) => void} change */
function target({ type, routing_key, url }, which, change) {
  if (type === "sns") return nothing;
  const isUrl = type === "webhook";
  return html`<input
    class="field mono"
    aria-label=${isUrl ? `Address of ${which}` : `Routing key of ${which}`}
    placeholder=${isUrl ? "https://hooks.example.com/alerts" : "Routing key of the integration"}
    .value=${(isUrl ? url : routing_key) ?? ""}
    @input=${(/** @type {any} */ event) => change(isUrl ? { url: event.target.value } : { routing_key: event.target.value })}
  />`;
}
