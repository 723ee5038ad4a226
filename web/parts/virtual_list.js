/**
 * Which rows of a long list are near what is seen: rows of one height, in a box that scrolls. The caller draws only
 * those, within a sheet as tall as all of them.
 */

const MORE_ROWS = 12;

export class VirtualList {
  /**
   * @param {import("lit").ReactiveControllerHost & HTMLElement} host is drawn again when other rows come near
   * @param {() => HTMLElement | null} box the element that scrolls
   * @param {number} rowHeight_px
   */
  constructor(host, box, rowHeight_px) {
    this.host = host;
    this.box = box;
    this.rowHeight_px = rowHeight_px;
    this.first = 0;
    this.last = 60;
    /** @type {ResizeObserver | null} */
    this.observer = null;
    host.addController(this);
  }

  hostUpdated() {
    const box = this.box();
    if (!box || this.observer) return;
    this.observer = new ResizeObserver(() => this.look());
    this.observer.observe(box);
    box.addEventListener("scroll", () => this.look(), { passive: true });
  }

  hostDisconnected() {
    this.observer?.disconnect();
    this.observer = null;
  }

  /** See which rows are near, and draw where they are others. */
  look() {
    const box = this.box();
    if (!box) return;
    const first = Math.max(0, Math.floor(box.scrollTop / this.rowHeight_px) - MORE_ROWS);
    const last = Math.ceil((box.scrollTop + box.clientHeight) / this.rowHeight_px) + MORE_ROWS;
    if (first === this.first && last === this.last) return;
    this.first = first;
    this.last = last;
    this.host.requestUpdate();
  }

  /** Scroll as little as shows a row. @param {number} row */
  show(row) {
    const box = this.box();
    if (!box) return;
    const top = row * this.rowHeight_px;
    const margin = Math.min(this.rowHeight_px * 2, box.clientHeight / 4);
    if (top < box.scrollTop + margin) box.scrollTop = top - margin;
    else if (top + this.rowHeight_px > box.scrollTop + box.clientHeight - margin) {
      box.scrollTop = top + this.rowHeight_px - box.clientHeight + margin;
    }
    this.look();
  }
}
