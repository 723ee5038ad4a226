/** Texts in which something is hidden, and what is wrong with a rule, as the page shows it. */

const MARK = "▇▇▇";

/** @typedef {{text: string, isHidden: boolean}} Piece */

/**
 * A text in pieces, so that what is hidden can be marked.
 * @param {string} text
 * @param {string[]} rules that hide something in it
 * @returns {Piece[]}
 */
export function piecesOf(text, rules) {
  const longestFirst = [...rules].sort((one, other) => other.length - one.length).map(escaped);
  if (!longestFirst.length) return [{ text, isHidden: false }];
  return text
    .split(new RegExp(`(${MARK} (?:${longestFirst.join("|")}))`))
    .map((piece, at) => ({ text: piece, isHidden: at % 2 === 1 }))
    .filter((piece) => piece.text);
}

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * What the server says is wrong with an expression: whose it is, in which words, and at which character.
 * @param {string} message
 * @param {{name: string, expression: string}[]} custom
 * @returns {{at: number, says: string, place: number | null} | null} null where it is not about one of these
 */
export function wrongOf(message, custom) {
  const said = message.replaceAll("\\\\", "\\");
  const at = custom.findIndex(
    ({ name, expression }) => said.includes(quoted(expression)) || said.includes(`name ${quoted(name)}`),
  );
  if (at < 0) return null;
  const isName = said.includes(`name ${quoted(custom[at].name)}`);
  const after = said.slice(said.indexOf(quoted(isName ? custom[at].name : custom[at].expression)));
  const says = after.slice(after.indexOf(" ", quoted(isName ? custom[at].name : custom[at].expression).length) + 1);
  const place = isName ? null : (/at position (\d+)/.exec(says)?.[1] ?? null);
  return { at, says, place: place === null ? null : Number(place) };
}

/** As Python writes a text: in single quotes, in double ones where it has single ones; cut at 80. @param {string} text */
function quoted(text) {
  const cut = text.slice(0, 80);
  return cut.includes("'") && !cut.includes('"') ? `"${cut}"` : `'${cut}'`;
}
