import { metadataColumn } from "../../model/columns.js";
import { allOf, chipWords, chipsOf, textOf } from "../../model/filter_chips.js";
import { STREAMED, STREAMED_CHIP, isLike, quickFilters } from "../../model/quick_filters.js";
import { Part, define, html, nothing } from "../element.js";
import { icon } from "../icon.js";
import "../menu.js";
import "./chip_editor.js";
import "./filter_text.js";

/** @typedef {import("../../model/list_query.js").ListQuery} ListQuery */
/** @typedef {import("../../model/filter_chips.js").Chip} Chip */

const PAUSE_MS = 400;
const NEW = -1;
/** What the filter speaks of. @type {Record<string, string>} */
const ASKED_OF = { traces: "The trace's root", runs: "The run", threads: "One of its turns" };

/**
 * What narrows a list: words, chips or the language that they stand for, and filters one click away. Tells `amend`
 * with the parts of the address to change.
 */
export class FilterBar extends Part {
  static properties = {
    query: { attribute: false },
    facets: { attribute: false },
    figures: { attribute: false },
    wrong: { attribute: false },
    bare: { type: Boolean },
    isText: { state: true },
    editing: { state: true },
  };

  constructor() {
    super();
    /** @type {ListQuery} */
    this.query = /** @type {any} */ (null);
    /** @type {any} */
    this.facets = null;
    /** @type {any} */
    this.figures = null;
    /** @type {import("../../model/filter_text.js").Wrong | null} */
    this.wrong = null;
    /** Whether it is a filter alone, and not of a list: without words and groups. */
    this.bare = false;
    /** Whether the language is shown, and not chips. */
    this.isText = false;
    /** @type {number | null} which chip is edited; NEW is another */
    this.editing = null;
    this.pause = 0;
  }

  /** @returns {Chip[] | null} null where chips cannot say it */
  get chips() {
    return chipsOf(this.query.filter);
  }

  /** @param {Record<string, string | number | null>} changes @param {boolean} [isTyping] */
  #amend(changes, isTyping = false) {
    this.tell("amend", { changes, isTyping });
  }

  /** @param {Chip[]} chips */
  #set(chips) {
    this.editing = null;
    this.#amend({ filter: textOf(chips) });
  }

  render() {
    const { chips } = this;
    const isText = this.isText || chips === null;
    return html`<section class="filter-bar" aria-label="Filters">
      <div class="filter-line">
        ${this.bare ? nothing : this.#search()} ${isText ? nothing : this.#chipRow(chips ?? [])}
        <button
          class="button quiet slim only-icon"
          aria-label="The filter as text"
          title=${chips === null ? "Chips cannot say this filter: it is shown as text" : "The filter as text"}
          aria-pressed=${isText}
          ?disabled=${chips === null}
          @click=${() => (this.isText = !this.isText)}
        >
          ${icon("code-square")}
        </button>
        <span class="spread"></span>
        <div class="filter-quick" role="group" aria-label="Quick filters">${this.#quick(chips)}</div>
        ${this.bare || this.query.tab === "threads" ? nothing : this.#grouping()}
      </div>
      ${isText ? this.#texts(chips === null) : nothing}
    </section>`;
  }

  // --- words ------------------------------------------------------------------------------------------------

  #search() {
    const { words, isDeep } = this.query;
    return html`<div class="filter-search" role="search">
      ${icon("search")}
      <input
        class="field"
        type="search"
        aria-label="Search in names, errors and previews"
        placeholder="Search  /"
        .value=${words}
        @input=${this.#typed}
        @keydown=${this.#searchKey}
      />
      ${
        words.trim()
          ? html`<button
              class="button quiet slim filter-deep"
              aria-pressed=${isDeep}
              title="Search whole inputs and outputs, not only names, errors and the first 250 characters"
              @click=${() => this.#amend({ deep: isDeep ? null : 1 })}
            >
              Whole texts
            </button>`
          : nothing
      }
    </div>`;
  }

  /** @param {Event} event */
  #typed = (event) => {
    const words = /** @type {HTMLInputElement} */ (event.target).value;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.#words(words), PAUSE_MS);
  };

  /** @param {string} words */
  #words(words) {
    clearTimeout(this.pause);
    this.#amend(words.trim() ? { q: words } : { q: null, deep: null }, true);
  }

  /** @param {KeyboardEvent} event */
  #searchKey = (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (event.key === "Enter") this.#words(field.value);
    else if (event.key === "Escape") (field.value ? this.#words((field.value = "")) : undefined, field.blur());
    else return;
    event.preventDefault();
  };

  // --- chips ------------------------------------------------------------------------------------------------

  /** @param {Chip[]} chips */
  #chipRow(chips) {
    return html`${chips.map((chip, at) => this.#chip(chip, at, chips))}
      ${this.#other("root", this.query.tab === "runs" ? "trace_filter" : null, this.query.traceFilter)}
      ${this.#other("any run", "tree_filter", this.query.treeFilter)}
      <span class="filter-anchor"
        ><button
          class="button quiet slim filter-add"
          title="Add a filter (f)"
          aria-expanded=${this.editing === NEW}
          @click=${() => (this.editing = this.editing === NEW ? null : NEW)}
        >
          ${icon("plus")}Filter</button
        >${this.editing === NEW ? this.#editor(null, (chip) => this.#set([...chips, chip])) : nothing}</span
      >`;
  }

  /** @param {Chip} chip @param {number} at @param {Chip[]} chips */
  #chip(chip, at, chips) {
    const [field, op, value] = chipWords(chip);
    const canEdit =
      chip.field !== "words" &&
      !(chip.field === "feedback_key" && chip.op === "like") &&
      chip.field !== "first_token_time";
    return html`<span class="filter-anchor"
      ><span class="filter-chip"
        ><button
          class="filter-chip-edit"
          ?disabled=${!canEdit}
          title="Change this filter"
          @click=${() => (this.editing = at)}
        >
          <span class="filter-field">${field}</span> ${op} <b class="cut">${value}</b></button
        ><button
          class="filter-chip-drop"
          aria-label="Remove ${field} ${op} ${value}"
          @click=${() => this.#set(chips.filter((_, other) => other !== at))}
        >
          ${icon("x")}
        </button></span
      >${this.editing === at ? this.#editor(chip, (now) => this.#set(chips.map((one, other) => (other === at ? now : one)))) : nothing}</span
    >`;
  }

  /** @param {Chip | null} chip @param {(chip: Chip) => void} done */
  #editor(chip, done) {
    return html`<tk-chip-editor
      .chip=${chip}
      .facets=${this.facets}
      @done=${(/** @type {CustomEvent} */ event) => done(event.detail)}
      @leave=${() => ((this.editing = null), /** @type {HTMLElement | null} */ (this.querySelector(".filter-add"))?.focus())}
    ></tk-chip-editor>`;
  }

  /** A filter on the root or on any run of the trace. @param {string} of @param {string | null} name @param {string} text */
  #other(of, name, text) {
    if (!text || !name) return nothing;
    const said = text === STREAMED ? "streamed" : text;
    return html`<span class="filter-chip"
      ><button class="filter-chip-edit" title=${text} @click=${() => (this.isText = true)}>
        <span class="filter-field">${of}</span> <b class="cut">${said}</b></button
      ><button
        class="filter-chip-drop"
        aria-label="Remove the filter on ${of}"
        @click=${() => this.#amend({ [name]: null })}
      >
        ${icon("x")}
      </button></span
    >`;
  }

  // --- text -------------------------------------------------------------------------------------------------

  /** @param {boolean} isAlone */
  #texts(isAlone) {
    const { query } = this;
    return html`<div class="filter-texts">
      ${this.#text("filter", query.filter, ASKED_OF[query.tab], this.wrong)}
      ${query.tab === "runs" ? this.#text("trace_filter", query.traceFilter, "Its trace's root", null) : nothing}
      ${this.#text("tree_filter", query.treeFilter, "Any run of its trace", null)}
      <p class="faint small">
        ${isAlone ? "Chips cannot say this filter; it is asked as it stands. " : ""}Enter asks, Tab or Enter completes,
        Ctrl + Space offers what may stand at the caret.
      </p>
    </div>`;
  }

  /** @param {string} name @param {string} text @param {string} label @param {import("../../model/filter_text.js").Wrong | null} wrong */
  #text(name, text, label, wrong) {
    return html`<div class="filter-text-row">
      <span class="filter-text-label muted small">${label}</span>
      <tk-filter-text
        label=${label}
        .text=${text}
        .facets=${this.facets}
        .wrong=${wrong}
        placeholder=${name === "filter" ? 'and(eq(status, "error"), gt(latency, "5s"))' : 'eq(name, "search")'}
        @text=${(/** @type {CustomEvent} */ event) => this.#amend({ [name]: event.detail }, true)}
      ></tk-filter-text>
    </div>`;
  }

  // --- quick ------------------------------------------------------------------------------------------------

  /** @param {Chip[] | null} chips */
  #quick(chips) {
    const all = quickFilters(this.figures).map((one) => {
      const isOn = chips !== null && one.isOn(chips);
      return this.#toggle(one.word, one.hint, isOn, () => {
        if (!chips) this.#amend({ filter: allOf([this.query.filter, textOf([one.chip])]) });
        else this.#set(isOn ? chips.filter((chip) => !isLike(chip, one.chip)) : [...chips, one.chip]);
      });
    });
    return [...all, this.#streamed(chips)];
  }

  /** On the list of traces it is asked of any run. @param {Chip[] | null} chips */
  #streamed(chips) {
    const hint = "What gave its answer token by token";
    if (this.query.tab === "runs" && chips) {
      const isOn = chips.some((chip) => isLike(chip, STREAMED_CHIP));
      const rest = chips.filter((chip) => !isLike(chip, STREAMED_CHIP));
      return this.#toggle("Streamed", hint, isOn, () => this.#set(isOn ? rest : [...chips, STREAMED_CHIP]));
    }
    const isOn = this.query.treeFilter === STREAMED;
    return this.#toggle("Streamed", hint, isOn, () => this.#amend({ tree_filter: isOn ? null : STREAMED }));
  }

  /** @param {string} word @param {string} hint @param {boolean} isOn @param {() => void} press */
  #toggle(word, hint, isOn, press) {
    return html`<button class="button quiet slim" aria-pressed=${isOn} title=${hint} @click=${press}>${word}</button>`;
  }

  #grouping() {
    const { group } = this.query;
    const keys = (this.facets?.metadata ?? []).slice(0, 12);
    const by = [
      ["name", "Name"],
      ["run_type", "Kind"],
      ["tag", "Tag"],
      ...keys.map((/** @type {{key: string}} */ { key }) => [metadataColumn(key), key]),
    ];
    const word = by.find(([id]) => id === group)?.[1] ?? group;
    const items = by.map(([id, said]) => ({
      word: said,
      isChecked: id === group,
      run: () => this.#amend({ group: id === group ? null : id }),
    }));
    const chosen = `By ${String(word).toLowerCase()}`;
    return html`<tk-menu
      class="filter-group"
      look="quiet slim"
      sign="stack"
      word=${group ? chosen : "Group"}
      label=${group ? `${chosen}: how the list is grouped` : "Group by"}
      .items=${group ? [...items, "-", { word: "No groups", icon: "x", run: () => this.#amend({ group: null }) }] : items}
    ></tk-menu>`;
  }
}

define("tk-filter-bar", FilterBar);
