import { count, timeOf } from "../../model/format.js";
import { endSaid } from "../../model/sharing.js";
import "../copy_button.js";
import { html, nothing } from "../element.js";
import { icon } from "../icon.js";
import { when } from "../when.js";

/**
 * Who sees a trace now.
 * @param {boolean} isShared
 * @param {string[]} networks of a private deployment; none is anyone
 */
export function audience(isShared, networks) {
  if (!isShared)
    return html`<p class="share-state">
      ${icon("shield-lock")}<span
        ><strong>Not shared.</strong> Only those with a key of this workspace see this trace.</span
      >
    </p>`;
  return html`<p class="share-state is-public">
    ${icon("globe")}<span><strong>Shared.</strong> ${whoSees(networks)}</span>
  </p>`;
}

/** @param {string[]} networks */
export const whoSees = (networks) =>
  networks.length
    ? `Whoever has the link sees this trace from these networks, and from nowhere else: ${networks.join(", ")}.`
    : "Anyone with the link can see this trace, without an account. Nobody can change it.";

/**
 * The link of a share, and how it stands.
 * @param {import("../../ask/shares.js").Share} share
 * @param {number} now_ms
 */
export function shareLink(share, now_ms) {
  const end = endSaid(share.ends_at, now_ms);
  return html`<div class="share-link">
      <input
        class="field mono"
        readonly
        aria-label="Link"
        .value=${share.url}
        @focus=${(/** @type {any} */ event) => event.target.select()}
      />
      <tk-copy .text=${share.url} label="Copy the link" word="Copy"></tk-copy>
      <a
        class="button quiet slim only-icon"
        href=${share.url}
        target="_blank"
        rel="noopener"
        aria-label="Open the link in a new tab"
        >${icon("link-external")}</a
      >
    </div>
    <dl class="share-facts">
      <div>
        <dt>Since</dt>
        <dd>${when(timeOf(share.created_at), now_ms)}</dd>
      </div>
      <div>
        <dt>Until</dt>
        <dd title=${end.hint}>${end.word}</dd>
      </div>
      <div>
        <dt>Views</dt>
        <dd class="number">${count(share.views)}</dd>
      </div>
      <div>
        <dt>Last viewed</dt>
        <dd>${share.last_viewed_at ? when(timeOf(share.last_viewed_at), now_ms) : "never"}</dd>
      </div>
    </dl>
    ${
      share.is_ready
        ? nothing
        : html`<p class="muted small">${icon("hourglass")} The copy is being made; the link works in some seconds.</p>`
    }`;
}
