/** Where the person is: the address bar, as a `Place`; links inside the page change it without a new load. */

import { placeOf } from "./addresses.js";

/** @typedef {import("./addresses.js").Place} Place */

const listeners = new Set();

/** @returns {Place} */
export const here = () => placeOf(location.href);

/**
 * Go to an address of the page.
 * @param {string} address
 * @param {{replace?: boolean, keepScroll?: boolean}} [how] replace: the back button skips what was here
 */
export function go(address, how = {}) {
  if (address === location.pathname + location.search + location.hash) return;
  history[how.replace ? "replaceState" : "pushState"](null, "", address);
  tell();
}

/**
 * Change parts of the query of where one is; null takes a part away.
 * @param {Record<string, string | number | null | undefined>} changes
 * @param {{replace?: boolean}} [how] by default it replaces: a filter typed letter by letter is one step back
 */
export function amend(changes, how = { replace: true }) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, String(value));
  }
  go(url.pathname + url.search + url.hash, how);
}

/**
 * Be told of each new place; the answer ends it.
 * @param {(place: Place) => void} listener
 * @returns {() => void}
 */
export function onPlace(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begin to follow links and the back button. */
export function startRouter() {
  addEventListener("popstate", tell);
  document.addEventListener("click", follow);
}

function tell() {
  const place = here();
  for (const listener of [...listeners]) listener(place);
}

/** @param {MouseEvent} event */
function follow(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || placeOf(url).view === "unknown") return;
  event.preventDefault();
  go(url.pathname + url.search + url.hash);
}
