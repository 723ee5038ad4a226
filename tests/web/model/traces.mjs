/** Traces of any shape, for tests. */

import { NO_RUN, Trace } from "../../../web/model/trace.js";

/**
 * A trace of runs given as [depth, name, {…}], in order.
 * @param {[number, string, {kind?: string, status?: string, start_ms?: number, ms?: number | null, error?: string}?][]} runs
 */
export function traceOf(runs) {
  const names = [...new Set(runs.map(([, name]) => name))];
  const kinds = [...new Set(runs.map(([, , more]) => more?.kind ?? "chain"))];
  const statuses = ["success", "error", "pending"];
  const above = [];
  const parent = runs.map(([depth], run) => {
    above[depth] = run;
    return depth === 0 ? NO_RUN : above[depth - 1];
  });
  const starts = runs.map(([, , more], run) => (more?.start_ms ?? run) * 1000);
  const of = (value) => runs.map(() => value);
  return new Trace({
    trace_id: "019e0000-0000-7000-8000-000000000000",
    revision: "r",
    session_id: "p",
    session_name: "p",
    trace_tier: "shortlived",
    first_received_us: 1_795_176_000_000_000,
    last_received_us: 1_795_176_001_000_000,
    expires_us: null,
    skeleton: {
      root: 0,
      runs: runs.length,
      failed_runs: runs.filter(([, , more]) => more?.status === "error").length,
      pending_runs: 0,
      start_us: 1_795_176_000_000_000,
      first_token_us: null,
      totals: {
        prompt_tokens: 0,
        completion_tokens: 0,
        total_tokens: 0,
        cost_nano_usd: null,
      },
      tables: {
        names,
        run_types: kinds,
        models: [],
        errors: [],
        tags: [],
        statuses,
      },
      columns: {
        id_tails: runs.map((_, run) => String(run).padStart(20, "0")).join(""),
        id_ms: {},
        parent,
        name: runs.map(([, name]) => names.indexOf(name)),
        run_type: runs.map(([, , more]) =>
          kinds.indexOf(more?.kind ?? "chain"),
        ),
        status: runs.map(([, , more]) =>
          statuses.indexOf(more?.status ?? "success"),
        ),
        model: of(-1),
        step_us: starts.map(
          (start, run) => start - (run ? starts[run - 1] : 0),
        ),
        duration_us: runs.map(([, , more]) =>
          more?.ms === null ? null : (more?.ms ?? 1) * 1000,
        ),
        prompt_tokens: of(0),
        completion_tokens: of(0),
        other_tokens: {},
        cost_nano_usd: of(null),
        first_token_us: {},
        error: {},
        tags: {},
      },
      notes: {},
    },
  });
}
