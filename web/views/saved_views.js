/** The menu of saved views: what was filtered for under a name, for everyone; one may be what the project opens with here. */

import { changeView, forgetView, saveView, savedViews } from "../ask/saved_views.js";
import { savedQuery } from "../model/list_query.js";
import { confirmed, openDialog } from "../parts/dialog.js";
import { html } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/menu.js";
import { say, sayError } from "../parts/toast.js";
import { go, here } from "../router.js";
import { keepHere, keptHere } from "./kept_here.js";

/** @typedef {import("../ask/saved_views.js").SavedView} SavedView */

/** @param {string} project @param {import("../model/list_query.js").ListQuery} query @param {any} me */
export const viewsMenu = (project, query, me) =>
  html`<button
    class="button quiet only-icon"
    aria-label="Saved views"
    title="Saved views"
    aria-haspopup="dialog"
    @click=${() => openViews(project, query.tab, !me?.api_key?.read_only).catch(sayError)}
  >
    ${icon("star")}
  </button>`;

/** The address of a list as a saved view has it. @param {string} query */
export const viewAddress = (query) => `${location.pathname}${query ? `?${query}` : ""}`;

/** What the project opens with in this browser, where that was chosen. @param {string} project @returns {string | null} */
export const usualView = (project) => keptHere(`view-${project}`)?.query ?? null;

/** @param {string} project @param {string} tab @param {boolean} canWrite */
async function openViews(project, tab, canWrite) {
  /** @type {{views: SavedView[] | null}} */
  const shown = { views: null };
  const dialog = openDialog({
    title: "Saved views",
    body: (close) => body(shown, project, tab, canWrite, close, again),
  });
  async function again() {
    shown.views = await savedViews(project);
    dialog.dialog.requestUpdate();
  }
  await again();
}

/**
 * @param {{views: SavedView[] | null}} shown
 * @param {string} project
 * @param {string} tab
 * @param {boolean} canWrite
 * @param {() => void} close
 * @param {() => Promise<void>} again
 */
function body({ views }, project, tab, canWrite, close, again) {
  const query = savedQuery(here().query);
  /** @param {SubmitEvent} event */
  const save = async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const name = String(new FormData(form).get("name")).trim();
    if (!name) return;
    await did(() => saveView(project, { display_name: name, query, type: tab }), `“${name}” is saved`, again);
    form.reset();
  };
  return html`<div class="stack">
    ${
      views === null
        ? html`<p class="faint" role="status">Loading…</p>`
        : views.length
          ? html`<ul class="views-list">
              ${views.map((view) => line(view, { project, query, canWrite, close, again }))}
            </ul>`
          : html`<p class="muted">
              None yet. A saved view keeps tab, filters, time and columns under a name, for everyone who sees this
              project.
            </p>`
    }
    ${
      canWrite
        ? html`<form class="views-save" @submit=${save}>
            <input
              class="field"
              name="name"
              maxlength="200"
              aria-label="Name of the new view"
              placeholder="Name for what is shown now"
              required
            />
            <button class="button primary">Save</button>
          </form>`
        : ""
    }
  </div>`;
}

/** @param {SavedView} view @param {{project: string, query: string, canWrite: boolean, close: () => void, again: () => Promise<void>}} near */
function line(view, { project, query, canWrite, close, again }) {
  const isUsual = keptHere(`view-${project}`)?.id === view.id;
  const isHere = view.query === query;
  const items = [
    { word: isUsual ? "No longer the start in this browser" : "Start with it in this browser", icon: "star", run: () => (keepHere(`view-${project}`, isUsual ? null : { id: view.id, query: view.query }), again()) }, // prettier-ignore
    ...(canWrite
      ? [
          { word: "Rename", icon: "pencil", run: () => rename(project, view, again) },
          { word: "Replace by what is shown", icon: "sync", run: () => did(() => changeView(project, view.id, { query }), `“${view.display_name}” is changed`, again) }, // prettier-ignore
          { word: "Delete", icon: "trash", isDanger: true, run: () => forget(project, view, again) },
        ]
      : []),
  ];
  return html`<li class="row">
    <button class="views-open spread cut" aria-current=${isHere} @click=${() => (close(), go(viewAddress(view.query)))}>
      ${icon(isHere ? "check" : "filter")}<span class="cut">${view.display_name}</span
      >${isUsual ? html`<span class="badge">start</span>` : ""}
    </button>
    <tk-menu
      sign="kebab-horizontal"
      look="quiet slim"
      label="More about ${view.display_name}"
      .items=${items}
    ></tk-menu>
  </li>`;
}

/** @param {string} project @param {SavedView} view @param {() => Promise<void>} again */
async function rename(project, view, again) {
  const name = await openDialog({
    title: "Rename the view",
    body: (close) =>
      html`<form
        class="stack"
        @submit=${(/** @type {SubmitEvent} */ event) => (event.preventDefault(), close(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("name")))}
      >
        <input class="field" name="name" aria-label="Name" maxlength="200" required .value=${view.display_name} />
        <div class="dialog-feet"><button class="button primary">Rename</button></div>
      </form>`,
  });
  if (name) await did(() => changeView(project, view.id, { display_name: String(name) }), "Renamed", again);
}

/** @param {string} project @param {SavedView} view @param {() => Promise<void>} again */
async function forget(project, view, again) {
  const text = `“${view.display_name}” goes for everyone. No trace is touched.`;
  if (await confirmed({ title: "Delete this view?", text, word: "Delete", isDanger: true })) {
    await did(() => forgetView(project, view.id), "The view is deleted", again);
  }
}

/** @param {() => Promise<unknown>} deed @param {string} said @param {() => Promise<void>} again */
async function did(deed, said, again) {
  try {
    await deed();
    await again();
    say(said);
  } catch (problem) {
    sayError(problem);
  }
}
