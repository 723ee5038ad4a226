import { count, duration, plural } from "../../model/format.js";
import { hasContent } from "../../model/json_text.js";
import { define, html, nothing, Part, svg } from "../element.js";
import { icon } from "../icon.js";
import { empty } from "../states.js";
import "./json.js";

/** @typedef {import("../../model/run_facts.js").EventRow} EventRow */
/** @typedef {import("../../model/run_facts.js").RunEvent} RunEvent */

const [WIDTH, HEIGHT] = [160, 28];
/** Points of the plot; more would lie on one another. */
const POINTS = 80;
const MOST_ROWS = 500;

/** What happened while a run ran: `<tk-run-events .rows=${eventRows(run)}></tk-run-events>`. */
export class RunEvents extends Part {
  static properties = { rows: { attribute: false }, opened: { state: true } };

  constructor() {
    super();
    /** @type {EventRow[]} */
    this.rows = [];
    /** @type {Set<EventRow>} */
    this.opened = new Set();
  }

  render() {
    if (!this.rows.length) return empty({ title: "No events", text: "A run that streams tells each token; this one told nothing.", sign: "pulse" }); // prettier-ignore
    const more = this.rows.length - MOST_ROWS;
    return html`<ol class="events">
        ${this.rows.slice(0, MOST_ROWS).map((one) => this.#row(one))}
      </ol>
      ${more > 0 ? html`<p class="faint">${plural(more, "more event")}: see Raw.</p>` : nothing}`;
  }

  /** @param {EventRow} one */
  #row(one) {
    const isOpen = this.opened.has(one);
    const first = one.kind === "tokens" ? one.events[0] : one.event;
    return html`<li class="event">
      <button class="event-line" aria-expanded=${isOpen} @click=${() => this.#toggle(one)}>
        ${icon(isOpen ? "chevron-down" : "chevron-right")}
        <span class="event-time number">${first.at_ms === null ? "–" : `+${duration(first.at_ms)}`}</span>
        ${one.kind === "tokens" ? tokens(one.events) : html`<strong>${first.name}</strong>`}
      </button>
      ${isOpen ? html`<tk-json .value=${contentOf(one)} bare></tk-json>` : nothing}
    </li>`;
  }

  /** @param {EventRow} one */
  #toggle(one) {
    this.opened[this.opened.has(one) ? "delete" : "add"](one);
    this.requestUpdate();
  }
}

/** @param {EventRow} one */
const contentOf = (one) => (one.kind === "tokens" ? one.events.map((each) => each.event) : one.event);

/** @param {RunEvent[]} events */
function tokens(events) {
  const times = events.flatMap((one) => (one.at_ms === null ? [] : [one.at_ms]));
  const took = times.length > 1 ? times[times.length - 1] - times[0] : 0;
  const rate = took > 0 ? (times.length / took) * 1000 : null;
  return html`<strong>${plural(events.length, "new token")}</strong>
    ${
      took > 0
        ? html`<span class="faint number"
              >in ${duration(took)}<span class="event-rate"> · ${count(Math.round(rate ?? 0))} a second</span></span
            >${plot(times)}`
        : nothing
    }
    <span class="event-words cut faint">${hasContent(wordsOf(events)) ? wordsOf(events) : nothing}</span>`;
}

/** The first tokens themselves. @param {RunEvent[]} events */
const wordsOf = (events) =>
  events
    .slice(0, 24)
    .map(({ event }) => /** @type {any} */ (event)?.kwargs?.token)
    .filter((one) => typeof one === "string")
    .join("");

/** Tokens over time, as a line that rises. @param {number[]} times */
function plot(times) {
  const [from, to] = [times[0], times[times.length - 1]];
  const step = Math.max(1, Math.floor(times.length / POINTS));
  const kept = times.map((time, at) => ({ time, at })).filter(({ at }) => at % step === 0 || at === times.length - 1);
  const points = kept.map(({ time, at }) => `${(((time - from) / (to - from)) * WIDTH).toFixed(1)},${(HEIGHT - 2 - (at / (times.length - 1)) * (HEIGHT - 4)).toFixed(1)}`); // prettier-ignore
  const label = `Tokens over time: ${times.length} in ${duration(to - from)}`;
  return html`<svg class="event-plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    ${svg`<polyline points=${points.join(" ")} />`}
  </svg>`;
}

define("tk-run-events", RunEvents);
