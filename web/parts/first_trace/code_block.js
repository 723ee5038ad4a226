import "../copy_button.js";
import { html, nothing } from "../element.js";

/**
 * A text to copy: what it is called, the text, a button.
 * @param {{title: string, text: string, isSecret?: boolean}} block
 */
export const codeBlock = ({ title, text, isSecret = false }) =>
  html`<figure class="code-block">
    <figcaption>
      <span class="cut">${title}</span>
      ${isSecret ? html`<span class="badge warn">holds your key</span>` : nothing}
      <span class="spread"></span>
      <tk-copy .text=${text} label="Copy ${title}" word="Copy"></tk-copy>
    </figcaption>
    <pre tabindex="0" role="region" aria-label=${title}><code>${text}</code></pre>
  </figure>`;
