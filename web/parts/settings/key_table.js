import { day, timeOf } from "../../model/format.js";
import { standing } from "../../model/keys.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { empty } from "../states.js";
import { when } from "../when.js";

/** @typedef {import("../../ask/keys.js").ApiKey} ApiKey */

/**
 * Keys, with how each stands now.
 * @param {ApiKey[]} keys
 * @param {number} now_ms
 * @param {((key: ApiKey) => void) | null} revoke null where that is not allowed
 */
export const keyTable = (keys, now_ms, revoke) =>
  keys.length
    ? html`<div class="card settings-scroll">
        <table class="table stacked-table">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Description</th>
              <th scope="col">May</th>
              <th scope="col">Created</th>
              <th scope="col" title="True to the hour">Last used</th>
              <th scope="col">Expires</th>
              <th scope="col"><span class="visually-hidden">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            ${keys.map((key) => row(key, now_ms, revoke))}
          </tbody>
        </table>
      </div>`
    : empty({ title: "No key", text: "Programs send and read with a key of their own.", sign: "key" });

/** @param {ApiKey} key @param {number} now_ms @param {((key: ApiKey) => void) | null} revoke */
const row = (key, now_ms, revoke) =>
  html`<tr>
    <td data-label="Key">
      <code>${key.short_key}</code>${key.is_current ? html` <span class="badge key-mine">this one</span>` : nothing}
    </td>
    <td class="key-about" data-label="Description">${key.description || html`<span class="faint">–</span>`}</td>
    <td data-label="May">
      ${key.read_only ? "read" : "read, write"}${key.organization_wide ? html`<span class="faint">, all workspaces</span>` : nothing}
    </td>
    <td data-label="Created">${when(timeOf(key.created_at), now_ms)}</td>
    <td data-label="Last used">
      ${key.last_used_at ? when(timeOf(key.last_used_at), now_ms) : html`<span class="faint">never</span>`}
    </td>
    <td data-label="Expires">${expiry(key.expires_at, now_ms)}</td>
    <td class="settings-actions">
      ${revoke ? html`<button class="button quiet slim" aria-label="Revoke ${key.short_key}" @click=${() => revoke(key)}>${icon("trash")}Revoke</button>` : nothing}
    </td>
  </tr>`;

/** @param {string | null} expires_at @param {number} now_ms */
function expiry(expires_at, now_ms) {
  const end = timeOf(expires_at);
  if (end === null) return html`<span class="faint">never</span>`;
  const how = standing(expires_at, now_ms);
  if (how === "expired") return html`<span class="badge error">${icon("alert")}expired</span>`;
  const text = html`<time datetime=${new Date(end).toISOString()} title=${new Date(end).toString()}
    >${day(end)}${year(end, now_ms)}</time
  >`;
  return how === "soon" ? html`<span class="badge warn">${icon("clock")}${text}</span>` : text;
}

/** Said where it is another one. @param {number} ms @param {number} now_ms */
function year(ms, now_ms) {
  const said = new Date(ms).getFullYear();
  return said === new Date(now_ms).getFullYear() ? "" : ` ${said}`;
}
