import { deletePrice, prices, savePrice } from "../../ask/prices.js";
import { count } from "../../model/format.js";
import { matchingPrices, nameOf } from "../../model/prices.js";
import { confirmed, openDialog } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import "../../parts/settings/price_form.js";
import { priceTable } from "../../parts/settings/price_table.js";
import { bones, empty, failure } from "../../parts/states.js";
import { say, sayError } from "../../parts/toast.js";
import { amend, here } from "../../router.js";

/** @typedef {import("../../model/prices.js").Price} Price */

/** What models cost: rows of one's own before those that Tracekeep brings. */
export class PriceSettings extends Part {
  static properties = {
    me: { attribute: false },
    prices: { state: true },
    problem: { state: true },
    words: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
    /** @type {Price[] | null} */
    this.prices = null;
    /** @type {unknown} */
    this.problem = null;
    this.words = here().query.get("q") ?? "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ask();
  }

  async #ask() {
    this.problem = null;
    try {
      this.prices = await prices();
    } catch (error) {
      this.problem = error;
    }
  }

  get #mayWrite() {
    return !this.me.api_key.read_only;
  }

  render() {
    return html`<section class="settings-section wide" aria-labelledby="prices-title">
      <header class="settings-section-head">
        <div>
          <h2 id="prices-title">Prices of models</h2>
          <p class="muted">
            Dollars for a million tokens. What a client says a call cost counts first; else a row of yours, else one of
            ours.
          </p>
        </div>
        <span class="spread"></span>
        <label class="project-search-box">
          ${icon("search")}<span class="visually-hidden">Search prices</span>
          <input
            class="field project-search"
            type="search"
            placeholder="Model or provider"
            .value=${this.words}
            @input=${this.#search}
          />
        </label>
        ${this.#mayWrite ? html`<button class="button primary" @click=${() => this.#edit(null)}>${icon("plus")}New price</button>` : nothing}
      </header>
      ${this.#body()}
    </section>`;
  }

  #body() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.prices) return bones(10);
    const found = matchingPrices(this.prices, this.words);
    if (!found.length)
      return empty({
        title: "No price for that",
        text: "Runs of models without a price have no cost. Add a price of your own.",
        sign: "credit-card",
      });
    const deeds = {
      edit: (/** @type {Price} */ price) => this.#edit(price),
      remove: (/** @type {Price} */ price) => this.#remove(price),
    };
    return html`${priceTable(found, this.#mayWrite ? deeds : null)}
      <p class="faint small number">
        ${count(found.length)} of ${count(this.prices.length)} prices,
        ${count(this.prices.filter((one) => one.is_own).length)} of your own
      </p>`;
  }

  /** @param {Event} event */
  #search = (event) => {
    this.words = /** @type {HTMLInputElement} */ (event.target).value;
    amend({ q: this.words });
  };

  /** A price of one's own is changed; one of ours is where a new one begins. @param {Price | null} price */
  async #edit(price) {
    const id = price?.is_own ? price.id : null;
    const saved = await openDialog({
      title: id ? "Change the price" : "New price",
      body: (close) =>
        html`<tk-price-form
          .price=${price}
          .save=${(/** @type {any} */ said) => savePrice(said, id)}
          @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
        ></tk-price-form>`,
    });
    if (!saved) return;
    say(`The price of ${nameOf(saved)} counts for runs that start from now on`);
    await this.#ask();
  }

  /** @param {Price} price */
  async #remove(price) {
    const isSure = await confirmed({
      title: `Delete the price of ${nameOf(price)}?`,
      text: "The price that Tracekeep brings counts again, where there is one. Costs that lists have recorded stay.",
      word: "Delete the price",
      isDanger: true,
    });
    if (!isSure) return;
    try {
      await deletePrice(price.id);
      await this.#ask();
    } catch (error) {
      sayError(error);
    }
  }
}

define("tk-settings-prices", PriceSettings);
