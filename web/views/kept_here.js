/** What this browser keeps of how lists look: columns, widths, which view a project opens with. */

const PREFIX = "tracekeep-list-";

/** @param {string} name @returns {any} null where nothing is kept */
export function keptHere(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} value null forgets it */
export function keepHere(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing shows what is usual.
  }
}
