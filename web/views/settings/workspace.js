import { createWorkspace, renameWorkspace } from "../../ask/workspaces.js";
import { bytes, plural } from "../../model/format.js";
import "../../parts/copy_button.js";
import { openDialog } from "../../parts/dialog.js";
import { Part, define, html, nothing } from "../../parts/element.js";
import { icon } from "../../parts/icon.js";
import "../../parts/settings/name_form.js";
import { facts } from "../../parts/settings/facts.js";
import { say } from "../../parts/toast.js";
import { go } from "../../router.js";
import { projectsAddress } from "../../addresses.js";
import { refreshSession } from "../../session.js";

/** The workspace and the server that it lives on. */
export class WorkspaceSettings extends Part {
  static properties = { me: { attribute: false } };

  constructor() {
    super();
    /** @type {any} */
    this.me = null;
  }

  render() {
    const { workspace, organization, server, permissions } = this.me;
    const mayRename = permissions.includes("workspaces:update");
    return html`<section class="settings-section" aria-labelledby="workspace-title">
        <header class="settings-section-head">
          <h2 id="workspace-title">Workspace</h2>
          <span class="spread"></span>
          ${mayRename ? html`<button class="button" @click=${this.#rename}>${icon("pencil")}Rename</button>` : nothing}
          ${permissions.includes("workspaces:create") ? html`<button class="button" @click=${this.#create}>${icon("plus")}New workspace</button>` : nothing}
        </header>
        ${facts([
          { word: "Name", value: workspace.display_name },
          {
            word: "Id",
            value: workspace.id,
            copied: true,
            hint: "Clients with a key of the whole organization send it as LANGSMITH_WORKSPACE_ID",
          },
          { word: "Organization", value: organization.id, copied: true },
          {
            word: "Traces are kept",
            value: html`${plural(server.retention_days.base, "day")} in the base tier,
            ${plural(server.retention_days.extended, "day")} in the extended tier`,
            hint: "Settings of the deployment: BASE_DAYS and EXTENDED_DAYS in docs/settings.md",
          },
        ])}
      </section>
      <section class="settings-section" aria-labelledby="server-title">
        <header class="settings-section-head"><h2 id="server-title">Server</h2></header>
        ${facts([
          { word: "Endpoint", value: server.endpoint, copied: true, hint: "What LANGSMITH_ENDPOINT is to be" },
          {
            word: "OpenTelemetry",
            value: `${server.endpoint}/otel`,
            copied: true,
            hint: "What OTEL_EXPORTER_OTLP_ENDPOINT is to be",
          },
          { word: "Version", value: html`${server.version}${server.is_local ? ", on this machine" : ""}` },
          {
            word: "Batches of clients",
            value: `up to ${bytes(server.limits.batch_bytes)}`,
            hint: "What GET /info tells the clients; a single larger run is taken too, as far as it fits in a request",
          },
        ])}
      </section>`;
  }

  #rename = async () => {
    const { id, display_name } = this.me.workspace;
    const renamed = await openName("Rename the workspace", display_name, "Rename", (name) => renameWorkspace(id, name));
    if (!renamed) return;
    await refreshSession();
    say(`The workspace is called ${renamed.display_name} now`);
  };

  #create = async () => {
    const made = await openName("New workspace", "", "Create the workspace", createWorkspace);
    if (made) go(projectsAddress(made.id));
  };
}

/**
 * @param {string} title
 * @param {string} name
 * @param {string} word
 * @param {(name: string) => Promise<any>} save
 */
const openName = (title, name, word, save) =>
  openDialog({
    title,
    body: (close) =>
      html`<tk-name-form
        .name=${name}
        .word=${word}
        .save=${save}
        @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
      ></tk-name-form>`,
  });

define("tk-settings-workspace", WorkspaceSettings);
