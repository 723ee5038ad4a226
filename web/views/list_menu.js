/** The menus of a list: columns, saved views, export. */

import { NEW_RULE, ruleAddress } from "../addresses.js";
import { COLUMNS, metadataColumn, metadataKey, toggled } from "../model/columns.js";
import { ruleFilters } from "../model/list_query.js";
import { html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/menu.js";
import { sayError } from "../parts/toast.js";
import { amend } from "../router.js";
import { keepHere } from "./kept_here.js";
import { exportList } from "./list_export.js";
import { viewsMenu } from "./saved_views.js";

/** @typedef {import("../model/list_query.js").ListQuery} ListQuery */
/** @typedef {import("../model/columns.js").Tab} Tab */
/** @typedef {import("../model/columns.js").Column} Column */

/**
 * @param {string} project
 * @param {ListQuery} query
 * @param {any} me
 * @param {{columns: Column[], facets: any, redraw: () => void}} list what it shows, what its runs are marked with
 */
export function listMenu(project, query, me, list) {
  return html`${me.api_key.read_only || query.tab === "threads" ? nothing : ruleLink(project, query, me)}${viewsMenu(project, query, me)}
    <tk-menu look="quiet" sign="columns" label="Columns" .items=${columnItems(query, list)}></tk-menu>
    <tk-menu
      look="quiet"
      sign="download"
      label="Export what is shown"
      .items=${query.tab === "threads" ? csvOnly(project, query) : exports(project, query)}
    ></tk-menu>`;
}

/** A rule that is asked what the list is asked; of the list of traces it is about roots. @param {string} project @param {ListQuery} query @param {any} me */
function ruleLink(project, query, me) {
  const said = { project, ...ruleFilters(query) };
  return html`<a
    class="button quiet only-icon"
    href=${ruleAddress(me.tenant_id, NEW_RULE, said)}
    aria-label="Make a rule of this filter"
    title="Make a rule of this filter"
    >${icon("workflow")}</a
  >`;
}

/** @param {string} project @param {ListQuery} query */
const exports = (project, query) => [
  { word: "Export as NDJSON", hint: "whole payloads", run: () => start(project, query, "ndjson") },
  ...csvOnly(project, query),
];

/** @param {string} project @param {ListQuery} query */
const csvOnly = (project, query) => [
  { word: "Export as CSV", hint: "what the list shows", run: () => start(project, query, "csv") },
];

/** @param {string} project @param {ListQuery} query @param {"ndjson" | "csv"} form */
const start = (project, query, form) => exportList(project, query, form).catch(sayError);

/** @param {ListQuery} query @param {{columns: Column[], facets: any, redraw: () => void}} list */
function columnItems(query, { columns: shown, facets, redraw }) {
  const tab = /** @type {Tab} */ (query.tab);
  const ids = shown.map((one) => one.id);
  const keys =
    tab === "threads"
      ? []
      : (facets?.metadata ?? []).map((/** @type {{key: string}} */ one) => metadataColumn(one.key));
  const others = ids.filter((id) => metadataKey(id) !== null && !keys.includes(id));
  const all = [
    ...COLUMNS.filter((one) => one.tabs.includes(tab)).map((one) => one.id),
    ...others,
    ...keys.slice(0, 20),
  ];
  const items = all.map((id) => ({
    word: metadataKey(id) ?? COLUMNS.find((one) => one.id === id)?.word ?? id,
    hint: metadataKey(id) === null ? "" : "metadata",
    isChecked: ids.includes(id),
    staysOpen: true,
    run: () => choose(tab, toggled(shown, id), redraw),
  }));
  return [...items, "-", { word: "As usual", icon: "history", run: () => forget(tab, redraw) }];
}

/** Columns are kept in this browser, and in the address, so that a link shows the same. @param {Tab} tab @param {string[]} ids @param {() => void} redraw */
function choose(tab, ids, redraw) {
  keepHere(`columns-${tab}`, ids);
  amend({ columns: ids.join(",") });
  redraw();
}

/** @param {Tab} tab @param {() => void} redraw */
function forget(tab, redraw) {
  keepHere(`columns-${tab}`, null);
  keepHere(`widths-${tab}`, null);
  amend({ columns: null });
  redraw();
}
