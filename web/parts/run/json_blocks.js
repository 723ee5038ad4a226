/** Rows are drawn in blocks, and only those near what is seen: the others are gaps of their height. */

import { guard } from "lit/directives/guard.js";

import { html } from "../element.js";
import { styled } from "../style.js";

const ROWS_A_BLOCK = 60;
const ROW_REM = 1.375;
/** How far outside of what is seen a block is drawn already. */
const MARGIN = "600px 0px";

/** @typedef {{place: number, from: number, to: number}} Block */

/** @param {readonly unknown[]} rows @returns {Block[]} */
export const blocksOf = (rows) =>
  Array.from({ length: Math.ceil(rows.length / ROWS_A_BLOCK) }, (_, place) => ({
    place,
    from: place * ROWS_A_BLOCK,
    to: Math.min(rows.length, (place + 1) * ROWS_A_BLOCK),
  }));

/** Which blocks of an element are near. */
export class BlockWatch {
  /** @param {import("../element.js").Part} host */
  constructor(host) {
    this.host = host;
    /** @type {Set<number>} */
    this.near = new Set([0]);
    /** @type {Map<number, number>} heights in px, as they were when last drawn */
    this.heights = new Map();
    /** @type {IntersectionObserver | null} */
    this.observer = null;
    /** @type {Set<Element>} */
    this.watched = new Set();
  }

  reset() {
    this.near = new Set([0]);
    this.heights.clear();
  }

  end() {
    this.observer?.disconnect();
    this.observer = null;
    this.watched.clear();
  }

  /** @param {Block} block @param {number} blocks how many there are; a single one is always drawn */
  isDrawn = (block, blocks) => blocks === 1 || this.near.has(block.place);

  /** Have the block of a row drawn, before it is scrolled to. @param {number} row */
  want(row) {
    this.near.add(Math.floor(row / ROWS_A_BLOCK));
  }

  /** @param {Block} block */
  gap({ place, from, to }) {
    const known = this.heights.get(place);
    const height = known ? `${known}px` : `${(to - from) * ROW_REM}rem`;
    return guard(
      [place, height],
      () => html`<div class="json-block" role="none" data-block=${place} ${styled({ height })}></div>`,
    );
  }

  /** Watch the blocks that are there now, where there are several. */
  follow() {
    const blocks = new Set(this.host.querySelectorAll(".json-block"));
    if (blocks.size < 2) return this.end();
    this.observer ??= new IntersectionObserver(
      this.#seen,
      /** @type {any} */ ({ rootMargin: MARGIN, scrollMargin: MARGIN }),
    );
    for (const gone of this.watched) if (!blocks.has(gone)) this.observer.unobserve(gone);
    for (const block of blocks) if (!this.watched.has(block)) this.observer.observe(block);
    this.watched = blocks;
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen = (entries) => {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const place = Number(target.getAttribute("data-block"));
      if (isIntersecting) this.near.add(place);
      else if (this.near.delete(place) && boundingClientRect.height) this.heights.set(place, boundingClientRect.height);
    }
    this.host.requestUpdate();
  };
}
