import { bothClocks, count, day, duration, exactCount, money, plural } from "../../model/format.js";
import { NO_RUN, causeOf } from "../../model/trace.js";
import { html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */

/** @type {Record<string, {sign: string, word: string, look: string}>} */
const STATUS = {
  success: { sign: "check-circle-fill", word: "OK", look: "ok" },
  error: { sign: "x-circle-fill", word: "Failed", look: "error" },
  pending: { sign: "hourglass", word: "Running", look: "warn" },
};

/**
 * How a run or a trace stands, in a shape and a word.
 * @param {string} status
 * @param {string} [word] another word for it
 */
export function statusBadge(status, word) {
  const { sign, word: usual, look } = STATUS[status] ?? STATUS.pending;
  return html`<span class="badge ${look}">${icon(sign)}${word ?? usual}</span>`;
}

/**
 * The figures of a trace in one line: status, time, runs, tokens, cost, and how long it is kept.
 * @param {Trace} trace
 * @param {() => void} explain says why it is kept so long
 * @param {(run: number) => void} choose
 */
export const traceFigures = (trace, explain, choose) =>
  html`<div class="trace-figures">
    ${statusBadge(trace.status, trace.status === "pending" ? pendingWord(trace) : undefined)} ${because(trace, choose)}
    <span class="figure" title="From the first start to the last end"
      >${icon("stopwatch")}<b class="number">${duration(trace.length_us / 1000)}</b></span
    >
    <span class="figure" title=${bothClocks(trace.start_ms)}
      >${icon("stack")}<b class="number">${plural(trace.size, "run")}</b></span
    >
    ${
      trace.totals.total_tokens
        ? html`<span class="figure" title=${tokensSaid(trace)}
            >${icon("meter")}<b class="number">${count(trace.totals.total_tokens)}</b> tok</span
          >`
        : nothing
    }
    ${
      trace.totals.cost_usd === null
        ? nothing
        : html`<span class="figure" title="Cost of all models, by the price table"
            >${icon("credit-card")}<b class="number">${money(trace.totals.cost_usd)}</b></span
          >`
    }
    ${
      trace.failed && trace.status !== "error"
        ? html`<span class="badge error">${plural(trace.failed, "run")} failed inside</span>`
        : nothing
    }
    ${kept(trace, explain)}
  </div>`;

/** Whether something may still come. @param {Trace} trace */
function pendingWord(trace) {
  if (!trace.isRunning) return "Never ended";
  return trace.silence_ms(Date.now()) === null ? undefined : "No end yet";
}

/** Where a failure began, and the way there. @param {Trace} trace @param {(run: number) => void} choose */
function because(trace, choose) {
  const cause = causeOf(trace);
  if (cause === NO_RUN) return nothing;
  return html`<button
    class="button quiet slim trace-cause"
    title=${trace.errorOf(cause) ?? "It failed"}
    @click=${() => choose(cause)}
  >
    in ${kindIcon(trace.kindOf(cause))}${trace.nameOf(cause)}
  </button>`;
}

/** @param {Trace} trace */
const tokensSaid = (trace) =>
  `${exactCount(trace.totals.prompt_tokens)} in, ${exactCount(trace.totals.completion_tokens)} out`;

/** A year only where it is not the trace's own. @param {Trace} trace */
function year({ start_ms, expires_ms }) {
  const ends = new Date(expires_ms ?? start_ms).getFullYear();
  return ends === new Date(start_ms).getFullYear() ? "" : ` ${ends}`;
}

/** @param {Trace} trace @param {() => void} explain */
function kept(trace, explain) {
  if (trace.expires_ms === null) return nothing;
  const tier = trace.tier === "longlived" ? "extended" : "base";
  return html`<button class="button quiet slim" title=${bothClocks(trace.expires_ms)} @click=${explain}>
    ${icon("history")}Kept until ${day(trace.expires_ms)}${year(trace)} (${tier})
  </button>`;
}

/** @type {Record<string, (runs: string) => string>} */
const NOTES = {
  orphans: (runs) => `${runs} name a parent that has not arrived; they stand as roots.`,
  extra_roots: (runs) => `${runs} have no parent, and are not the trace's root.`,
  circles: (runs) => `${runs} have parents that form a circle; they stand as roots.`,
  unnamed: (runs) => `Of ${runs} only updates have arrived.`,
  starts_before_parent: (runs) => `${runs} began before their parent: the clocks of two machines differ.`,
  ends_before_start: (runs) => `${runs} end before they start; their time is shown as 0.`,
  never_ended: (runs) =>
    `${runs} never ended, though what is above them did: the process may have stopped or been frozen.`,
};

/**
 * What is not as it should be with the trace, each with a way to the first run that it concerns.
 * @param {Trace} trace
 * @param {(run: number) => void} choose
 */
export function traceNotes(trace, choose) {
  const silent_ms = trace.silence_ms(Date.now());
  if (!trace.notes.length && trace.root !== NO_RUN && silent_ms === null) return nothing;
  const missing = trace.root === NO_RUN ? html`<li>The root of this trace has not arrived.</li>` : nothing;
  return html`<ul class="trace-notes">
    ${missing} ${silent_ms === null ? nothing : silence(trace, silent_ms)}
    ${trace.notes.map(
      (note) =>
        html`<li>
          ${icon("alert")} ${(NOTES[note.kind] ?? ((runs) => `${note.kind}: ${runs}`))(plural(note.runs.length, "run"))}
          <button class="link-button" @click=${() => choose(note.runs[0])}>Show</button>
        </li>`,
    )}
  </ul>`;
}

/** @param {Trace} trace @param {number} silent_ms */
const silence = (trace, silent_ms) =>
  html`<li>
    ${icon("hourglass")} ${plural(trace.pending, "run")} without an end, and nothing has come for
    ${duration(silent_ms)}: the process may have stopped, or waits.
  </li>`;
