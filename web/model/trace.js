/**
 * A trace to be drawn: the skeleton's columns, opened into arrays that are indexed by run.
 *
 * Runs stand in the order in which they are drawn, parents before children, so that all that is below run `i` is
 * `i + 1 … last(i)`: folding, subtree sums and search are walks over a range. 25,000 runs open in some milliseconds
 * and hold no object a run. `docs/page-api.md` says what comes from the server.
 */

export const NO_RUN = -1;

/** A model may think for minutes, and send nothing meanwhile. */
const LONG_SILENCE_MS = 10 * 60_000;

/**
 * @typedef {object} Note why the trace is not as it should be
 * @property {string} kind as `docs/page-api.md` names it
 * @property {number[]} runs indexes
 */

/** A trace; all times are in µs since its first start, where it isn't said otherwise. */
export class Trace {
  /** @type {Map<string, number> | null} */
  #byId = null;

  /** @param {any} answer of GET /traces/{id}/skeleton */
  constructor(answer) {
    const { skeleton } = answer;
    const { columns, tables } = skeleton;
    /** @type {string} */
    this.id = answer.trace_id;
    /** @type {string} changes when anything about the trace did */
    this.revision = answer.revision;
    /** @type {{id: string, name: string}} */
    this.project = { id: answer.session_id, name: answer.session_name };
    /** @type {string | null} */
    this.thread = answer.thread_id;
    /** @type {"shortlived" | "longlived"} */
    this.tier = answer.trace_tier;
    this.keptBecause = answer.kept_because?.sentence ?? null;
    /** @type {import("./retention.js").Kept | null} what put it into the extended tier */
    this.kept = answer.kept_because ?? null;
    /** @type {boolean} */
    this.isShared = Boolean(answer.is_shared);
    this.firstReceived_ms = answer.first_received_us / 1000;
    /** @type {number | null} null of a shared link, which does not say it */
    this.lastReceived_ms = answer.last_received_us === null ? null : answer.last_received_us / 1000;
    this.expires_ms = answer.expires_us === null ? null : answer.expires_us / 1000;

    /** @type {number} how many runs */
    this.size = skeleton.runs;
    /** @type {number} index of the root, NO_RUN while it has not arrived */
    this.root = skeleton.root;
    this.failed = skeleton.failed_runs;
    this.pending = skeleton.pending_runs;
    /** @type {number} since 1970 */
    this.start_ms = skeleton.start_us / 1000;
    this.totals = { ...skeleton.totals, cost_usd: usd(skeleton.totals.cost_nano_usd) };
    this.firstToken_us = skeleton.first_token_us === null ? null : skeleton.first_token_us - skeleton.start_us;
    /** @type {Note[]} */
    this.notes = Object.entries(skeleton.notes).map(([kind, runs]) => ({ kind, runs }));

    this.tables = tables;
    this.columns = columns;
    /** @type {Int32Array} index of the run above, NO_RUN of one that has none */
    this.parents = Int32Array.from(columns.parent);
    /** @type {Float64Array} start of each run, in µs since the trace's */
    this.starts_us = startsOf(columns.step_us);
    /** @type {Float64Array} NaN where no end is known */
    this.durations_us = Float64Array.from(columns.duration_us, (/** @type {number | null} */ one) => one ?? NaN);
    const { depths, lasts } = shapeOf(this.parents);
    /** @type {Uint16Array} 0 for roots */
    this.depths = depths;
    /** @type {Int32Array} index of the last run below each; its own where there is none */
    this.lasts = lasts;
    this.startBase_us = skeleton.start_us;
    /** @type {number} the last known end, or start where that is later */
    this.length_us = lengthOf(this.starts_us, this.durations_us);
  }

  /** Whether something may still come: a run is pending that nobody gave up. */
  get isRunning() {
    const given = this.notes.find((note) => note.kind === "never_ended")?.runs.length ?? 0;
    return this.pending > given;
  }

  /**
   * How long nothing has come of a trace that may still run; null where that is not long, not known, or nothing is
   * awaited.
   * @param {number} now_ms
   */
  silence_ms(now_ms) {
    if (this.lastReceived_ms === null) return null;
    const silent_ms = now_ms - this.lastReceived_ms;
    return this.isRunning && silent_ms >= LONG_SILENCE_MS ? silent_ms : null;
  }

  /** The root's status, or that it has not arrived. @returns {string} */
  get status() {
    return this.root === NO_RUN ? "pending" : this.statusOf(this.root);
  }

  /** @param {number} run @returns {string} */
  nameOf(run) {
    return this.tables.names[this.columns.name[run]] || "(no name yet)";
  }

  /** @param {number} run @returns {string} llm, tool, chain, … */
  kindOf(run) {
    return this.tables.run_types[this.columns.run_type[run]];
  }

  /** @param {number} run @returns {"success" | "error" | "pending"} */
  statusOf(run) {
    return this.tables.statuses[this.columns.status[run]];
  }

  /** @param {number} run @returns {string | null} */
  modelOf(run) {
    const at = this.columns.model[run];
    return at === NO_RUN ? null : this.tables.models[at];
  }

  /** The first words of what went wrong. @param {number} run @returns {string | null} */
  errorOf(run) {
    const at = this.columns.error[run];
    return at === undefined ? null : this.tables.errors[at];
  }

  /** @param {number} run @returns {string[]} */
  tagsOf(run) {
    return (this.columns.tags[run] ?? []).map((/** @type {number} */ at) => this.tables.tags[at]);
  }

  /** Milliseconds, null while it runs. @param {number} run @returns {number | null} */
  latencyOf(run) {
    const us = this.durations_us[run];
    return Number.isNaN(us) ? null : us / 1000;
  }

  /** Milliseconds from the run's start to its first token. @param {number} run @returns {number | null} */
  firstTokenOf(run) {
    const us = this.columns.first_token_us[run];
    return us === undefined ? null : us / 1000;
  }

  /** Tokens of a run and all below it. @param {number} run @returns {number} */
  tokensOf(run) {
    const { prompt_tokens, completion_tokens, other_tokens } = this.columns;
    return prompt_tokens[run] + completion_tokens[run] + (other_tokens[run] ?? 0);
  }

  /** What a run and all below it cost; null where nothing is known. @param {number} run @returns {number | null} */
  costOf(run) {
    return usd(this.columns.cost_nano_usd[run]);
  }

  /** @param {number} run @returns {string} the run's UUID */
  idOf(run) {
    const began_ms = Math.floor((this.startBase_us + this.starts_us[run]) / 1000);
    const head = (began_ms + (this.columns.id_ms[run] ?? 0)).toString(16).padStart(12, "0");
    const hex = head + this.columns.id_tails.slice(20 * run, 20 * run + 20);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** @param {string} id @returns {number} NO_RUN where the trace has no such run */
  indexOf(id) {
    if (!this.#byId) {
      this.#byId = new Map();
      for (let run = 0; run < this.size; run++) this.#byId.set(this.idOf(run), run);
    }
    return this.#byId.get(id) ?? NO_RUN;
  }

  /** @param {number} run @returns {boolean} */
  hasChildren(run) {
    return this.lasts[run] > run;
  }

  /** The runs right below one, or the roots of the trace for NO_RUN. @param {number} run @returns {number[]} */
  childrenOf(run) {
    const found = [];
    const end = run === NO_RUN ? this.size - 1 : this.lasts[run];
    for (let child = run + 1; child <= end; child = this.lasts[child] + 1) found.push(child);
    return found;
  }

  /** The runs above one, the nearest first. @param {number} run @returns {number[]} */
  ancestorsOf(run) {
    const found = [];
    for (let one = this.parents[run]; one !== NO_RUN; one = this.parents[one]) found.push(one);
    return found;
  }
}

/**
 * The run that a failure began with: of the runs below a failed one that failed too, again and again, the last.
 * @param {Trace} trace
 * @returns {number} NO_RUN where the trace did not fail, or did so by itself
 */
export function causeOf(trace) {
  const isFailed = (/** @type {number} */ run) => trace.statusOf(run) === "error";
  let cause = trace.root;
  if (cause === NO_RUN || !isFailed(cause)) return NO_RUN;
  for (let below; (below = trace.childrenOf(cause).filter(isFailed).at(-1)) !== undefined;) cause = below;
  return cause === trace.root ? NO_RUN : cause;
}

/** @param {number | null | undefined} nano */
const usd = (nano) => (nano === null || nano === undefined ? null : nano / 1e9);

/** @param {number[]} steps_us each since the one before */
function startsOf(steps_us) {
  const starts = new Float64Array(steps_us.length);
  let at = 0;
  for (let run = 0; run < steps_us.length; run++) starts[run] = at += steps_us[run];
  return starts;
}

/**
 * How deep each run stands, and where what is below it ends.
 * @param {Int32Array} parents
 */
function shapeOf(parents) {
  const depths = new Uint16Array(parents.length);
  const lasts = Int32Array.from(parents, (_, run) => run);
  for (let run = 0; run < parents.length; run++) {
    if (parents[run] !== NO_RUN) depths[run] = depths[parents[run]] + 1;
  }
  for (let run = parents.length - 1; run >= 0; run--) {
    const above = parents[run];
    if (above !== NO_RUN && lasts[run] > lasts[above]) lasts[above] = lasts[run];
  }
  return { depths, lasts };
}

/** @param {Float64Array} starts_us @param {Float64Array} durations_us */
function lengthOf(starts_us, durations_us) {
  let last = 0;
  for (let run = 0; run < starts_us.length; run++) {
    last = Math.max(last, starts_us[run] + (Number.isNaN(durations_us[run]) ? 0 : durations_us[run]));
  }
  return last;
}
