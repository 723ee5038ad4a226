/** Why a trace is kept as long as it is: few ask, so it is loaded when they do. */

import { bothClocks } from "../../model/format.js";
import { keptFacts, laterWords, wholeDay, whyNot } from "../../model/retention.js";
import { openDialog } from "../dialog.js";
import { html, nothing } from "../element.js";
import { facts } from "../settings/facts.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */

/** @typedef {import("../../model/retention.js").Kept} Kept */

/**
 * Say it over the page; what else would have kept it comes a little later.
 * @param {Trace} trace
 * @param {Promise<Kept[]>} [asked] nobody is asked about a shared trace
 */
export function explainKept(trace, asked) {
  /** @type {Kept[]} */
  let later = [];
  const { dialog } = openDialog({
    title: "How long this trace is kept",
    body: () => html`<div class="stack">${keptBecause(trace)} ${later.length ? alsoBecause(later) : nothing}</div>`,
  });
  asked?.then(
    (found) => {
      later = found;
      dialog.requestUpdate();
    },
    () => undefined, // the first cause is told; the others are not worth an error
  );
}

/** @param {Kept[]} later */
function alsoBecause(later) {
  const { sentences, more } = laterWords(later);
  return html`<section aria-labelledby="also-kept">
    <h3 id="also-kept">It would have been kept as well, since</h3>
    <ul class="also-kept muted">
      ${sentences.map((one) => html`<li>${one}</li>`)} ${more ? html`<li class="faint">and ${more} more</li>` : nothing}
    </ul>
  </section>`;
}

/**
 * Until when a trace is kept, and why: the cause, who it was, and when.
 * @param {Trace} trace
 */
function keptBecause(trace) {
  const tier = trace.tier === "longlived" ? "extended" : "base";
  const until = trace.expires_ms === null ? nothing : html` and can be read until <b>${wholeDay(trace.expires_ms)}</b>`;
  return html`<p title=${trace.expires_ms === null ? nothing : bothClocks(trace.expires_ms)}>
      This trace is in the <b>${tier}</b> tier${until}.
    </p>
    ${trace.kept ? cause(trace.kept) : html`<p class="muted">${whyNot(trace.tier)}</p>`}`;
}

/** @param {import("../../model/retention.js").Kept} kept */
const cause = (kept) =>
  html`<p>${kept.sentence}.</p>
    ${facts(keptFacts(kept).map(({ word, value, title }) => ({ word, value: html`<span title=${title ?? nothing}>${value}</span>` })))}
    <p class="faint small">
      It never goes back to the base tier, and counts as one upgrade, in the month of that day.
    </p>`;
