/** Shared URLs: how their list is asked for and chosen from, and why a link works no more. */

/**
 * A link as the list of all workspaces has it.
 * @typedef {object} Listed
 * @property {string} share_token
 * @property {string} share_id
 * @property {string} run_id
 * @property {string} run_name
 * @property {string} run_type
 * @property {string} session_id
 * @property {string} session_name
 * @property {string} url
 * @property {string} created_at
 * @property {string | null} created_by
 * @property {string | null} expires_at
 * @property {string} ends_at
 * @property {string} tenant_id
 * @property {string} workspace_name
 * @property {boolean} is_ready
 * @property {number} views
 * @property {string | null} last_viewed_at
 * @property {import("./sharing.js").Redaction} redaction
 */

/**
 * Which links are asked for, and in which order.
 * @typedef {object} LinksAsked
 * @property {string} q words
 * @property {string} sort
 * @property {"asc" | "desc"} order
 * @property {string} workspace only of this one; "" is all
 */

/** What a column is sorted by when it is first chosen: the newest and the most first, names from A on. */
const SORTS = /** @type {Record<string, "asc" | "desc">} */ ({
  created_at: "desc",
  ends_at: "asc",
  views: "desc",
  last_viewed_at: "desc",
  run_name: "asc",
  workspace_name: "asc",
});

/** What an address asks for. @param {URLSearchParams} query @returns {LinksAsked} */
export function linksAsked(query) {
  const said = query.get("sort") ?? "";
  const sort = Object.hasOwn(SORTS, said) ? said : "created_at";
  const order = query.get("order");
  return {
    q: query.get("q") ?? "",
    sort,
    order: order === "asc" || order === "desc" ? order : SORTS[sort],
    workspace: query.get("workspace") ?? "",
  };
}

/** How it is sorted once a column was pressed. @param {LinksAsked} asked @param {string} column */
export const sortedBy = (asked, column) => ({
  sort: column,
  order: asked.sort !== column ? SORTS[column] : asked.order === "asc" ? "desc" : "asc",
});

/**
 * What is chosen after a press on one row: it alone, or with Shift all from the row pressed before.
 * @param {string[]} tokens of all rows, in order
 * @param {Set<string>} chosen
 * @param {{token: string, from: string | null, isOn: boolean}} pressed
 */
export function chosenWith(tokens, chosen, { token, from, isOn }) {
  const [at, start] = [tokens.indexOf(token), from === null ? -1 : tokens.indexOf(from)];
  const range = start < 0 ? [token] : tokens.slice(Math.min(at, start), Math.max(at, start) + 1);
  const all = new Set(chosen);
  for (const one of range) {
    if (isOn) all.add(one);
    else all.delete(one);
  }
  return all;
}

/** Why a link works no more, as it is said. @type {Record<string, string>} */
const REASONS = {
  unshared: "Unshared",
  "unshared all": "Unshared with all others",
  ended: "Expired",
  "trace gone": "Its trace is gone",
  "trace deleted": "Its trace was deleted",
  "project deleted": "Its project was deleted",
};

/** @param {{state: string, reason: string | null}} receipt */
export const reasonSaid = ({ state, reason }) =>
  state === "shared" ? "Shared" : (REASONS[reason ?? ""] ?? reason ?? "Taken back");
