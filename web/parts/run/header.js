/** The head of a run: what it is, how it went, and its figures. */

import { ago, count, duration, exactCount, money, plural } from "../../model/format.js";
import { factsOf, tokenParts } from "../../model/run_facts.js";
import { html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { styled } from "../style.js";
import { at } from "../when.js";
import "../copy_button.js";

/** @typedef {import("../../model/run_facts.js").RunFacts} RunFacts */

/** @param {any} run @param {{now_ms: number, traceStart_ms?: number | null, link?: string}} around */
export function header(run, { now_ms, traceStart_ms, link }) {
  const facts = factsOf(run, traceStart_ms);
  const address = link ?? run.app_path;
  return html`<header class="run-head">
    <div class="run-title">
      ${kindIcon(run.run_type)}
      <h2 class="run-name cut" title=${run.name}>${run.name || "(no name)"}</h2>
      <span class="run-kind faint small">${run.run_type}</span>
      ${status(facts, now_ms)}
      <span class="spread"></span>
      <tk-copy .text=${run.id} label="Copy the run's id" word="ID"></tk-copy>
      ${address ? html`<tk-copy .text=${() => new URL(address, location.href).href} label="Copy a link to the run" word="Link"></tk-copy>` : nothing}
    </div>
    <dl class="run-facts">
      ${facts.model ? fact("Model", html`<span class="run-model cut mono" title=${facts.model}>${facts.model}</span>`) : nothing}
      ${facts.start_ms === null ? nothing : fact("Started", started(facts, now_ms))}
      ${facts.latency_ms === null ? nothing : fact("Latency", html`<span class="number">${duration(facts.latency_ms)}</span>`)}
      ${facts.firstToken_ms === null ? nothing : fact("First token", html`<span class="number">${duration(facts.firstToken_ms)}</span>`)}
      ${run.total_cost === null || run.total_cost === undefined ? nothing : fact("Cost", cost(run))}
      ${run.total_tokens ? fact("Tokens", tokens(run)) : nothing}
    </dl>
  </header>`;
}

/** @param {string} word @param {unknown} value */
const fact = (word, value) =>
  html`<div class="run-fact">
    <dt>${word}</dt>
    <dd>${value}</dd>
  </div>`;

/** @param {RunFacts} facts @param {number} now_ms */
function status({ status: said, start_ms }, now_ms) {
  if (said === "error") return html`<span class="badge error">${icon("x-circle-fill")}Error</span>`;
  if (said === "success") return html`<span class="badge ok">${icon("check-circle-fill")}OK</span>`;
  const since = start_ms === null ? "" : ` since ${ago(start_ms, now_ms).replace(" ago", "")}`;
  return html`<span class="badge warn">${icon("hourglass")}Pending${since}</span>`;
}

/** @param {RunFacts} facts @param {number} now_ms */
const started = ({ start_ms, offset_ms }, now_ms) =>
  html`<span class="number"
    >${at(/** @type {number} */ (start_ms), now_ms)}${offset_ms === null ? nothing : html` <span class="faint" title="Since the trace began">+${duration(offset_ms)}</span>`}</span
  >`;

/** The figures, and a bar of what they are made of. @param {any} run */
function tokens(run) {
  const parts = tokenParts(run);
  const said = parts.map((one) => `${exactCount(one.tokens)} ${one.word}`).join(", ");
  return html`<span class="run-tokens" title=${said}
    ><span class="number">${count(run.total_tokens)}</span>
    <span class="token-bar" role="img" aria-label=${said}
      >${parts.map((one) => html`<span class="token-part" data-part=${one.id} ${styled({ "flex-grow": String(one.tokens) })}></span>`)}</span
    ><span class="faint number">${briefly(parts)}</span></span
  >`;
}

/** "1,000 in (640 cached) · 100 out (20 thought)". @param {import("../../model/run_facts.js").TokenPart[]} parts */
function briefly(parts) {
  const of = (/** @type {string} */ id) => parts.find((one) => one.id === id)?.tokens ?? 0;
  const [cached, thought] = [of("cached"), of("reasoning")];
  const asked = `${count(of("prompt") + cached)} in${cached ? ` (${count(cached)} cached)` : ""}`;
  return `${asked} · ${count(of("completion") + thought)} out${thought ? ` (${count(thought)} reasoning)` : ""}`;
}

/** @param {any} run */
function cost(run) {
  const split = [["prompt", run.prompt_cost], ["completion", run.completion_cost]].filter(([, usd]) => usd !== null && usd !== undefined); // prettier-ignore
  const said = split.map(([word, usd]) => `${money(usd)} ${word}`).join(", ");
  return html`<span class="number" title=${said || `${plural(run.total_tokens ?? 0, "token")}`}
    >${money(run.total_cost)}</span
  >`;
}
