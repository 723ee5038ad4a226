import "../parts/copy_button.js";
import { openDialog } from "../parts/dialog.js";
import { html } from "../parts/element.js";

/**
 * Show what the webhooks of a rule are signed with: the server says it once.
 * @param {import("../model/rules.js").Rule} rule as its making answered
 * @returns {Promise<unknown>} when the person has seen it
 */
export async function showSecrets({ webhooks }) {
  const fresh = webhooks.filter((one) => one.signing_secret);
  if (!fresh.length) return undefined;
  return openDialog({
    title: "What its webhooks are signed with",
    body: (close) =>
      html`<div class="stack">
        <p>This is shown once. Whoever receives the webhook checks its signature with it (Standard Webhooks).</p>
        ${fresh.map(
          ({ url, signing_secret }) =>
            html`<div class="form-field">
              <span class="label cut" title=${url}>${url}</span>
              <span class="row"
                ><code class="field mono cut">${signing_secret}</code
                ><tk-copy .text=${signing_secret} label="Copy the secret"></tk-copy
              ></span>
            </div>`,
        )}
        <div class="dialog-feet">
          <button class="button primary" autofocus @click=${() => close()}>I have kept it</button>
        </div>
      </div>`,
  });
}
