import { rowById } from "../ask/runs.js";

/** @typedef {import("../model/list_rows.js").Row} Row */

/** A row that a link names and the list does not have: further down, or filtered out. */
export class FarRow {
  /** @param {import("lit").ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Row | null} */
    this.row = null;
    this.asked = "";
    host.addController(this);
  }

  hostDisconnected() {
    this.asked = "";
  }

  /** Ask for it, once. @param {string} project @param {string} tab @param {string} id */
  async look(project, tab, id) {
    if (this.asked === id || (tab !== "traces" && tab !== "runs")) return;
    this.asked = id;
    this.row = await rowById(project, tab, id).catch(() => null); // a link to what has gone shows the list
    this.host.requestUpdate();
  }
}
