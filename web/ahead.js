/**
 * Asks for all that a view waits for at once, where its imports would be found out one level after the other.
 * Which these are, the build wrote into the document.
 */

/** @typedef {{base: string, with: Record<string, string[]>}} Later */

/**
 * The addresses that a view waits for, beyond what is there.
 *
 * @param {Later} later
 * @param {string} view - Its path in `web/`, such as `views/trace.js`.
 * @returns {string[]}
 */
export function addressesOf(later, view) {
  return (later.with[view] ?? []).map((path) => later.base + path);
}

/**
 * Ask for them.
 *
 * @param {string} view
 */
export function loadAhead(view) {
  for (const href of addressesOf(read(), view)) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = href;
    document.head.append(link);
  }
}

/** @returns {Later} */
function read() {
  const found = document.getElementById("later")?.textContent;
  return found ? JSON.parse(found) : { base: "", with: {} };
}
