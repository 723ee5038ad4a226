/** What a shared link asks: with no cookie, no key, no referrer. */

import { ApiError } from "./api_error.js";

/**
 * The answer of a shared link, whatever its status: it is asked for as nobody. Raises: ApiError where nothing answers.
 * @param {string} address
 * @returns {Promise<Response>}
 */
export async function askAsNobody(address) {
  try {
    return await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
  } catch {
    throw new ApiError(0, "The server does not answer. It may be restarting, or this machine is offline.");
  }
}
