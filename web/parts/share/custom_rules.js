import { wrongOf } from "../../model/redacted.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {import("../../model/sharing.js").Redaction["custom"]} Custom */

let made = 0;

/** Patterns of one's own: each a name and a regular expression. Tells `custom` with those that are whole. */
export class CustomRules extends Part {
  static properties = { custom: { attribute: false }, problem: {}, rows: { state: true } };

  constructor() {
    super();
    /** @type {Custom} */
    this.custom = [];
    /** What the server says is wrong, with whichever rule it is. */
    this.problem = "";
    /** @type {Custom} those too that are not whole yet */
    this.rows = [];
    this.name = `custom${++made}`;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("custom") && JSON.stringify(whole(this.rows)) !== JSON.stringify(this.custom))
      this.rows = this.custom.map((one) => ({ ...one }));
  }

  render() {
    const wrong = this.problem ? wrongOf(this.problem, this.rows) : null;
    return html`<fieldset class="custom-rules">
      <legend class="label">Texts that match an expression</legend>
      ${this.rows.map((one, at) => this.#row(one, at, wrong?.at === at ? wrong : null))}
      <button type="button" class="button slim" @click=${this.#add}>${icon("plus")}Add an expression</button>
    </fieldset>`;
  }

  /** @param {Custom[number]} row @param {number} at @param {ReturnType<typeof wrongOf>} wrong */
  #row({ name, expression }, at, wrong) {
    const id = `${this.name}-${at}`;
    return html`<div class="custom-rule">
      <input
        class="field"
        aria-label="Name of expression ${at + 1}"
        placeholder="order"
        maxlength="40"
        .value=${name}
        @change=${(/** @type {any} */ event) => this.#change(at, { name: event.target.value.trim() })}
      />
      <input
        class="field mono"
        aria-label="Expression ${at + 1}"
        placeholder="ORD-\\d{6}"
        maxlength="300"
        spellcheck="false"
        autocapitalize="off"
        aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${wrong ? id : nothing}
        .value=${expression}
        @change=${(/** @type {any} */ event) => this.#change(at, { expression: event.target.value })}
      />
      <button
        type="button"
        class="button quiet slim only-icon"
        aria-label="Remove expression ${name || at + 1}"
        @click=${() => this.#put(this.rows.filter((_, other) => other !== at))}
      >
        ${icon("x")}
      </button>
      ${
        wrong
          ? html`<div class="custom-wrong" id=${id} role="alert">
              ${pointed(expression, wrong.place)}
              <p>It ${wrong.says}</p>
            </div>`
          : nothing
      }
    </div>`;
  }

  #add = async () => {
    this.rows = [...this.rows, { name: "", expression: "" }];
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(".custom-rule:last-of-type input"))?.focus();
  };

  /** @param {number} at @param {Partial<Custom[number]>} said */
  #change(at, said) {
    this.#put(this.rows.map((one, other) => (other === at ? { ...one, ...said } : one)));
  }

  /** @param {Custom} rows */
  #put(rows) {
    this.rows = rows;
    if (JSON.stringify(whole(rows)) !== JSON.stringify(this.custom)) this.tell("custom", whole(rows));
  }
}

/** @param {Custom} rows */
const whole = (rows) => rows.filter(({ name, expression }) => name && expression);

/** The expression, with the character that is wrong marked. @param {string} expression @param {number | null} place */
const pointed = (expression, place) =>
  place === null
    ? nothing
    : html`<code class="custom-pointed"
        >${expression.slice(0, place)}<mark>${expression[place] ?? " "}</mark>${expression.slice(place + 1)}</code
      >`;

define("tk-custom-rules", CustomRules);
