/** Modules that few need, asked for when they are first needed: each with all that it waits for, in one step. */

import { loadAhead } from "../ahead.js";

/**
 * A function that loads an element's module the first time it is called, and tells nobody to wait: what is drawn
 * meanwhile is the element's tag, and what is set on it is there when it comes.
 * @param {string} file as the build names it: its path in `web/`
 * @param {() => Promise<unknown>} load
 * @returns {() => void}
 */
export function later(file, load) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    loadAhead(file);
    load().catch((error) => {
      isAsked = false; // the next drawing asks again
      complain(error);
    });
  };
}

/** @param {unknown} error */
async function complain(error) {
  const { sayError } = await import("./toast.js");
  sayError(error);
}
