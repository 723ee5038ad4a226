import { ApiError } from "../api.js";
import { changeProject, createProject, deleteProject, deletion } from "../ask/projects.js";
import { openDialog } from "../parts/dialog.js";
import { html } from "../parts/element.js";
import "../parts/projects/deletion.js";
import "../parts/projects/form.js";

/** @typedef {import("../model/projects.js").ProjectRow} ProjectRow */

/**
 * Make a project, or change one; the answer is the project as the server has it then, undefined where it was left.
 * @param {any} me
 * @param {ProjectRow | null} row
 */
export const openProjectForm = (me, row) =>
  openDialog({
    title: row ? "Edit the project" : "New project",
    body: (close) =>
      html`<tk-project-form
        .row=${row}
        .days=${me.server.retention_days}
        .save=${(/** @type {any} */ form) => (row ? changeProject(row.id, form) : createProject(form)).catch(inWords)}
        @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
      ></tk-project-form>`,
  });

/** The API speaks of "upsert" to programs. @param {unknown} error */
function inWords(error) {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
  throw new Error("Another project has this name; choose another one.");
}

/**
 * Delete a project, and see it go.
 * @param {ProjectRow} row
 * @param {() => void} begun the project is unreadable
 */
export const openProjectDeletion = (row, begun) =>
  openDialog({
    title: "Delete the project",
    body: (close) =>
      html`<tk-project-deletion
        .row=${row}
        .begin=${deleteProject}
        .receipt=${deletion}
        @deleted=${begun}
        @done=${() => close()}
      ></tk-project-deletion>`,
  });
