import { html } from "../element.js";
import { icon } from "../icon.js";

const WORDS = { ok: "Ingest is healthy", warn: "Ingest needs a look", error: "Ingest has trouble" };
const ICONS = { ok: "check-circle", warn: "alert", error: "x-circle-fill" };

/**
 * How well traces come in, in one quiet line; it speaks up where something is wrong.
 * @param {ReturnType<typeof import("../../model/ingest.js").healthOf>} health
 * @param {string} href where it is told whole
 */
export const healthStrip = ({ level, signs }, href) =>
  html`<section class="health-strip" data-level=${level} aria-label="Ingest health">
    <a class="health-word" href=${href}>${icon(ICONS[level])}${WORDS[level]}</a>
    <dl class="health-signs">
      ${signs.map(
        (one) =>
          html`<div data-level=${one.level} title=${one.hint}>
            <dt>${one.word}</dt>
            <dd class="number">${one.level === "ok" ? "" : icon("alert", "Look at this")}${one.value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
