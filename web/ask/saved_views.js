/** What somebody filtered for, kept under a name for everyone who sees the project. */

import { ask } from "../api.js";

/** @typedef {{id: string, display_name: string, query: string, type: string | null}} SavedView */

/** @param {string} project @returns {Promise<SavedView[]>} in order of names */
export const savedViews = (project) => ask("GET", `/sessions/${project}/views`);

/** @param {string} project @param {{display_name: string, query: string, type: string}} view @returns {Promise<SavedView>} */
export const saveView = (project, view) => ask("POST", `/sessions/${project}/views`, { body: view });

/** @param {string} project @param {string} id @param {{display_name?: string, query?: string, type?: string}} change @returns {Promise<SavedView>} */
export const changeView = (project, id, change) => ask("PATCH", `/sessions/${project}/views/${id}`, { body: change });

/** @param {string} project @param {string} id */
export const forgetView = (project, id) => ask("DELETE", `/sessions/${project}/views/${id}`);
