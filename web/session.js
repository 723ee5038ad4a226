/** Who is signed in, known to every view; null until it is known, and after signing out. */

import { ask, workIn } from "./api.js";

/** @type {any} */
let me = null;
const listeners = new Set();

/** Who asks: the key, its workspace, the deployment; as GET /me says it. */
export const whoAmI = () => me;

/** @param {() => void} listener @returns {() => void} */
export function onSession(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Ask the server who is signed in. Raises: ApiError, with status 401 where nobody is. */
export async function refreshSession() {
  change(await ask("GET", "/me"));
  return me;
}

/** @param {string} key an API key; the browser keeps a cookie for it that no script can read */
export async function signIn(key) {
  await ask("POST", "/sign-in", { body: { api_key: key } });
  workIn(null); // the key before may have belonged elsewhere
  return refreshSession();
}

/** End the session here and on the server. */
export async function signOut() {
  await ask("POST", "/sign-out");
  change(null);
}

/** Forget who was signed in: the server did. */
export const forgetSession = () => change(null);

/** @param {any} found */
function change(found) {
  me = found;
  for (const listener of [...listeners]) listener();
}
