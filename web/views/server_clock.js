/** The server's clock, which on a laptop that sleeps can be ahead of the browser's; times that are "ago" go by it. */

/** @type {WeakMap<object, number>} */
const offsets = new WeakMap();

/**
 * Milliseconds since the epoch by the server's clock.
 * @param {any} me as GET /me said it; null where nobody is signed in
 */
export function serverNow_ms(me) {
  if (!me?.server?.now) return Date.now();
  const known = offsets.get(me) ?? Date.parse(me.server.now) - Date.now();
  offsets.set(me, known);
  return Date.now() + known;
}
