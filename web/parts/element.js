/**
 * What every element of the page is: Lit, drawn into the document itself. Without a shadow root one set of
 * styles serves all, ARIA references reach across parts, and a page that the server wrote can be taken over.
 */

import { LitElement } from "lit";

export { html, nothing, svg } from "lit";

export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }

  /**
   * Tell whoever holds this element; `detail` is the event's.
   * @param {string} name
   * @param {unknown} [detail]
   * @returns {boolean} false where a listener prevented what would follow
   */
  tell(name, detail) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
  }
}

/**
 * Name an element once, even where two modules bring it.
 * @param {string} name
 * @param {CustomElementConstructor} element
 */
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}
