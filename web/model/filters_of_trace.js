/** What of a trace is shown: only what failed, only some kinds of runs. */

/** @typedef {import("./trace.js").Trace} Trace */

/** @type {{id: string, word: string, takes: (trace: Trace, run: number) => boolean}[]} */
export const ONLY = [
  { id: "errors", word: "Errors", takes: (trace, run) => trace.statusOf(run) === "error" },
  { id: "llm", word: "LLM", takes: (trace, run) => trace.kindOf(run) === "llm" },
  { id: "tools", word: "Tools", takes: (trace, run) => ["tool", "retriever"].includes(trace.kindOf(run)) },
];

/**
 * Whether a run is one of those asked for; several filters show what any of them takes. Null where none is chosen.
 * @param {Trace} trace
 * @param {string[]} chosen ids of `ONLY`
 * @returns {((run: number) => boolean) | null}
 */
export function wantedOf(trace, chosen) {
  const filters = ONLY.filter((one) => chosen.includes(one.id));
  return filters.length ? (run) => filters.some((one) => one.takes(trace, run)) : null;
}

/** How many runs each filter takes. @param {Trace} trace @returns {Map<string, number>} */
export function countsOf(trace) {
  const counts = new Map(ONLY.map((one) => [one.id, 0]));
  for (let run = 0; run < trace.size; run++) {
    for (const one of ONLY) if (one.takes(trace, run)) counts.set(one.id, (counts.get(one.id) ?? 0) + 1);
  }
  return counts;
}
