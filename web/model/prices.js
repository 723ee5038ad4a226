/** Prices of models, said for a million tokens; the wire has dollars for one. */

/**
 * @typedef {object} Price
 * @property {string} id
 * @property {string} name
 * @property {string} match_pattern
 * @property {string | null} provider
 * @property {string | null} start_time
 * @property {string | null} prompt_cost dollars a token, in decimals
 * @property {string | null} completion_cost
 * @property {Record<string, string> | null} prompt_cost_details
 * @property {Record<string, string> | null} completion_cost_details
 * @property {boolean} is_own
 */

/**
 * @typedef {object} PriceSaid
 * @property {string} name
 * @property {string} match_pattern
 * @property {string | null} provider
 * @property {string} prompt_cost
 * @property {string} completion_cost
 * @property {Record<string, string>} prompt_cost_details
 * @property {Record<string, string>} completion_cost_details
 */

const MILLION = 6;

/**
 * "0.0000025" a token is "2.5" a million: the point moves, so that no figure is rounded.
 * @param {string | number | null | undefined} perToken
 * @returns {string}
 */
export function perMillion(perToken) {
  if (perToken === null || perToken === undefined) return "";
  return moved(plain(String(perToken)), MILLION);
}

/**
 * "2.5" a million is "0.0000025" a token; null where it is no amount.
 * @param {string} text
 * @returns {string | null}
 */
export function perToken(text) {
  const said = text.trim().replace(/^\$/, "");
  return /^\d+(\.\d*)?$|^\.\d+$/.test(said) ? moved(said, -MILLION) : null;
}

/** A decimal without an exponent: "8E-8" is "0.00000008". @param {string} text */
function plain(text) {
  const [figures, exponent] = text.toLowerCase().split("e");
  return exponent ? moved(figures, Number(exponent)) : figures;
}

/** A decimal, its point moved to the right by so many places. @param {string} text @param {number} places */
function moved(text, places) {
  const [whole, part = ""] = text.split(".");
  const figures = "0".repeat(Math.max(0, -places)) + whole + part + "0".repeat(Math.max(0, places));
  const at = Math.max(0, -places) + whole.length + places;
  const [before, after] = [figures.slice(0, at).replace(/^0+/, "") || "0", figures.slice(at).replace(/0+$/, "")];
  return after ? `${before}.${after}` : before;
}

/**
 * The pattern as people read it, where it is no more than a name: "gpt-4\.1" is "gpt-4.1".
 * @param {Price} price
 */
export const nameOf = (price) => price.name.replaceAll(/\\([.\-+/])/g, "$1");

/**
 * Prices whose name, pattern or provider has every word.
 * @param {Price[]} prices
 * @param {string} words
 */
export function matchingPrices(prices, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return prices.filter((price) => {
    const text = `${nameOf(price)} ${price.match_pattern} ${price.provider ?? ""}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** Kinds of tokens that may have a price of their own, most usual first. */
export const PROMPT_KINDS = ["cache_read", "cache_creation", "audio"];
export const COMPLETION_KINDS = ["reasoning", "audio"];

/**
 * A row as a form has it, or what is wrong with it, by field.
 * @param {Record<string, string>} form
 * @returns {{said: PriceSaid, wrong: null} | {said: null, wrong: Record<string, string>}}
 */
export function priceOf(form) {
  /** @type {Record<string, string>} */
  const wrong = {};
  /** @param {string} field */
  const amount = (field) => {
    const found = perToken(form[field] ?? "");
    if (found === null) wrong[field] = "Say dollars for a million tokens, such as 2.50";
    return found ?? "";
  };
  if (!form.match_pattern?.trim()) wrong.match_pattern = "Say which models: a name, or a regular expression";
  const [prompt_cost, completion_cost] = [amount("prompt"), amount("completion")];
  /** @param {string} side @param {string[]} kinds */
  const details = (side, kinds) =>
    Object.fromEntries(
      kinds.filter((kind) => form[`${side}.${kind}`]?.trim()).map((kind) => [kind, amount(`${side}.${kind}`)]),
    );
  const said = {
    name: form.name?.trim() || (form.match_pattern ?? "").trim(),
    match_pattern: (form.match_pattern ?? "").trim(),
    provider: form.provider?.trim() || null,
    prompt_cost,
    completion_cost,
    prompt_cost_details: details("prompt", PROMPT_KINDS),
    completion_cost_details: details("completion", COMPLETION_KINDS),
  };
  return Object.keys(wrong).length ? { said: null, wrong } : { said, wrong: null };
}
