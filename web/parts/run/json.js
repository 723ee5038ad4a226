import { jsonOf, textOf } from "../../model/json_text.js";
import { JsonTree, pathOf } from "../../model/json_tree.js";
import { define, html, nothing, Part } from "../element.js";
import { copyText } from "../copy_button.js";
import { say } from "../toast.js";
import { searchBar } from "./json_search.js";
import { row } from "./json_row.js";
import { BlockWatch, blocksOf } from "./json_blocks.js";

/** @typedef {import("../../model/json_tree.js").JsonNode} JsonNode */

/** A value of more rows than this gets the bar: search, fold. */
const SMALL_ROWS = 16;
const BARE_ROWS = 24;
let made = 0;

/**
 * Any JSON as a tree that folds: `<tk-json .value=${…}></tk-json>`; `bare` leaves out the bar, for small values.
 * Only the rows near what is seen are drawn. Arrows move and fold, Space opens, Enter copies the value, `*` opens all.
 */
export class JsonView extends Part {
  static properties = {
    value: { attribute: false },
    bare: { type: Boolean },
    label: {},
    words: { state: true },
    at: { state: true },
    hot: { state: true },
  };

  constructor() {
    super();
    /** @type {unknown} */
    this.value = null;
    this.bare = false;
    this.label = "JSON";
    this.words = "";
    this.name = `json-${++made}`;
    this.tree = new JsonTree(null);
    /** @type {JsonNode[]} */
    this.rows = [];
    /** @type {JsonNode | null} the row that keys act on */
    this.at = null;
    /** @type {JsonNode | null} the row under the pointer */
    this.hot = null;
    /** @type {JsonNode[]} */
    this.hits = [];
    /** @type {Set<JsonNode>} texts that are shown whole */
    this.whole = new Set();
    this.watch = new BlockWatch(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch.end();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("value")) return;
    this.tree = new JsonTree(this.value, this.bare ? BARE_ROWS : undefined);
    this.at = this.hot = null;
    this.whole.clear();
    this.watch.reset();
    this.hits = this.tree.search(this.words);
    this.refold();
  }

  /** Count the rows anew, after something was folded. */
  refold() {
    this.rows = this.tree.rows();
    this.isLarge = this.isLarge || this.rows.length > SMALL_ROWS || this.rows.some((one) => one.size && !one.isOpen);
    this.requestUpdate();
  }

  render() {
    const blocks = blocksOf(this.rows);
    return html`<div class="json ${this.bare ? "is-bare" : ""} ${this.rows.every((one) => !one.size) ? "is-flat" : ""}">
      ${this.bare || !(this.isLarge || this.words) ? nothing : searchBar(this)}
      <div
        class="json-tree"
        role="tree"
        tabindex="0"
        aria-label=${this.label}
        aria-activedescendant=${this.at && this.rows.includes(this.at) ? this.#idOf(this.rows.indexOf(this.at)) : nothing}
        @keydown=${this.#key}
        @focus=${() => (this.at ??= this.rows[0] ?? null)}
        @click=${this.#click}
        @pointerover=${(/** @type {Event} */ event) => (this.hot = this.#rowOf(event))}
        @pointerleave=${() => (this.hot = null)}
      >
        ${blocks.map((block) => (this.watch.isDrawn(block, blocks.length) ? this.#block(block) : this.watch.gap(block)))}
      </div>
    </div>`;
  }

  updated() {
    this.watch.follow();
  }

  /** @param {{from: number, to: number, place: number}} block */
  #block({ from, to, place }) {
    const rows = this.rows.slice(from, to);
    return html`<div class="json-block" role="none" data-block=${place}>
      ${rows.map((one, step) => row(this, one, this.#idOf(from + step)))}
    </div>`;
  }

  /** @param {number} place */
  #idOf = (place) => `${this.name}-${place}`;

  /** @param {Event} event @returns {JsonNode | null} */
  #rowOf(event) {
    const element = event.target instanceof Element ? event.target.closest(".json-row") : null;
    return element ? (this.rows[Number(element.id.slice(this.name.length + 1))] ?? null) : null;
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const one = this.#rowOf(event);
    if (!one || !(event.target instanceof Element)) return;
    this.at = one;
    const deed = event.target.closest("[data-deed]")?.getAttribute("data-deed");
    if (deed) return this.act(deed, one);
    if (one.size && !getSelection()?.toString()) this.act("fold", one);
  };

  /** @param {string} deed @param {JsonNode} one */
  act(deed, one) {
    if (deed === "fold") this.tree.fold(one);
    else if (deed === "whole") this.whole[this.whole.has(one) ? "delete" : "add"](one);
    else if (deed === "path") copied(pathOf(one), "path");
    else if (deed === "value") copied(textOf(one.value), "value");
    this.refold();
  }

  /** @param {number} depth */
  foldTo(depth) {
    this.tree.foldToDepth(depth);
    this.refold();
  }

  /** Look for words in keys and values, and go to the first. @param {string} words */
  look(words) {
    this.words = words;
    this.hits = this.tree.search(words);
    if (this.hits.length) this.goTo(this.hits[0], "center");
  }

  /** Go to another hit. @param {1 | -1} step */
  step(step) {
    if (!this.hits.length) return;
    const from = this.at ? this.hits.indexOf(this.at) : -1;
    this.goTo(this.hits[(from + step + this.hits.length) % this.hits.length], "center");
  }

  /** Open what is around a row, and bring it into sight. @param {JsonNode} one @param {ScrollLogicalPosition} [block] */
  async goTo(one, block = "nearest") {
    this.tree.reveal(one);
    this.at = one;
    this.refold();
    const place = this.rows.indexOf(one);
    this.watch.want(place);
    await this.updateComplete;
    document.getElementById(this.#idOf(place))?.scrollIntoView({ block });
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const from = this.at ? this.rows.indexOf(this.at) : -1;
    const one = this.rows[Math.max(0, from)];
    if (!one || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = placeAfter(event.key, one, Math.max(0, from), this.rows);
    if (to !== null) this.goTo(this.rows[to]);
    else if (event.key === " ") this.act(one.size ? "fold" : "whole", one);
    else if (event.key.startsWith("Arrow") && one.size) this.act("fold", one);
    else if (event.key === "Enter") this.act("value", one);
    else if (event.key === "*") this.foldTo(Infinity);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** The value as text, as it is copied whole. */
  text = () => jsonOf(this.value);
}

/** @param {string} text @param {string} what */
const copied = (text, what) => copyText(text).then(() => say(`The ${what} is copied`));

/**
 * The row a key leads to; null where it leads to none.
 * @param {string} key @param {JsonNode} one @param {number} at @param {JsonNode[]} rows
 */
function placeAfter(key, one, at, rows) {
  if (key === "ArrowDown") return Math.min(at + 1, rows.length - 1);
  if (key === "ArrowUp") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return rows.length - 1;
  if (key === "ArrowRight" && one.isOpen) return Math.min(at + 1, rows.length - 1);
  if (key === "ArrowLeft" && !one.isOpen && one.parent?.parent) return rows.indexOf(one.parent);
  return null;
}

define("tk-json", JsonView);
