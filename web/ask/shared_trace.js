/** A shared trace, from the files of its snapshot: signed for some minutes, signed anew while the page is open. */

import { ApiError } from "../api_error.js";
import { askAsNobody } from "../as_nobody.js";
import { NO_RUN, Trace } from "../model/trace.js";

/**
 * What the document, and GET /public/{token}/sign, say of a share.
 * @typedef {object} Signed
 * @property {string} base where the files lie: one folder a revision
 * @property {string} query to be appended to their addresses
 * @property {number} until_s when the signature ends, by the server's clock
 * @property {number} now_s the server's clock
 * @property {boolean} is_growing whether the trace had not ended
 */

/**
 * The files of a snapshot, by their path in it.
 * @typedef {object} SnapshotFiles
 * @property {{base: string, is_growing: boolean}} signed
 * @property {(path: string) => Promise<any>} read
 * @property {() => Promise<void>} sign
 * @property {(path: string) => string | undefined} linkTo
 */

/** What a share does not tell: whose the trace is, and how long it is kept. */
const UNSAID = {
  session_id: "",
  session_name: "",
  thread_id: null,
  trace_tier: "shortlived",
  kept_because: null,
  first_received_us: null,
  last_received_us: null,
  expires_us: null,
};
const EARLY_S = 20;
const PARTS_KEPT = 24;
const MOST_SEARCHED = 60;
const GONE = "This link shows nothing any more. It may have ended, or been taken back.";

/** The files of one share, by their path below its folder. */
export class SharedFiles {
  #ahead_s = 0;

  /**
   * @param {string} token
   * @param {Signed} signed
   * @param {typeof askAsNobody} [ask]
   * @param {Record<string, Promise<Response | null>>} [early] what was asked for before this was there, by its path
   */
  constructor(token, signed, ask = askAsNobody, early = {}) {
    this.early = early;
    this.token = token;
    this.signed = signed;
    this.ask = ask;
    this.#ahead_s = signed.now_s - Date.now() / 1000;
  }

  /** A file's JSON. Raises: ApiError; its status is 404 where the share is over. @param {string} path @returns {Promise<any>} */
  async read(path) {
    const early = await this.#early(path);
    if (early) return early.json();
    if (this.signed.until_s - this.#now_s() < EARLY_S) await this.sign();
    let answer = await this.ask(this.#address(path));
    if (answer.status === 403) {
      // The key was changed, or the clock was: what is signed now decides.
      await this.sign();
      answer = await this.ask(this.#address(path));
    }
    return jsonOf(answer);
  }

  /** Have the share signed anew; it may lie elsewhere by now. Raises: ApiError. */
  async sign() {
    this.early = {}; // of what was signed before
    this.signed = await jsonOf(await this.ask(`/public/${this.token}/sign`));
    this.#ahead_s = this.signed.now_s - Date.now() / 1000;
  }

  /** The address of an attachment, which works whenever it is followed. @param {string} path "attachments/3" */
  linkTo(path) {
    return `/public/${this.token}/download/${path.replace("/", "-")}`;
  }

  /** What was asked for early, once, where it was answered. @param {string} path */
  async #early(path) {
    const asked = this.early[path];
    delete this.early[path];
    const answer = await asked;
    return answer?.ok ? answer : null;
  }

  /** @param {string} path */
  #address(path) {
    return `${this.signed.base}${path}?${this.signed.query}`;
  }

  #now_s() {
    return Date.now() / 1000 + this.#ahead_s;
  }
}

/** @param {Response} answer @returns {Promise<any>} */
async function jsonOf(answer) {
  if (answer.ok) return answer.json();
  if (answer.status === 404 || answer.status === 403) throw new ApiError(404, GONE);
  throw new ApiError(answer.status, `The server answered ${answer.status}. Try again in a moment.`);
}

/** One revision of a snapshot, with the parts that were read last. */
class Revision {
  /** @type {Map<number, Promise<any[]>>} */
  #parts = new Map();

  /** @param {SnapshotFiles} files @param {any} answer @param {any} index */
  constructor(files, answer, index) {
    this.files = files;
    this.base = files.signed.base;
    this.answer = answer;
    this.index = index;
    this.trace = new Trace(answer);
  }

  /** @param {SnapshotFiles} files */
  static async read(files) {
    const [answer, index] = await Promise.all([files.read("trace.json"), files.read("index.json")]);
    return new Revision(files, { ...UNSAID, ...answer }, index);
  }

  get parts() {
    return 1 + Math.max(-1, ...this.index.part_of.slice(-1));
  }

  /** The runs of a part, each with the addresses of its attachments. @param {number} part @returns {Promise<any[]>} */
  part(part) {
    const known = this.#parts.get(part);
    if (known) return known;
    const asked = this.files
      .read(`runs/${part}.json`)
      .then((runs) => runs.map((/** @type {any} */ run) => this.#linked(run)));
    asked.catch(() => this.#parts.delete(part));
    this.#parts.set(part, asked);
    if (this.#parts.size > PARTS_KEPT) this.#parts.delete(/** @type {number} */ (this.#parts.keys().next().value));
    return asked;
  }

  /** @param {any} run */
  #linked(run) {
    const paths = this.index.attachments?.[this.trace.indexOf(run.id)] ?? {};
    const attachments = Object.entries(run.attachments ?? {}).map(([name, about]) => [
      name,
      { .../** @type {any} */ (about), url: paths[name] && this.files.linkTo(paths[name]) },
    ]);
    return { ...run, attachments: Object.fromEntries(attachments) };
  }
}

/**
 * The files as a source of one trace.
 * @param {SnapshotFiles} files
 * @returns {import("./traces.js").TraceSource & {ready: () => Promise<any>}}
 */
export function sharedSource(files) {
  /** @type {Promise<Revision> | null} */
  let current = null;
  const revision = () => (current ??= Revision.read(files));
  return {
    isLive: files.signed.is_growing,
    ready: async () => (await revision()).answer,
    skeleton: async (known) => {
      if (known !== null) await files.sign();
      if (known !== null && (await revision()).base === files.signed.base) return null;
      if (known !== null) current = null;
      return (await revision()).answer;
    },
    runs: async (ids) => ({ runs: await detailsOf(await revision(), ids), left_out: [] }),
    search: async (words, signal) => searched(await revision(), words, signal),
  };
}

/** @param {Revision} revision @param {string[]} ids */
async function detailsOf(revision, ids) {
  const wanted = new Set(ids);
  const places = ids.map((id) => revision.trace.indexOf(id)).filter((at) => at !== NO_RUN);
  const parts = [...new Set(places.map((at) => revision.index.part_of[at]))];
  const found = await Promise.all(parts.map((part) => revision.part(part)));
  return found.flat().filter((run) => wanted.has(run.id));
}

/** What the runs hold is looked through here, part by part: as far as that is not too much for a phone. @param {Revision} revision @param {string} words @param {AbortSignal} signal */
async function searched(revision, words, signal) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  /** @type {string[]} */
  const found = [];
  for (let part = 0; part < Math.min(revision.parts, MOST_SEARCHED) && !signal.aborted; part++) {
    for (const run of await revision.part(part)) {
      const text = JSON.stringify([run.inputs, run.outputs, run.error]).toLowerCase();
      if (wanted.every((word) => text.includes(word))) found.push(run.id);
    }
  }
  return found;
}
