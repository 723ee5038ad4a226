/** How an answer was found, and how far a search came, out of the headers that say so. */

/** @typedef {{isIndex: boolean, path: string | null, rows: number, readUnits: number, objectGets: number}} Served */
/** @typedef {{lookedAt: number, share: number, reached_ms: number | null}} Progress */

/** "index; path=heads; rows=257; read_units=18.5; object_gets=2" @param {string | null} header @returns {Served | null} */
export function servedOf(header) {
  if (!header) return null;
  const said = partsOf(header);
  return {
    isIndex: !header.startsWith("scan"),
    path: said.get("path") ?? null,
    rows: Number(said.get("rows") ?? 0),
    readUnits: Number(said.get("read_units") ?? 0),
    objectGets: Number(said.get("object_gets") ?? 0),
  };
}

/** "looked_at=1840; reached=…Z; done=0.3125" @param {string | null} header @returns {Progress | null} */
export function progressOf(header) {
  if (!header) return null;
  const said = partsOf(header);
  const reached = said.get("reached");
  return {
    lookedAt: Number(said.get("looked_at") ?? 0),
    share: Number(said.get("done") ?? 0),
    reached_ms: reached ? Date.parse(reached) : null,
  };
}

/** @param {string} header @returns {Map<string, string>} */
const partsOf = (header) =>
  new Map(
    header
      .split(";")
      .map((part) => part.trim().split("="))
      .filter((pair) => pair.length === 2)
      .map(([name, value]) => [name, value]),
  );
