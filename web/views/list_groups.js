import { groupsOf } from "../ask/runs.js";

/** What a list's runs add up to by name, tag, kind or metadata; the host is drawn again when it is there. */
export class ListGroups {
  /** @param {import("lit").ReactiveControllerHost} host */
  constructor(host) {
    this.host = host;
    /** @type {{key: string, stats: any}[] | null} */
    this.found = null;
    /** @type {unknown} */
    this.problem = null;
    /** @type {AbortController | null} */
    this.asking = null;
    host.addController(this);
  }

  hostDisconnected() {
    this.asking?.abort();
  }

  /** @param {string} project @param {import("../model/list_query.js").ListQuery} query */
  async load(project, query) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.problem = null;
    this.found = null;
    try {
      const found = await groupsOf(project, query, asking.signal);
      if (this.asking === asking) this.found = found;
    } catch (problem) {
      if (this.asking === asking && !asking.signal.aborted) this.problem = problem;
    }
    this.host.requestUpdate();
  }
}
