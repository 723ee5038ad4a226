import { plural } from "../../model/format.js";
import { SHAPES, WHOLES, namesIn } from "../../model/sharing.js";
import { html } from "../element.js";
import "./custom_rules.js";

/** @typedef {import("../../model/sharing.js").Redaction} Redaction */

/**
 * The fields that say what a share hides.
 * @param {Redaction} rules
 * @param {(rules: Redaction) => void} change
 * @param {string} [problem] what the server says is wrong with them
 */
export const rulesFields = (rules, change, problem = "") =>
  html`<div class="share-checks">
      ${SHAPES.map(({ id, word }) =>
        check(word, rules.patterns.includes(id), (isOn) =>
          change({ ...rules, patterns: toggled(rules.patterns, id, isOn) }),
        ),
      )}
      ${WHOLES.map(({ id, word }) => check(`All ${word.toLowerCase()}`, rules[id], (isOn) => change({ ...rules, [id]: isOn })))}
    </div>
    <details class="share-named">
      <summary>${namedSaid(rules)}</summary>
      <div class="stack">
        <label class="label">
          Fields with these names, at any depth
          <textarea
            class="field mono share-names"
            name="keys"
            rows="4"
            spellcheck="false"
            placeholder="password, *token*"
            .value=${rules.keys.join(", ")}
            @change=${(/** @type {any} */ event) => change({ ...rules, keys: namesIn(event.target.value) })}
          ></textarea>
        </label>
        <label class="label">
          Values at these places
          <textarea
            class="field mono share-names"
            name="paths"
            rows="2"
            spellcheck="false"
            placeholder="inputs.messages[*].content, metadata.user.**"
            .value=${rules.paths.join(", ")}
            @change=${(/** @type {any} */ event) => change({ ...rules, paths: namesIn(event.target.value) })}
          ></textarea>
        </label>
        <tk-custom-rules
          .custom=${rules.custom}
          .problem=${problem}
          @custom=${(/** @type {CustomEvent} */ event) => (event.stopPropagation(), change({ ...rules, custom: event.detail }))}
        ></tk-custom-rules>
      </div>
    </details> `;

/** @param {string} word @param {boolean} isOn @param {(isOn: boolean) => void} change */
const check = (word, isOn, change) =>
  html`<label class="share-check">
    <input
      type="checkbox"
      .checked=${isOn}
      @change=${(/** @type {any} */ event) => change(event.target.checked)}
    />${word}
  </label>`;

/** @param {string[]} names @param {string} name @param {boolean} isOn */
const toggled = (names, name, isOn) => (isOn ? [...names, name] : names.filter((one) => one !== name));

/** @param {Redaction} rules */
const namedSaid = ({ keys, paths, custom }) =>
  `By name, place and expression: ${[
    plural(keys.length, "name"),
    ...(paths.length ? [plural(paths.length, "place")] : []),
    ...(custom.length ? [plural(custom.length, "expression")] : []),
  ].join(", ")}`;
