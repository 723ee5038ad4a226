/**
 * The only place that talks to the API. Each question that the page asks is a function in `ask/`, and every one of those
 * goes through here; but for a shared link's, which nobody in particular asks: `as_nobody.js`.
 */

import { ApiError } from "./api_error.js";

export { ApiError };

export const PREFIX = "/api/v1";

/** @type {string | null} */
let workspace = null;

/** Ask in this workspace from now on, as a key of the whole organization may; null is the key's own. @param {string | null} id */
export const workIn = (id) => (workspace = id);

/**
 * @typedef {object} Asked
 * @property {Record<string, string | number | boolean | string[] | null | undefined>} [query] null and undefined are left out
 * @property {unknown} [body] sent as JSON
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers]
 * @property {"text"} [as] the answer as it came, where it is no JSON
 */

/**
 * @template T
 * @typedef {{body: T, headers: Headers, status: number}} Answer
 */

/**
 * The answer's JSON. Raises: ApiError.
 * @param {string} method
 * @param {string} path below the prefix, as "/sessions"
 * @param {Asked} [asked]
 * @returns {Promise<any>}
 */
export async function ask(method, path, asked = {}) {
  return (await askWhole(method, path, asked)).body;
}

/**
 * The answer with its headers: how it was served, its revision. A 304 has no body. Raises: ApiError.
 * @param {string} method
 * @param {string} path
 * @param {Asked} [asked]
 * @returns {Promise<Answer<any>>}
 */
export async function askWhole(method, path, asked = {}) {
  const response = await send(method, path, asked);
  const text = response.status === 204 || response.status === 304 ? "" : await response.text();
  const body = asked.as === "text" && response.ok ? text : parsed(text);
  if (response.ok || response.status === 304) return { body, headers: response.headers, status: response.status };
  if (response.status === 401) globalThis.dispatchEvent?.(new Event("tracekeep:signed-out"));
  throw new ApiError(response.status, messageOf(response, body), body);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Asked} asked
 */
async function send(method, path, asked) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json", "x-tracekeep-page": "1", ...asked.headers };
  if (workspace) headers["x-tenant-id"] = workspace;
  if (asked.body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(PREFIX + path + queryText(asked.query), {
      method,
      headers,
      body: asked.body === undefined ? undefined : JSON.stringify(asked.body),
      signal: asked.signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer. It may be restarting, or this machine is offline.");
  }
}

/** As much of an attachment is shown; the rest is for downloading. */
const MOST_LINKED_BYTES = 2_000_000;

/**
 * The text behind a link that is its own permission, as those to attachments are; no cookie goes along. What is
 * longer than two megabytes ends with a line that says so. Raises: ApiError.
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function readLink(url) {
  const response = await fetch(url, { credentials: "omit" }).catch(() => null);
  if (!response?.ok || !response.body)
    throw new ApiError(
      response?.status ?? 0,
      "The attachment cannot be read. Its link works for an hour: open the run again.",
    );
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  for (let read = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    read += value.byteLength;
    if (read <= MOST_LINKED_BYTES) continue;
    reader.cancel();
    return `${text}\n\n… This is the beginning. Download it to see all.`;
  }
}

/**
 * "?a=1&b=x&b=y", or nothing.
 * @param {Asked["query"]} [query]
 */
export function queryText(query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text && `?${text}`;
}

/** @param {string} text */
function parsed(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {Response} response
 * @param {any} body
 */
function messageOf(response, body) {
  const said = body?.detail ?? body?.message ?? body?.error;
  if (typeof said === "string") return said;
  if (Array.isArray(said)) return said.map((one) => one?.msg ?? String(one)).join("; ");
  return `The server answered ${response.status} ${response.statusText}`.trim();
}
