import { hasContent, isObject, textOf } from "../../model/json_text.js";
import { bothClocks, count, duration, timeOf } from "../../model/format.js";
import { traceStart_ms } from "../../model/run_facts.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { marked } from "./marked.js";
import "../copy_button.js";
import "./json.js";

/** @typedef {[string, unknown]} Fact */

const MS_PER_S = 1000;

/** Everything known of a run that is neither input nor output, as tables that one can search. */
export class RunMetadata extends Part {
  static properties = { run: { attribute: false }, openRun: { attribute: false }, words: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.run = null;
    /** @type {((id: string) => void) | undefined} */
    this.openRun = undefined;
    this.words = "";
  }

  render() {
    const tables = tablesOf(this.run ?? {}).map(
      ([title, facts]) => /** @type {const} */ ([title, facts.filter((one) => this.#isWanted(one))]),
    );
    const shown = tables.filter(([, facts]) => facts.length);
    return html`<div class="metadata">
      <div class="metadata-search">
        ${icon("search")}
        <input
          class="field"
          type="search"
          placeholder="Search in names and values"
          aria-label="Search in the metadata"
          .value=${this.words}
          @input=${this.#search}
        />
      </div>
      ${this.words ? nothing : tags(this.run?.tags)} ${shown.map(([title, facts]) => this.#table(title, facts))}
      ${shown.length ? nothing : html`<p class="faint" role="status">Nothing here has “${this.words}”.</p>`}
    </div>`;
  }

  /** @param {Event} event */
  #search = (event) => (this.words = /** @type {HTMLInputElement} */ (event.target).value);

  /** @param {Fact} fact */
  #isWanted([name, value]) {
    return !this.words || `${name}\n${textOf(value)}`.toLowerCase().includes(this.words.toLowerCase());
  }

  /** @param {string} title @param {Fact[]} facts */
  #table(title, facts) {
    return html`<section class="metadata-part">
      <h3 class="metadata-title">${title}</h3>
      <table class="metadata-table" aria-label=${title}>
        <tbody>
          ${facts.map(
            ([name, value]) =>
              html`<tr>
                <th scope="row" class="mono">${marked(name, this.words)}</th>
                <td>${this.#value(name, value)}</td>
                <td class="metadata-copy"><tk-copy .text=${() => textOf(value)} label="Copy ${name}"></tk-copy></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  /** @param {string} name @param {unknown} value */
  #value(name, value) {
    if (typeof value === "object" && value !== null && hasContent(value))
      return html`<tk-json .value=${value} bare></tk-json>`;
    const said = typeof value === "string" ? value : JSON.stringify(value);
    const open = this.openRun;
    if (name === "parent run" && open)
      return html`<button class="link-button mono" @click=${() => open(said)}>${said}</button>`;
    return html`<span class="metadata-value" data-kind=${typeof value}>${marked(said, this.words)}</span>`;
  }
}

/** @param {unknown} said */
const tags = (said) =>
  Array.isArray(said) && said.length
    ? html`<section class="metadata-part">
        <h3 class="metadata-title">Tags</h3>
        <ul class="metadata-tags">
          ${said.map((one) => html`<li class="chip">${icon("tag")}<span class="cut">${String(one)}</span></li>`)}
        </ul>
      </section>`
    : nothing;

/** @param {any} run @returns {[string, Fact[]][]} */
function tablesOf(run) {
  const extra = isObject(run.extra) ? run.extra : {};
  const { metadata, runtime, ...more } = extra;
  return [
    ["Metadata", factsOf(metadata)],
    ["Runtime", factsOf(runtime)],
    ["Parameters", factsOf(more)],
    ["Tokens and cost", known([["prompt", details(run, "prompt")], ["completion", details(run, "completion")]])],
    ["Identity", identity(run)],
    ["Retention", retention(run)],
  ]; // prettier-ignore
}

/** @param {unknown} value @returns {Fact[]} by name, what is empty left out */
const factsOf = (value) =>
  isObject(value) ? known(Object.entries(value).sort(([one], [other]) => one.localeCompare(other, "en"))) : [];

/** @param {Fact[]} facts */
const known = (facts) => facts.filter(([, value]) => hasContent(value));

/** @param {any} run @param {string} side */
function details(run, side) {
  const said = { tokens: run[`${side}_tokens`] || undefined, cost_usd: run[`${side}_cost`] ?? undefined, tokens_of: run[`${side}_token_details`] ?? undefined, cost_usd_of: run[`${side}_cost_details`] ?? undefined }; // prettier-ignore
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** @param {any} run @returns {Fact[]} */
function identity(run) {
  const began = traceStart_ms(run);
  return known([
    ["run", run.id],
    ["trace", run.trace_id],
    ["parent run", run.parent_run_id],
    ["project", run.session_id],
    ["thread", run.thread_id],
    ["example", run.reference_example_id],
    ["started", clocks(run.start_time)],
    ["ended", clocks(run.end_time)],
    ["trace began", began === null ? null : clocks(new Date(began).toISOString())],
    ["dotted order", run.dotted_order],
  ]);
}

/** @param {unknown} time */
function clocks(time) {
  const ms = timeOf(typeof time === "string" ? time : null);
  return ms === null ? null : bothClocks(ms).replace("\n", " · ");
}

/** @param {any} run @returns {Fact[]} */
function retention(run) {
  const kept = typeof run.ttl_seconds === "number" ? `${count(Math.round(run.ttl_seconds / 86_400))} days (${duration(run.ttl_seconds * MS_PER_S)})` : null; // prettier-ignore
  const tier = run.trace_tier === "longlived" ? "extended" : run.trace_tier === "shortlived" ? "base" : run.trace_tier;
  return known([
    ["tier", tier],
    ["kept for", kept],
    ["kept until", clocks(run.trace_expires_at)],
    ["kept because", run.trace_kept_because],
    ["first received", clocks(run.trace_first_received_at)],
  ]);
}

define("tk-run-metadata", RunMetadata);
