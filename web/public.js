/**
 * The page of a shared link begins here. The server wrote what one sees first; once the files are there, the parts of
 * the trace page take its place. No session, no cookie, no other host.
 */

import "./views/shared.js";

import { SharedFiles, sharedSource } from "./ask/shared_trace.js";
import { startKeys } from "./keys.js";

const told = JSON.parse(document.getElementById("shared")?.textContent ?? "null");
const place = document.getElementById("share");

/** @param {HTMLElement} place */
async function takeOver(place) {
  const early = /** @type {any} */ (globalThis).earlyFiles; // by shared.js, before any module was there
  const source = sharedSource(new SharedFiles(told.token, told, undefined, early));
  await source.ready();
  const view = /** @type {import("./views/shared.js").SharedView} */ (document.createElement("tk-shared-view"));
  Object.assign(view, { source, token: told.token, strip: told.strip, downloads: told.downloads });
  document.documentElement.classList.add("is-taken-over");
  place.replaceChildren(view);
}

if (told && place) {
  startKeys();
  takeOver(place).catch(async (error) => (await import("./parts/toast.js")).sayError(error));
}
