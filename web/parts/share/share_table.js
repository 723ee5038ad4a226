import { count, timeOf } from "../../model/format.js";
import { endSaid, rulesSaid } from "../../model/sharing.js";
import "../copy_button.js";
import { html } from "../element.js";
import { icon } from "../icon.js";
import { when } from "../when.js";

/** @typedef {import("../../model/sharing.js").Listed} Listed */

/**
 * What can be done with the rows.
 * @typedef {object} ShareDeeds
 * @property {(share: Listed) => string} addressOf the trace's, for those who signed in
 * @property {((share: Listed) => void) | null} unshare null where that is not allowed
 * @property {(tokens: string[]) => void} choose these rows, and no other
 */

/**
 * The shares of a workspace.
 * @param {Listed[]} shares
 * @param {Set<string>} chosen by their tokens
 * @param {number} now_ms
 * @param {ShareDeeds} deeds
 */
export const shareTable = (shares, chosen, now_ms, deeds) =>
  html`<div class="card settings-scroll" tabindex="0" role="region" aria-label="What is shared">
    <table class="table stacked-table share-table">
      <thead>
        <tr>
          ${deeds.unshare ? html`<th scope="col" class="share-choose">${chooseAll(shares, chosen, deeds)}</th>` : ""}
          <th scope="col">Trace</th>
          <th scope="col">Shared</th>
          <th scope="col">By</th>
          <th scope="col">Expires</th>
          <th scope="col" class="number">Views</th>
          <th scope="col">Last viewed</th>
          <th scope="col">Hides</th>
          <th scope="col"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody>
        ${shares.map((one) => row(one, chosen, now_ms, deeds))}
      </tbody>
    </table>
  </div>`;

/** @param {Listed[]} shares @param {Set<string>} chosen @param {ShareDeeds} deeds */
function chooseAll(shares, chosen, deeds) {
  const tokens = shares.map((one) => one.share_token);
  const isAll = tokens.length > 0 && tokens.every((one) => chosen.has(one));
  return html`<input
    type="checkbox"
    aria-label="Choose all"
    .checked=${isAll}
    .indeterminate=${!isAll && chosen.size > 0}
    @change=${() => deeds.choose(isAll ? [] : tokens)}
  />`;
}

/** @param {Listed} share @param {Set<string>} chosen @param {number} now_ms @param {ShareDeeds} deeds */
const row = (share, chosen, now_ms, deeds) =>
  html`<tr>
    ${deeds.unshare ? html`<td class="share-choose" data-label="Choose">${choice(share, chosen, deeds)}</td>` : ""}
    <td class="share-what" data-label="Trace">
      <span>
        <a class="cut share-name" href=${deeds.addressOf(share)}>${share.run_name || "(no name)"}</a>
        <span class="cut faint small share-name">${share.session_name}</span>
      </span>
    </td>
    <td data-label="Shared">${when(timeOf(share.created_at), now_ms)}</td>
    <td data-label="By">${share.created_by || html`<span class="faint">–</span>`}</td>
    <td data-label="Expires">${end(share.expires_at, now_ms)}</td>
    <td class="number" data-label="Views">${count(share.views)}</td>
    <td data-label="Last viewed">
      ${share.last_viewed_at ? when(timeOf(share.last_viewed_at), now_ms) : html`<span class="faint">never</span>`}
    </td>
    <td class="share-hides" data-label="Hides"><span class="muted small">${rulesSaid(share.redaction)}</span></td>
    <td class="settings-actions">${actions(share, deeds)}</td>
  </tr>`;

/** @param {Listed} share @param {Set<string>} chosen @param {ShareDeeds} deeds */
function choice({ share_token, run_name }, chosen, deeds) {
  const change = (/** @type {any} */ event) => {
    const others = [...chosen].filter((one) => one !== share_token);
    deeds.choose(event.target.checked ? [...others, share_token] : others);
  };
  return html`<input
    type="checkbox"
    aria-label="Choose ${run_name}"
    .checked=${chosen.has(share_token)}
    @change=${change}
  />`;
}

/** @param {string | null} expires_at @param {number} now_ms */
function end(expires_at, now_ms) {
  const { word, hint } = endSaid(expires_at, now_ms);
  return expires_at ? html`<span title=${hint}>${word}</span>` : html`<span class="faint">${word}</span>`;
}

/** @param {Listed} share @param {ShareDeeds} deeds */
function actions(share, { unshare }) {
  return html`<span class="share-row-actions">
    <tk-copy .text=${share.url} label="Copy the link of ${share.run_name}"></tk-copy>
    <a
      class="button quiet slim only-icon"
      href=${share.url}
      target="_blank"
      rel="noopener"
      title="Open the link"
      aria-label="Open the link of ${share.run_name}"
      >${icon("link-external")}</a
    >
    ${
      unshare
        ? html`<button class="button quiet slim" aria-label="Unshare ${share.run_name}" @click=${() => unshare(share)}>
            Unshare
          </button>`
        : ""
    }
  </span>`;
}
