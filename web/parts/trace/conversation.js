import { repeat } from "lit/directives/repeat.js";

import { speakers, turnsOf } from "../../model/conversation.js";
import { count, duration, plural } from "../../model/format.js";
import { NO_RUN } from "../../model/trace.js";
import { Part, define, html, nothing } from "../element.js";
import { icon, kindIcon } from "../icon.js";
import "../run/messages.js";
import { bones, empty, failure } from "../states.js";

/** @typedef {import("../../model/trace.js").Trace} Trace */
/** @typedef {import("../../model/conversation.js").Turn} Turn */

const AT_ONCE = 24;
const ASKED_TOGETHER = 6;

/**
 * A trace read from top to bottom: what was said, what was called, what came back. Each turn leads to its run. The
 * contents of runs are asked as one reads on.
 */
export class TraceConversation extends Part {
  static properties = {
    trace: { attribute: false },
    cache: { attribute: false },
    selected: { type: Number },
    shown: { state: true },
    known: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {Trace | null} */
    this.trace = null;
    /** @type {import("./run_cache.js").RunCache | null} */
    this.cache = null;
    this.selected = NO_RUN;
    /** How many of those who speak are asked for. */
    this.shown = AT_ONCE;
    /** @type {Map<number, any>} */
    this.known = new Map();
    /** @type {unknown} */
    this.problem = null;
    this.asked = "";
    this.end = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.#more(), {
      rootMargin: "600px",
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end.disconnect();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("trace") && /** @type {Trace | undefined} */ (changed.get("trace"))?.id !== this.trace?.id) {
      this.known = new Map();
      this.shown = AT_ONCE;
    }
    if (changed.has("trace") || changed.has("shown")) this.#ask();
  }

  updated() {
    const end = this.querySelector(".conversation-end");
    this.end.disconnect();
    if (end) this.end.observe(end);
  }

  #more() {
    if (this.known.size >= Math.min(this.shown, this.#speakers.length)) this.shown += AT_ONCE;
  }

  get #speakers() {
    return this.trace ? speakers(this.trace) : [];
  }

  /** The contents of the next runs, a few at a time. */
  async #ask() {
    const { trace, cache } = this;
    if (!trace || !cache) return;
    const token = (this.asked = `${trace.revision}/${this.shown}`);
    this.problem = null;
    const wanted = [trace.root, ...this.#speakers.slice(0, this.shown)].filter((run) => run !== NO_RUN);
    try {
      for (let at = 0; at < wanted.length; at += ASKED_TOGETHER) {
        const some = wanted.slice(at, at + ASKED_TOGETHER);
        const found = await Promise.all(some.map((run) => cache.get(trace.idOf(run))));
        if (this.asked !== token) return;
        const known = new Map(this.known);
        some.forEach((run, place) => known.set(run, found[place]));
        this.known = known;
      }
    } catch (error) {
      if (this.asked === token) this.problem = error;
    }
  }

  render() {
    const { trace, known } = this;
    if (!trace) return nothing;
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!known.size) return bones(6);
    const all = this.#speakers;
    const ready = all.slice(0, this.shown).filter((run) => known.has(run));
    const turns = turnsOf(trace, ready, (run) => known.get(run), ready.length === all.length);
    if (!turns.length)
      return empty({
        title: "Nothing is said in this trace",
        text: "No run of it holds messages. The tree has all of its runs.",
      });
    const rest = all.length - ready.length;
    return html`<div class="conversation">
      <ol class="conversation-turns" aria-label="Conversation">
        ${repeat(
          turns,
          (turn, at) => `${turn.run}/${at}`,
          (turn) => this.#turn(turn),
        )}
      </ol>
      ${
        rest
          ? html`<p class="conversation-end muted">
              ${plural(rest, "more run")} to read: ${count(ready.length)} of ${count(all.length)} shown
            </p>`
          : nothing
      }
    </div>`;
  }

  /** @param {Turn} turn */
  #turn(turn) {
    const trace = /** @type {Trace} */ (this.trace);
    const isSelected = turn.run === this.selected || turn.tools.includes(this.selected);
    const said = turn.messages.length
      ? html`<tk-messages .messages=${turn.messages} label=${trace.nameOf(turn.run)}></tk-messages>`
      : this.#step(turn.run);
    const tools = turn.messages.length ? turn.tools : [];
    return html`<li class="turn ${isSelected ? "selected" : ""}">
      <div class="turn-side">${this.#link(turn.run)}${tools.map((run) => this.#link(run))}</div>
      <div class="turn-said">${said}</div>
    </li>`;
  }

  /** Which run it was: chooses it. @param {number} run */
  #link(run) {
    const trace = /** @type {Trace} */ (this.trace);
    const status = trace.statusOf(run);
    return html`<button
      class="turn-link"
      aria-current=${run === this.selected ? "true" : nothing}
      @click=${() => this.tell("choose", run)}
    >
      ${kindIcon(trace.kindOf(run))}<span class="cut">${trace.nameOf(run)}</span>
      ${status === "error" ? html`<span class="tree-failed">${icon("x-circle-fill", "failed")}</span>` : nothing}
      <span class="faint number">${status === "pending" ? "running" : duration(trace.latencyOf(run))}</span>
    </button>`;
  }

  /** A step that no message tells of, in a line. @param {number} run */
  #step(run) {
    const trace = /** @type {Trace} */ (this.trace);
    const details = this.known.get(run);
    const given = details?.inputs_preview ?? "";
    const gave = details?.error ? trace.errorOf(run) : (details?.outputs_preview ?? "");
    return html`<div class="turn-step ${details?.error ? "failed" : ""}">
      <p class="cut"><span class="faint">in</span> ${given}</p>
      <p class="cut"><span class="faint">out</span> ${gave}</p>
    </div>`;
  }
}

define("tk-trace-conversation", TraceConversation);
