/**
 * The keyboard, one table for all: views say which keys they have, and `?` shows what there is right now.
 * No key works while a field has the focus, nor together with Ctrl, Alt or Meta, nor while a dialog is open.
 */

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys as KeyboardEvent.key says them
 * @property {string} does what the help says: "Next error"
 * @property {string} [shown] how the help writes the keys; else they are joined
 * @property {(event: KeyboardEvent) => void} run
 */

/** @type {{title: string, shortcuts: Shortcut[]}[]} */
const groups = [];

/**
 * Keys that work from now until the answer is called; a later group wins over an earlier one.
 * @param {string} title of the group in the help
 * @param {Shortcut[]} shortcuts
 * @returns {() => void}
 */
export function listenKeys(title, shortcuts) {
  const group = { title, shortcuts };
  groups.push(group);
  return () => {
    const at = groups.indexOf(group);
    if (at >= 0) groups.splice(at, 1);
  };
}

/** All that works right now, the newest group first. */
export const keyGroups = () => [...groups].reverse();

/** @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  for (const { shortcuts } of keyGroups()) {
    const found = shortcuts.find((one) => one.keys.includes(event.key));
    if (!found) continue;
    event.preventDefault();
    found.run(event);
    return;
  }
}

/** Begin to listen. */
export const startKeys = () => document.addEventListener("keydown", onKey);
