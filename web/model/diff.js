/** What changed between two texts, as pieces in a row or as lines side by side. The algorithm is loaded when needed. */

/** @typedef {{kind: "same" | "gone" | "new", text: string}} Change */
/** @typedef {{number: number, changes: Change[]}} DiffLine `number` counts from 1 */
/** @typedef {{before: DiffLine | null, after: DiffLine | null, isChanged: boolean}} DiffRow */

/** How long it may look for the shortest difference; then lines are compared, then whole texts. */
const TIMEOUT_MS = 400;

/**
 * The changes that make one text the other; joined they are both.
 * @param {string} before
 * @param {string} after
 * @param {"words" | "lines"} [by]
 * @returns {Promise<Change[]>}
 */
export async function changesOf(before, after, by = "words") {
  if (before === after) return before ? [{ kind: "same", text: before }] : [];
  const { diffLines, diffWordsWithSpace } = await import("diff");
  const timed = { timeout: TIMEOUT_MS };
  const found = (by === "words" && diffWordsWithSpace(before, after, timed)) || diffLines(before, after, timed);
  return found ? found.map(changeOf) : replaced(before, after);
}

/** @param {{added?: boolean, removed?: boolean, value: string}} one @returns {Change} */
const changeOf = (one) => ({ kind: one.added ? "new" : one.removed ? "gone" : "same", text: one.value });

/** @param {string} before @param {string} after @returns {Change[]} */
const replaced = (before, after) =>
  /** @type {Change[]} */ ([
    { kind: "gone", text: before },
    { kind: "new", text: after },
  ]).filter((one) => one.text);

/**
 * Lines side by side: lines that differ stand beside what came instead, with the words that changed in them.
 * @param {string} before
 * @param {string} after
 * @returns {Promise<DiffRow[]>}
 */
export async function sideBySide(before, after) {
  const blocks = blocksOf(await changesOf(before, after, "lines"));
  const { diffWordsWithSpace } = await import("diff");
  /** @param {string} one @param {string} other */
  const words = (one, other) =>
    diffWordsWithSpace(one, other, { timeout: TIMEOUT_MS })?.map(changeOf) ?? replaced(one, other);
  return rowsOf(blocks, words);
}

/** Runs of lines: the same in both, or some that are gone and some that came. @param {Change[]} changes */
function blocksOf(changes) {
  /** @type {{gone: string[], added: string[], isSame: boolean}[]} */
  const blocks = [];
  for (const { kind, text } of changes) {
    const lines = text.replace(/\n$/, "").split("\n");
    const last = blocks.at(-1);
    if (kind === "same") blocks.push({ gone: lines, added: lines, isSame: true });
    else if (last && !last.isSame) last[kind === "gone" ? "gone" : "added"].push(...lines);
    else blocks.push({ gone: kind === "gone" ? lines : [], added: kind === "new" ? lines : [], isSame: false });
  }
  return blocks;
}

/** @param {ReturnType<typeof blocksOf>} blocks @param {(one: string, other: string) => Change[]} words @returns {DiffRow[]} */
function rowsOf(blocks, words) {
  const rows = [];
  let [left, right] = [0, 0];
  for (const { gone, added, isSame } of blocks) {
    for (let at = 0; at < Math.max(gone.length, added.length); at++) {
      const pair = pairOf(gone[at], added[at], isSame, words);
      rows.push({
        before: pair.before && { number: ++left, changes: pair.before },
        after: pair.after && { number: ++right, changes: pair.after },
        isChanged: !isSame,
      });
    }
  }
  return rows;
}

/** @param {string | undefined} gone @param {string | undefined} added @param {boolean} isSame @param {(one: string, other: string) => Change[]} words */
function pairOf(gone, added, isSame, words) {
  /** @type {(kind: Change["kind"], text: string | undefined) => Change[] | null} */
  const whole = (kind, text) => (text === undefined ? null : [{ kind, text }]);
  if (isSame) return { before: whole("same", gone), after: whole("same", added) };
  if (gone === undefined || added === undefined) return { before: whole("gone", gone), after: whole("new", added) };
  const changes = words(gone, added);
  return { before: changes.filter((one) => one.kind !== "new"), after: changes.filter((one) => one.kind !== "gone") };
}

/** How many words or lines came and went. @param {Change[]} changes */
export function tally(changes) {
  const words = (/** @type {Change["kind"]} */ kind) =>
    changes.filter((one) => one.kind === kind).reduce((sum, one) => sum + (one.text.match(/\S+/g)?.length ?? 0), 0);
  return { gone: words("gone"), added: words("new") };
}
