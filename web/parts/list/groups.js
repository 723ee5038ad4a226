import { metadataKey } from "../../model/columns.js";
import { count, duration, money, percent, timeOf } from "../../model/format.js";
import { feedbackOf } from "../../model/list_rows.js";
import { Part, define, html, nothing } from "../element.js";
import { styled } from "../style.js";
import { when } from "../when.js";

/** What each group is called by what it is grouped by. @type {Record<string, string>} */
const WORDS = { name: "Name", run_type: "Kind", tag: "Tag" };

/** What runs add up to by name, tag, kind or metadata. A click tells `narrow` with the group as a chip. */
export class Groups extends Part {
  static properties = { groups: { attribute: false }, by: {}, now_ms: { attribute: false } };

  constructor() {
    super();
    /** @type {{key: string, stats: any}[]} */
    this.groups = [];
    this.by = "name";
    this.now_ms = 0;
  }

  render() {
    const most = Math.max(1, ...this.groups.map((one) => one.stats.run_count));
    return html`<div class="groups" tabindex="0" role="region" aria-label="Groups">
      <table class="table groups-table">
        <thead>
          <tr>
            <th scope="col">${WORDS[this.by] ?? metadataKey(this.by) ?? this.by}</th>
            <th scope="col" class="number">Count</th>
            <th scope="col" class="number">Failed</th>
            <th scope="col" class="number">p50</th>
            <th scope="col" class="number">p99</th>
            <th scope="col" class="number">First token</th>
            <th scope="col" class="number">Tokens</th>
            <th scope="col" class="number">Cost</th>
            <th scope="col">Feedback</th>
            <th scope="col" class="number">Last</th>
          </tr>
        </thead>
        <tbody>
          ${this.groups.map((one) => this.#row(one, most))}
        </tbody>
      </table>
      ${this.groups.length ? nothing : html`<p class="muted groups-none">Nothing that matches has ${WORDS[this.by]?.toLowerCase() ?? metadataKey(this.by)}.</p>`}
    </div>`;
  }

  /** @param {{key: string, stats: any}} group @param {number} most */
  #row({ key, stats }, most) {
    return html`<tr>
      <th scope="row">
        <button
          class="link-button groups-name cut"
          title="Show only these"
          @click=${() => this.tell("narrow", this.#chip(key))}
        >
          ${key}
        </button>
      </th>
      <td class="number">
        <span class="groups-count"
          ><span class="groups-bar" ${styled({ "--share": (stats.run_count / most).toFixed(3) })}></span
          >${count(stats.run_count)}</span
        >
      </td>
      <td class="number ${stats.error_rate > 0 ? "list-wrong" : "faint"}">${percent(stats.error_rate)}</td>
      <td class="number">${seconds(stats.latency_p50)}</td>
      <td class="number">${seconds(stats.latency_p99)}</td>
      <td class="number">${seconds(stats.first_token_p50)}</td>
      <td class="number">${count(stats.total_tokens)}</td>
      <td class="number">${money(stats.total_cost)}</td>
      <td>${this.#feedback(stats.feedback_stats)}</td>
      <td class="number">${when(timeOf(stats.last_run_start_time), this.now_ms)}</td>
    </tr>`;
  }

  /** @param {string} key @returns {import("../../model/filter_chips.js").Chip} */
  #chip(key) {
    const metadata = metadataKey(this.by);
    if (metadata !== null) return { field: "metadata", op: "eq", key: metadata, value: valueIn(key) };
    return this.by === "tag" ? { field: "tags", op: "has", value: key } : { field: this.by, op: "eq", value: key };
  }

  /** @param {any} stats */
  #feedback(stats) {
    const all = feedbackOf(stats);
    if (!all.length) return html`<span class="faint">–</span>`;
    return html`<span class="list-chips"
      >${all.slice(0, 3).map((one) => html`<span class="chip" title="${one.n} times"><span class="cut">${one.key}</span> <b class="number">${one.said}</b></span>`)}</span
    >`;
  }
}

/** @param {number | null | undefined} s */
const seconds = (s) => duration(s === null || s === undefined ? null : s * 1000);

/** A metadata value is grouped by its text; numbers and truths are compared as what they are. @param {string} text */
const valueIn = (text) => (/^(true|false|-?\d+(\.\d+)?)$/.test(text) ? JSON.parse(text) : text);

define("tk-groups", Groups);
