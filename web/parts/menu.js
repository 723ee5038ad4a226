import { define, html, nothing, Part } from "./element.js";
import { icon } from "./icon.js";

const EDGE_PX = 8;
const GAP_PX = 4;

/**
 * @typedef {object} MenuItem
 * @property {string} word
 * @property {string} [icon]
 * @property {string} [hint] small, at the end: a key, a value
 * @property {boolean} [isDanger]
 * @property {boolean} [isChecked] draws a check mark, and makes it a menuitemcheckbox
 * @property {boolean} [staysOpen]
 * @property {string} [href]
 * @property {() => void} [run]
 */

/**
 * A button that opens a menu: `<tk-menu word="Columns" sign="columns" .items=${…}></tk-menu>`. Arrow keys,
 * Home, End and first letters move; Escape closes and gives the focus back. An item that is "-" is a line.
 */
export class Menu extends Part {
  static properties = { word: {}, sign: {}, label: {}, items: { attribute: false }, look: {}, open: { state: true } };

  constructor() {
    super();
    this.word = "";
    this.sign = "";
    this.label = "";
    this.look = "quiet";
    /** @type {(MenuItem | "-")[]} */
    this.items = [];
    this.open = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.#outside);
  }

  render() {
    return html`<span class="menu-anchor" @keydown=${this.#key}>
      <button
        class="button ${this.look} ${this.word ? "" : "only-icon"}"
        aria-haspopup="menu"
        aria-expanded=${this.open}
        aria-label=${this.label || nothing}
        title=${this.label || nothing}
        @click=${() => this.toggle()}
      >
        ${this.sign ? icon(this.sign) : nothing}${this.word}${this.word ? icon("chevron-down") : nothing}
      </button>
      ${this.open ? html`<div class="menu" role="menu" popover="manual">${this.items.map((one) => this.#item(one))}</div>` : nothing}
    </span>`;
  }

  /** @param {MenuItem | "-"} item */
  #item(item) {
    if (item === "-") return html`<div class="menu-line" role="separator"></div>`;
    const inside = html`${item.isChecked === undefined ? (item.icon ? icon(item.icon) : nothing) : html`<span class="menu-check">${item.isChecked ? icon("check") : nothing}</span>`}
      <span class="spread">${item.word}</span
      >${item.hint ? html`<span class="faint small">${item.hint}</span>` : nothing}`;
    const look = `menu-item ${item.isDanger ? "danger" : ""}`;
    if (item.href)
      return html`<a class=${look} role="menuitem" tabindex="-1" href=${item.href} @click=${() => this.#close()}
        >${inside}</a
      >`;
    const role = item.isChecked === undefined ? "menuitem" : "menuitemcheckbox";
    return html`<button
      class=${look}
      role=${role}
      aria-checked=${item.isChecked ?? nothing}
      tabindex="-1"
      @click=${() => this.#choose(item)}
    >
      ${inside}
    </button>`;
  }

  async toggle() {
    if (this.open) return this.#close();
    this.open = true;
    document.addEventListener("pointerdown", this.#outside);
    await this.updateComplete;
    this.#place();
    this.#entries()[0]?.focus();
  }

  /** Above everything, below the button, within the window. */
  #place() {
    const menu = /** @type {HTMLElement} */ (this.querySelector(".menu"));
    const button = /** @type {HTMLElement} */ (this.querySelector("button")).getBoundingClientRect();
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const isLeft = button.left + width < innerWidth - EDGE_PX && button.left < innerWidth / 2;
    const left = isLeft ? button.left : Math.max(EDGE_PX, button.right - width);
    const isAbove = button.bottom + height > innerHeight - EDGE_PX && button.top > height;
    menu.style.left = `${left}px`;
    menu.style.top = `${isAbove ? button.top - height - GAP_PX : button.bottom + GAP_PX}px`;
  }

  /** @param {MenuItem} item */
  #choose(item) {
    if (!item.staysOpen) this.#close();
    item.run?.();
  }

  #close(back = true) {
    this.open = false;
    document.removeEventListener("pointerdown", this.#outside);
    if (back) this.querySelector("button")?.focus();
  }

  /** @param {PointerEvent} event */
  #outside = (event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.#close(false);
  };

  #entries() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".menu-item")]);
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (!this.open) {
      if (event.key === "ArrowDown") (this.toggle().then(() => undefined), event.preventDefault());
      return;
    }
    const entries = this.#entries();
    const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = nextEntry(event.key, at, entries.length, (letter) => startingWith(entries, at, letter));
    if (event.key === "Escape" || event.key === "Tab") this.#close();
    else if (to !== null) entries[to]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/**
 * Where a key leads in a list; null where it leads nowhere.
 * @param {string} key
 * @param {number} at
 * @param {number} length
 * @param {(letter: string) => number} byLetter
 */
export function nextEntry(key, at, length, byLetter) {
  if (key === "ArrowDown") return (at + 1) % length;
  if (key === "ArrowUp") return (at - 1 + length) % length;
  if (key === "Home") return 0;
  if (key === "End") return length - 1;
  return key.length === 1 && key !== " " ? byLetter(key.toLowerCase()) : null;
}

/** @param {HTMLElement[]} entries @param {number} at @param {string} letter */
function startingWith(entries, at, letter) {
  const order = entries.map((_, step) => (at + 1 + step) % entries.length);
  return order.find((one) => entries[one].textContent?.trim().toLowerCase().startsWith(letter)) ?? at;
}

define("tk-menu", Menu);
