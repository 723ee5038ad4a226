/**
 * Computed styles on an element: `<div ${styled({"--depth": "2", height: "30px"})}>`. They go through the CSSOM:
 * a style attribute, which Lit's own `styleMap` writes at first, is what the content security policy forbids.
 */

import { noChange } from "lit";
import { Directive, directive } from "lit/directive.js";

class Styled extends Directive {
  /** @type {Record<string, string>} */
  #set = {};

  /** @param {Record<string, string>} _styles */
  render(_styles) {
    return noChange;
  }

  /**
   * @param {import("lit").ElementPart} part
   * @param {[Record<string, string>]} styles
   */
  update(part, [styles]) {
    const { style } = /** @type {HTMLElement} */ (part.element);
    for (const name of Object.keys(this.#set)) if (!(name in styles)) style.removeProperty(name);
    for (const [name, value] of Object.entries(styles)) {
      if (this.#set[name] !== value) style.setProperty(name, value);
    }
    this.#set = styles;
    return noChange;
  }
}

export const styled = directive(Styled);
