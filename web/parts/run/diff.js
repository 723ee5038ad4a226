import { changesOf, sideBySide, tally } from "../../model/diff.js";
import { count } from "../../model/format.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";

/** @typedef {import("../../model/diff.js").Change} Change */
/** @typedef {import("../../model/diff.js").DiffRow} DiffRow */

/** Unchanged lines that are shown around what changed; the rest is folded. */
const AROUND = 3;
const LOOKS = [
  { id: "words", word: "Words" },
  { id: "lines", word: "Lines" },
  { id: "split", word: "Side by side" },
];

/** `before` and `after` are our words for the texts; that nodes have methods of these names, nobody needs here. */
const Plain = /** @type {new () => Omit<Part, "before" | "after">} */ (/** @type {unknown} */ (Part));

/** What changed between two texts: `<tk-text-diff .before=${…} .after=${…}></tk-text-diff>`. */
export class TextDiff extends Plain {
  static properties = {
    before: {},
    after: {},
    look: {},
    changes: { state: true },
    rows: { state: true },
    isWhole: { state: true },
  };

  constructor() {
    super();
    this.before = "";
    this.after = "";
    this.look = "words";
    /** @type {Change[] | null} */
    this.changes = null;
    /** @type {DiffRow[] | null} */
    this.rows = null;
    this.isWhole = false;
    this.asked = 0;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("before") || changed.has("after") || changed.has("look")) this.#compare();
  }

  async #compare() {
    const asked = ++this.asked;
    const { before, after, look } = this;
    const rows = look === "split" ? await sideBySide(before, after) : null;
    const changes = await changesOf(before, after, look === "lines" ? "lines" : "words");
    if (asked === this.asked) [this.rows, this.changes] = [rows, changes];
  }

  render() {
    if (!this.changes) return html`<p class="faint" role="status">Comparing…</p>`;
    if (this.before === this.after) return html`<p class="diff-same faint">${icon("check")}Both are the same.</p>`;
    const { gone, added } = tally(this.changes);
    return html`<div class="diff">
      <div class="diff-bar">
        <span class="diff-tally number"
          ><del class="diff-gone">−${count(gone)}</del> <ins class="diff-new">+${count(added)}</ins> words</span
        >
        <span class="spread"></span>
        <div class="run-segments" role="group" aria-label="Compare by">
          ${LOOKS.map((one) => html`<button class="run-segment" aria-pressed=${one.id === this.look} @click=${() => (this.look = one.id)}>${one.word}</button>`)}
        </div>
      </div>
      ${this.rows && this.look === "split" ? this.#split(this.rows) : html`<p class="diff-text" tabindex="0">${this.changes.map(piece)}</p>`}
    </div>`;
  }

  /** @param {DiffRow[]} rows */
  #split(rows) {
    const near = this.isWhole ? null : nearChanges(rows);
    return html`<table class="diff-table" aria-label="Both texts, line by line">
      <tbody>
        ${rows.map((one, at) => (near && !near.has(at) ? (near.has(at - 1) || at === 0 ? this.#fold() : nothing) : line(one)))}
      </tbody>
    </table>`;
  }

  #fold() {
    return html`<tr class="diff-fold">
      <td colspan="4">
        <button class="text-more" @click=${() => (this.isWhole = true)}>
          ${icon("unfold")}Show lines that are the same
        </button>
      </td>
    </tr>`;
  }
}

/** Fewer lines than these are shown rather than folded. */
const WORTH_FOLDING = 4;

/** The places that are shown: around each change, and between two that lie close. @param {DiffRow[]} rows */
function nearChanges(rows) {
  /** @type {Set<number>} */
  const near = new Set();
  rows.forEach(({ isChanged }, at) => {
    if (isChanged) for (let one = at - AROUND; one <= at + AROUND; one++) near.add(one);
  });
  /** @type {number[]} */
  let gap = [];
  for (let at = 0; at <= rows.length; at++) {
    if (at < rows.length && !near.has(at)) gap.push(at);
    else {
      if (gap.length < WORTH_FOLDING) for (const one of gap) near.add(one);
      gap = [];
    }
  }
  return near;
}

/** @param {Change} one */
const piece = (one) =>
  one.kind === "same"
    ? one.text
    : one.kind === "gone"
      ? html`<del class="diff-gone">${one.text}</del>`
      : html`<ins class="diff-new">${one.text}</ins>`;

/** @param {DiffRow} one */
const line = ({ before, after, isChanged }) =>
  html`<tr data-changed=${isChanged ? "yes" : nothing}>
    <td class="diff-number number">${before?.number ?? nothing}</td>
    <td class="diff-side" data-side=${before ? "before" : "none"}>${before?.changes.map(piece) ?? nothing}</td>
    <td class="diff-number number">${after?.number ?? nothing}</td>
    <td class="diff-side" data-side=${after ? "after" : "none"}>${after?.changes.map(piece) ?? nothing}</td>
  </tr>`;

define("tk-text-diff", /** @type {any} */ (TextDiff));
