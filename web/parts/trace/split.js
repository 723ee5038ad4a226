import { define } from "../element.js";

const LEAST = 0.18;
const KEY_STEP = 0.02;

/**
 * Two panes with a bar between them that can be dragged, or moved with the arrow keys; where it stands is kept in
 * this browser under `kept`. Its two children are the panes.
 */
export class Split extends HTMLElement {
  constructor() {
    super();
    /** @type {number} what the left pane has of the whole, where nothing is kept */
    this.share = 0.4;
    /** @type {HTMLElement | null} */
    this.bar = null;
  }

  static observedAttributes = ["kept"];

  connectedCallback() {
    if (!this.bar) this.#makeBar();
    this.#set(this.#kept() ?? this.share);
  }

  attributeChangedCallback() {
    if (this.bar) this.#set(this.#kept() ?? this.share);
  }

  #makeBar() {
    const bar = (this.bar = document.createElement("div"));
    bar.className = "split-bar";
    bar.tabIndex = 0;
    bar.setAttribute("role", "separator");
    bar.setAttribute("aria-orientation", "vertical");
    bar.setAttribute("aria-label", "Width of the panes");
    bar.addEventListener("pointerdown", this.#grab);
    bar.addEventListener("keydown", this.#key);
    bar.addEventListener("dblclick", () => this.#keep(this.share));
    this.append(bar);
  }

  #kept() {
    try {
      const kept = Number(localStorage.getItem(`tracekeep-${this.getAttribute("kept")}`));
      return kept >= LEAST && kept <= 1 - LEAST ? kept : null;
    } catch {
      return null;
    }
  }

  /** @param {number} share */
  #set(share) {
    this.at = Math.max(LEAST, Math.min(1 - LEAST, share));
    this.style.setProperty("--left", `${this.at * 100}%`);
    this.bar?.setAttribute("aria-valuenow", String(Math.round(this.at * 100)));
    this.bar?.setAttribute("aria-valuemin", String(LEAST * 100));
    this.bar?.setAttribute("aria-valuemax", String(100 - LEAST * 100));
  }

  /** @param {number} share */
  #keep(share) {
    this.#set(share);
    try {
      localStorage.setItem(`tracekeep-${this.getAttribute("kept")}`, String(this.at));
    } catch {
      // It stays so for as long as the page is open.
    }
  }

  /** @param {PointerEvent} event */
  #grab = (event) => {
    const bar = /** @type {HTMLElement} */ (this.bar);
    bar.setPointerCapture(event.pointerId);
    /** @param {PointerEvent} moved */
    const move = (moved) => {
      const box = this.getBoundingClientRect();
      this.#set((moved.clientX - box.left) / box.width);
    };
    const drop = () => {
      bar.removeEventListener("pointermove", move);
      this.#keep(this.at ?? this.share);
    };
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", drop, { once: true });
    event.preventDefault();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#keep((this.at ?? this.share) + step);
  };
}

define("tk-split", Split);
