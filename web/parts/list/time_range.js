import { moment } from "../../model/format.js";
import { LASTS, localField, saidOfCustom, saidOfLast, spanWords } from "../../model/time_range.js";
import { openDialog } from "../dialog.js";
import { Part, define, html } from "../element.js";
import "../menu.js";

/** @typedef {import("../../model/time_range.js").Range} Range */

/** Which stretch of time is shown, and a menu of others. Tells `range` with what the address is to say. */
export class TimeRange extends Part {
  static properties = { range: { attribute: false }, now_ms: { attribute: false } };

  constructor() {
    super();
    /** @type {Range | null} */
    this.range = null;
    this.now_ms = 0;
  }

  render() {
    const items = LASTS.map((one) => ({
      word: one.word,
      isChecked: this.range?.id === one.id,
      run: () => this.tell("range", saidOfLast(one.id)),
    }));
    const custom = { word: "From … to …", isChecked: this.range?.id === "custom", run: () => this.#ask() };
    return html`<tk-menu
      look=""
      sign="clock"
      word=${this.#words}
      label="Time: ${this.#words}"
      .items=${[...items, "-", custom]}
    ></tk-menu>`;
  }

  get #words() {
    const { range } = this;
    if (!range) return "";
    if (range.id !== "custom") return LASTS.find((one) => one.id === range.id)?.word ?? "";
    const { from_ms, to_ms } = range;
    if (to_ms === null) return `Since ${brief(from_ms, this.now_ms)}`;
    return from_ms ? spanWords(from_ms, to_ms) : `Until ${brief(to_ms, this.now_ms)}`;
  }

  async #ask() {
    const { range, now_ms } = this;
    const from_ms = range?.from_ms || now_ms - 86_400_000;
    const said = await openDialog({
      title: "From … to …",
      body: (close) => form(from_ms, range?.to_ms ?? null, close),
    });
    if (said) this.tell("range", said);
  }
}

/** To the minute. @param {number} ms @param {number} now_ms */
const brief = (ms, now_ms) => moment(ms, now_ms).replace(/:\d\d$/, "");

/** @param {number} from_ms @param {number | null} to_ms @param {(said: unknown) => void} close */
function form(from_ms, to_ms, close) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [from, to] = [said.get("from"), said.get("to")].map((one) => (one ? new Date(String(one)).getTime() : null));
    const field = /** @type {HTMLInputElement} */ (
      /** @type {HTMLFormElement} */ (event.target).elements.namedItem("to")
    );
    const isWrong = from !== null && to !== null && to <= from;
    field.setCustomValidity(isWrong ? "The end must come after the start" : "");
    if (isWrong) field.reportValidity();
    else if (from !== null || to !== null) close(saidOfCustom(from, to));
  };
  return html`<form class="stack" @submit=${submit}>
    <div class="time-fields">
      <label class="label"
        >From<input class="field" type="datetime-local" name="from" .value=${localField(from_ms)} autofocus
      /></label>
      <label class="label"
        >To<input
          class="field"
          type="datetime-local"
          name="to"
          .value=${to_ms === null ? "" : localField(to_ms)}
          @input=${(/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).setCustomValidity("")}
      /></label>
    </div>
    <p class="faint small">
      In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}. Without an end it goes on as new ones
      come.
    </p>
    <div class="dialog-feet">
      <button class="button" type="button" @click=${() => close(undefined)}>Cancel</button>
      <button class="button primary">Show</button>
    </div>
  </form>`;
}

define("tk-time-range", TimeRange);
