import { keyGroups } from "../keys.js";
import { openDialog } from "./dialog.js";
import { html } from "./element.js";

/** The keys that work where one is. */
export const openHelp = () =>
  openDialog({ title: "Keys", wide: true, body: () => html`<div class="help">${keyGroups().map(groupOf)}</div>` });

/** @param {ReturnType<typeof keyGroups>[number]} group */
const groupOf = (group) =>
  html`<section>
    <h3>${group.title}</h3>
    <dl>
      ${group.shortcuts.map(
        (one) =>
          html`<div>
            <dt>${keysOf(one)}</dt>
            <dd>${one.does}</dd>
          </div>`,
      )}
    </dl>
  </section>`;

/** @type {Record<string, string>} */
const SHOWN = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "⏎",
  Escape: "Esc",
  " ": "Space",
};

/** @param {import("../keys.js").Shortcut} shortcut */
const keysOf = (shortcut) =>
  (shortcut.shown ? [shortcut.shown] : shortcut.keys).map((key) => html`<kbd class="kbd">${SHOWN[key] ?? key}</kbd> `);
