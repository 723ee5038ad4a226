/** A trace as a link would show it, before there is one: the files that its snapshot would have. */

import { ApiError, ask } from "../api.js";

/** @typedef {import("../model/sharing.js").Redaction} Redaction */
/** @typedef {import("./shares.js").Preview} Preview */

const CHANGED = "The trace has changed while it was looked at. Look again to see all of it as it is now.";

/** The files of a snapshot that nobody has made, by their path in it; `ask/shared_trace.js` reads them as any other's. */
export class PreviewFiles {
  /** @type {Map<string, any>} */
  #known = new Map();
  #revision = "";

  /** @param {string} trace @param {Redaction} redaction @param {typeof ask} [question] */
  constructor(trace, redaction, question = ask) {
    this.trace = trace;
    this.redaction = redaction;
    this.question = question;
    this.signed = { base: "", is_growing: false };
    /** @type {Preview} */
    this.counts = { hidden: {}, runs: 0, not_looked_for: 0, attachments_left_out: 0 };
  }

  /** Ask for what is seen first. Raises: ApiError. @param {AbortSignal} [signal] @returns {Promise<this>} */
  async open(signal) {
    const { hidden, runs, not_looked_for, attachments_left_out, revision, files } = await this.#ask({}, signal);
    this.counts = { hidden, runs, not_looked_for, attachments_left_out };
    this.#revision = revision;
    for (const [path, file] of Object.entries(files)) this.#known.set(path, file);
    return this;
  }

  /** A file's JSON. Raises: ApiError. @param {string} path @returns {Promise<any>} */
  async read(path) {
    if (!this.#known.has(path)) {
      const { files, revision } = await this.#ask({ names: [path] });
      if (revision !== this.#revision) throw new ApiError(409, CHANGED);
      if (!(path in files)) throw new ApiError(404, `The copy would have no file ${path}.`);
      this.#known.set(path, files[path]);
    }
    return this.#known.get(path);
  }

  /** Nothing is signed of what nobody else can see. */
  async sign() {}

  /** Attachments have no address before there is a link. @returns {undefined} */
  linkTo() {
    return undefined;
  }

  /** @param {Record<string, unknown>} said @param {AbortSignal} [signal] */
  #ask(said, signal) {
    const body = { redaction: this.redaction, ...said };
    return this.question("POST", `/traces/${this.trace}/share/preview/files`, { body, signal });
  }
}
