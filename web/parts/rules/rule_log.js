import { ACTIONS, outcomeWords, outcomesOf } from "../../model/rules.js";
import { html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import { empty } from "../states.js";
import { when } from "../when.js";

/** @typedef {import("../../model/rules.js").Applied} Applied */

/** @type {Record<string, string>} */
const OUTCOME_SIGNS = { success: "check", skipped: "dash", error: "x-circle-fill", waiting: "hourglass" };

/**
 * What a rule did, the newest first: to which run, and how each action went.
 * @param {Applied[]} entries
 * @param {{addressOf: (entry: Applied) => string, now_ms: number}} shown
 */
export const ruleLog = (entries, shown) =>
  entries.length
    ? html`<div class="card settings-scroll">
        <table class="table stacked-table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Run</th>
              <th scope="col">What it did</th>
            </tr>
          </thead>
          <tbody>
            ${entries.map((entry) => row(entry, shown))}
          </tbody>
        </table>
      </div>`
    : empty({
        title: "It has not acted yet",
        text: "A run is looked at within a minute of its end. What the rule does to it is told here.",
        sign: "log",
      });

/** @param {Applied} entry @param {{addressOf: (entry: Applied) => string, now_ms: number}} shown */
const row = (entry, { addressOf, now_ms }) =>
  html`<tr>
    <td data-label="When">${when(Date.parse(entry.application_time), now_ms)}</td>
    <td data-label="Run">
      ${
        entry.run_name === null
          ? html`<span class="faint" title=${entry.run_id}>a run that is gone</span>`
          : html`<a class="rule-run" href=${addressOf(entry)}
              >${kindIcon(entry.run_type ?? "chain")}<span class="cut">${entry.run_name}</span></a
            >`
      }
    </td>
    <td data-label="What it did">
      <ul class="rule-outcomes">
        ${outcomesOf(entry).map(({ action, outcome }) => {
          const said = outcomeWords(outcome);
          return html`<li data-outcome=${outcome.outcome} title="${ACTIONS[action].word}: ${said}">
            ${icon(OUTCOME_SIGNS[outcome.outcome] ?? "dash")}${ACTIONS[action].word}
            ${outcome.outcome === "success" ? nothing : html`<span class="muted small">${said}</span>`}
          </li>`;
        })}
      </ul>
    </td>
  </tr>`;
