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

/** @type {Promise<any> | null} what was asked before anybody wanted to know */
let early = null;

/** Ask who is signed in before the page is there to hear it. @param {string | null} workspace that the address names */
export function askEarly(workspace) {
  workIn(workspace);
  early = ask("GET", "/me").catch(() => null); // whoever wants to know asks again, and is told what is wrong
}

/** Ask the server who is signed in. Raises: ApiError, with status 401 where nobody is. */
export async function refreshSession() {
  const asked = early;
  early = null;
  change((await asked) ?? (await ask("GET", "/me")));
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
