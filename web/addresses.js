/** Every address of the page, made and read here and nowhere else. Links that the SDKs print are among them. */

/**
 * @typedef {object} Place what an address shows
 * @property {"projects" | "project" | "trace" | "as-public" | "thread" | "compare" | "rules" | "rule" | "queues" | "queue" | "datasets" | "dataset" | "settings" | "sign-in" | "unknown"} view
 * @property {string} [workspace]
 * @property {string} [project]
 * @property {string} [run] any run of the trace; the root's id is the trace's
 * @property {string} [thread]
 * @property {string[]} [traces] two, to compare
 * @property {string} [rule] its id, or "new"
 * @property {string} [queue] an annotation queue
 * @property {string} [dataset]
 * @property {string} [section] of the settings
 * @property {URLSearchParams} query
 */

/** @type {[RegExp, (match: RegExpMatchArray) => Omit<Place, "query">][]} */
const PATTERNS = [
  [/^\/(?:projects)?$/, () => ({ view: "projects" })],
  [/^\/sign-in$/, () => ({ view: "sign-in" })],
  [/^\/settings(?:\/([^/]+))?$/, ([, section]) => ({ view: "settings", section })],
  [/^\/o\/([^/]+)(?:\/projects)?$/, ([, workspace]) => ({ view: "projects", workspace })],
  [/^\/o\/([^/]+)\/rules$/, ([, workspace]) => ({ view: "rules", workspace })],
  [/^\/o\/([^/]+)\/rules\/([^/]+)$/, ([, workspace, rule]) => ({ view: "rule", workspace, rule })],
  [/^\/o\/([^/]+)\/annotation-queues$/, ([, workspace]) => ({ view: "queues", workspace })],
  [/^\/o\/([^/]+)\/annotation-queues\/([^/]+)$/, ([, workspace, queue]) => ({ view: "queue", workspace, queue })],
  [/^\/o\/([^/]+)\/datasets$/, ([, workspace]) => ({ view: "datasets", workspace })],
  [/^\/o\/([^/]+)\/datasets\/([^/]+)$/, ([, workspace, dataset]) => ({ view: "dataset", workspace, dataset })],
  [/^\/o\/([^/]+)\/settings(?:\/([^/]+))?$/, ([, workspace, section]) => ({ view: "settings", workspace, section })],
  [/^\/o\/([^/]+)\/projects\/p\/([^/]+)$/, ([, workspace, project]) => ({ view: "project", workspace, project })],
  [
    /^\/o\/([^/]+)\/projects\/p\/([^/]+)\/r\/([^/]+)$/,
    ([, workspace, project, run]) => ({ view: "trace", workspace, project, run }),
  ],
  [
    /^\/o\/([^/]+)\/projects\/p\/([^/]+)\/r\/([^/]+)\/public$/,
    ([, workspace, project, run]) => ({ view: "as-public", workspace, project, run }),
  ],
  [
    /^\/o\/([^/]+)\/projects\/p\/([^/]+)\/t\/(.+)$/,
    ([, workspace, project, thread]) => ({ view: "thread", workspace, project, thread: decodeURIComponent(thread) }),
  ],
  [
    /^\/o\/([^/]+)\/projects\/p\/([^/]+)\/compare\/([^/]+)\/([^/]+)$/,
    ([, workspace, project, one, other]) => ({ view: "compare", workspace, project, traces: [one, other] }),
  ],
];

/**
 * What an address shows.
 * @param {string | URL} address
 * @returns {Place}
 */
export function placeOf(address) {
  const url = new URL(address, "http://page");
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/+$/, "") || "/" : url.pathname;
  for (const [pattern, read] of PATTERNS) {
    const match = path.match(pattern);
    if (match) return { ...read(match), query: url.searchParams };
  }
  return { view: "unknown", query: url.searchParams };
}

/** @typedef {Record<string, string | number | null | undefined>} Query */

/** @param {string} workspace */
export const projectsAddress = (workspace) => `/o/${workspace}/projects`;

/** @param {string} workspace @param {string} project @param {Query} [query] */
export const projectAddress = (workspace, project, query) => `/o/${workspace}/projects/p/${project}${text(query)}`;

/** A trace by its id or by any run of it. @param {string} workspace @param {string} project @param {string} run @param {Query} [query] */
export const traceAddress = (workspace, project, run, query) =>
  `${projectAddress(workspace, project)}/r/${run}${text(query)}`;

/** A trace as a link of it would show it. @param {string} workspace @param {string} project @param {string} trace @param {Query} [query] */
export const asPublicAddress = (workspace, project, trace, query) =>
  `${projectAddress(workspace, project)}/r/${trace}/public${text(query)}`;

/** @param {string} workspace @param {string} project @param {string} thread */
export const threadAddress = (workspace, project, thread) =>
  `${projectAddress(workspace, project)}/t/${encodeURIComponent(thread)}`;

/** @param {string} workspace @param {string} project @param {string} one @param {string} other */
export const compareAddress = (workspace, project, one, other) =>
  `${projectAddress(workspace, project)}/compare/${one}/${other}`;

/** @param {string} workspace */
export const rulesAddress = (workspace) => `/o/${workspace}/rules`;

export const NEW_RULE = "new";

/** One rule by its id, or a new one that begins with a project and filters. @param {string} workspace @param {string} rule @param {Query} [query] */
export const ruleAddress = (workspace, rule, query) => `${rulesAddress(workspace)}/${rule}${text(query)}`;

/** @param {string} workspace */
export const queuesAddress = (workspace) => `/o/${workspace}/annotation-queues`;

/** The runs of a queue, to review them. @param {string} workspace @param {string} queue @param {Query} [query] */
export const queueAddress = (workspace, queue, query) => `${queuesAddress(workspace)}/${queue}${text(query)}`;

/** @param {string} workspace */
export const datasetsAddress = (workspace) => `/o/${workspace}/datasets`;

/** The examples of a dataset. @param {string} workspace @param {string} dataset @param {Query} [query] */
export const datasetAddress = (workspace, dataset, query) => `${datasetsAddress(workspace)}/${dataset}${text(query)}`;

/** @param {string} workspace @param {string} [section] */
export const settingsAddress = (workspace, section) => `/o/${workspace}/settings${section ? `/${section}` : ""}`;

export const SIGN_IN = "/sign-in";

/** @param {Query} [query] empty values are left out, so that an address says only what was chosen */
function text(query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const said = search.toString();
  return said && `?${said}`;
}
