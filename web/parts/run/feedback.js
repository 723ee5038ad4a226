import { textOf } from "../../model/json_text.js";
import { timeOf } from "../../model/format.js";
import { confirmed } from "../dialog.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { empty } from "../states.js";
import { say, sayError } from "../toast.js";
import { when } from "../when.js";
import "./feedback_form.js";
import "./json.js";
import "./text.js";

/** What people and programs said of a run, and a form to say more, where one may. */
export class RunFeedback extends Part {
  static properties = {
    run: { attribute: false },
    actions: { attribute: false },
    canWrite: { type: Boolean },
    now_ms: { attribute: false },
  };

  constructor() {
    super();
    /** @type {any} */
    this.run = null;
    /** @type {import("./run.js").RunActions} */
    this.actions = {};
    this.canWrite = false;
    /** @type {number | null} */
    this.now_ms = null;
  }

  render() {
    const given = Array.isArray(this.run?.feedback) ? this.run.feedback : [];
    const mayWrite = this.canWrite && this.actions.saveFeedback;
    return html`${
      given.length
        ? html`<ul class="feedback-list" aria-label="Feedback">
            ${given.map((/** @type {any} */ one) => this.#one(one))}
          </ul>`
        : this.#none(!!mayWrite)
    }
    ${mayWrite ? html`<tk-feedback-form .keys=${keysOf(this.run)} .save=${this.#save}></tk-feedback-form>` : nothing}`;
  }

  /** @param {boolean} mayWrite */
  #none(mayWrite) {
    const text = mayWrite
      ? "Say below what you think of this run, or let your application say it."
      : "Nobody has said anything of this run.";
    return empty({ title: "No feedback", text, sign: "comment" });
  }

  /** @param {any} one */
  #one(one) {
    const removable = this.canWrite && this.actions.deleteFeedback;
    return html`<li class="feedback">
      <div class="feedback-head">
        <strong class="feedback-key cut" title=${one.key}>${one.key}</strong>${verdict(one)}
        <span class="spread"></span>
        <span class="faint small">${sourceOf(one)} · ${when(timeOf(one.created_at), this.now_ms ?? Date.now())}</span>
        ${
          removable
            ? html`<button
                class="button quiet slim only-icon"
                aria-label="Delete the feedback ${one.key}"
                title="Delete"
                @click=${() => this.#delete(one)}
              >
                ${icon("trash")}
              </button>`
            : nothing
        }
      </div>
      ${one.comment ? html`<tk-text .text=${textOf(one.comment)} .lines=${10}></tk-text>` : nothing}
      ${
        one.correction
          ? html`<p class="message-label">Correction</p>
              <tk-json .value=${one.correction} bare></tk-json>`
          : nothing
      }
    </li>`;
  }

  /** @param {{key: string, score?: number, value?: string, comment?: string}} said */
  #save = async (said) => {
    const { id, trace_id, session_id } = this.run;
    await this.actions.saveFeedback?.({ run_id: id, trace_id, session_id, ...said });
    say(`The feedback “${said.key}” is saved`);
    this.tell("feedback-changed");
  };

  /** @param {any} one */
  async #delete(one) {
    const isMeant = await confirmed({ title: "Delete the feedback?", text: `“${one.key}” will be gone, also from statistics.`, word: "Delete", isDanger: true }); // prettier-ignore
    if (!isMeant) return;
    try {
      await this.actions.deleteFeedback?.(one.id);
      say(`The feedback “${one.key}” is deleted`);
      this.tell("feedback-changed");
    } catch (error) {
      sayError(error);
    }
  }
}

/** The keys that were used, the run's own first. @param {any} run @returns {string[]} */
function keysOf(run) {
  const used = [
    ...(run?.feedback ?? []).map((/** @type {any} */ one) => one.key),
    ...Object.keys(run?.feedback_stats ?? {}),
  ];
  return [...new Set([...used, "correctness", "helpfulness", "user_score", "note"])].filter(
    (one) => typeof one === "string",
  );
}

/** @param {any} one */
function verdict({ score, value }) {
  if (score === true || score === false || typeof score === "number") return scored(Number(score));
  return value === null || value === undefined ? nothing : html`<span class="chip">${textOf(value, 0)}</span>`;
}

/** @param {number} score */
const scored = (score) =>
  score === 1 || score === 0
    ? html`<span class="feedback-score" data-good=${score === 1 ? "yes" : "no"}
        >${icon(score ? "thumbsup" : "thumbsdown")}<span class="number">${score}</span></span
      >`
    : html`<span class="feedback-score number">${Number(score.toFixed(4))}</span>`;

/** @param {any} one */
function sourceOf({ feedback_source: source }) {
  const names = { app: "given on the page", api: "sent by an application", model: "by a model", auto_eval: "by an evaluator", presigned: "through a link" }; // prettier-ignore
  const said = /** @type {Record<string, string>} */ (names)[source?.type] ?? source?.type ?? "unknown";
  return source?.user_name ? `${source.user_name}, ${said}` : said;
}

define("tk-run-feedback", RunFeedback);
