import { SIGN_IN, projectsAddress, queuesAddress, rulesAddress, settingsAddress } from "../addresses.js";
import { loadAhead } from "../ahead.js";
import { ApiError, workIn } from "../api.js";
import { focusHeading, subjectOf, titleOf } from "../arrival.js";
import { listenKeys } from "../keys.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { openHelp } from "../parts/help.js";
import { icon, mark } from "../parts/icon.js";
import { failure } from "../parts/states.js";
import "../parts/theme_switch.js";
import { go, here, onPlace } from "../router.js";
import { forgetSession, onSession, refreshSession, whoAmI } from "../session.js";
import "./limit_banner.js";
import "./workspace_menu.js";

/**
 * Each view is a module of its own, loaded when it is first shown, that defines the element named here.
 * The element gets `.place` and `.me`.
 * @type {Record<string, {element: string, file: string, load: () => Promise<unknown>}>}
 */
const VIEWS = {
  projects: { element: "tk-projects-view", file: "views/projects.js", load: () => import("./projects.js") },
  project: { element: "tk-project-view", file: "views/project.js", load: () => import("./project.js") },
  trace: { element: "tk-trace-view", file: "views/trace.js", load: () => import("./trace.js") },
  "as-public": { element: "tk-as-public-view", file: "views/as_public.js", load: () => import("./as_public.js") },
  thread: { element: "tk-thread-view", file: "views/thread.js", load: () => import("./thread.js") },
  compare: { element: "tk-compare-view", file: "views/compare.js", load: () => import("./compare.js") },
  rules: { element: "tk-rules-view", file: "views/rules.js", load: () => import("./rules.js") },
  rule: { element: "tk-rule-view", file: "views/rule.js", load: () => import("./rule.js") },
  queues: { element: "tk-collections-view", file: "views/collections.js", load: () => import("./collections.js") },
  queue: { element: "tk-queue-view", file: "views/queue.js", load: () => import("./queue.js") },
  datasets: { element: "tk-collections-view", file: "views/collections.js", load: () => import("./collections.js") },
  dataset: { element: "tk-dataset-view", file: "views/dataset.js", load: () => import("./dataset.js") },
  settings: { element: "tk-settings-view", file: "views/settings.js", load: () => import("./settings.js") },
  "sign-in": { element: "tk-sign-in-view", file: "views/sign_in.js", load: () => import("./sign_in.js") },
};

/** The frame of the page: where one can go, who is signed in, and the view of the address. */
export class App extends Part {
  static properties = { place: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.place = here();
    /** @type {unknown} */
    this.problem = null;
    this.subject = "";
    /** @type {(() => void)[]} */
    this.ends = [];
    /** @type {any} */
    this.current = null;
    /** The workspace that the view's element was made for. */
    this.currentIn = "";
  }

  connectedCallback() {
    this.replaceChildren(); // what index.html showed meanwhile
    super.connectedCallback();
    this.ends = [
      onPlace((place) => this.#show(place)),
      onSession(() => this.requestUpdate()),
      listenKeys("Everywhere", [
        { keys: ["?"], does: "Show the keys", run: () => openHelp() },
        { keys: ["g"], does: "Go to the projects", run: () => go(this.#home) },
      ]),
    ];
    addEventListener("tracekeep:signed-out", this.#signedOut);
    this.#show(this.place);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("tracekeep:signed-out", this.#signedOut);
    for (const end of this.ends) end();
  }

  /** @param {import("../addresses.js").Place} place */
  async #show(place) {
    this.place = place;
    this.problem = null;
    const cameFrom = this.subject;
    this.subject = subjectOf(place);
    if (this.subject !== cameFrom) document.title = titleOf(place);
    try {
      await Promise.all([this.#know(place), this.#load(place)]);
      this.requestUpdate();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) this.problem = error;
    }
    if (cameFrom && this.subject !== cameFrom && place === this.place) await this.#arrive();
  }

  /** @param {import("../addresses.js").Place} place */
  #load(place) {
    const view = VIEWS[place.view];
    if (view && !customElements.get(view.element)) loadAhead(view.file);
    return view?.load();
  }

  /** Know who asks, in the workspace that the address names. @param {import("../addresses.js").Place} place */
  async #know({ view, workspace }) {
    const me = whoAmI();
    if (view === "sign-in" || (me && (!workspace || workspace === me.workspace.id))) return;
    workIn(workspace ?? null);
    try {
      await refreshSession();
    } catch (error) {
      workIn(me?.workspace.id ?? null);
      throw error;
    }
  }

  async #arrive() {
    await this.updateComplete;
    await this.current?.updateComplete;
    const main = /** @type {HTMLElement | null} */ (this.querySelector("#main"));
    if (main && this.place.view !== "sign-in") focusHeading(main);
  }

  #signedOut = () => {
    const wasIn = whoAmI() !== null;
    forgetSession();
    workIn(null);
    if (this.place.view === "sign-in") return;
    const back = location.pathname + location.search;
    const said = new URLSearchParams({ ...(back === "/" ? {} : { to: back }), ...(wasIn ? { ended: "1" } : {}) });
    go(`${SIGN_IN}${said.size ? `?${said}` : ""}`, { replace: true });
  };

  get #workspace() {
    return this.place.workspace ?? whoAmI()?.workspace?.id ?? whoAmI()?.tenant_id ?? "";
  }

  get #home() {
    return this.#workspace ? projectsAddress(this.#workspace) : "/";
  }

  render() {
    if (this.place.view === "sign-in") return html`<main class="main alone" id="main">${this.#view()}</main>`;
    return html`<a class="button skip-link" href="#main" @click=${this.#skip}>Skip to the content</a>
      <div class="shell">
        <nav class="sidebar" aria-label="Main">
          <a class="brand" href=${this.#home} aria-label="Tracekeep: projects"
            >${mark()}<span class="word">Tracekeep</span></a
          >
          <tk-workspace-menu .me=${whoAmI()}></tk-workspace-menu>
          ${this.#link("projects", "Projects", "project", this.#home, ["projects", "project", "trace", "as-public", "thread", "compare"])}
          ${this.#link("rules", "Rules", "workflow", rulesAddress(this.#workspace), ["rules", "rule"])}
          ${this.#link("collections", "Collections", "inbox", queuesAddress(this.#workspace), ["queues", "queue", "datasets", "dataset"])}
          ${this.#link("settings", "Settings", "gear", settingsAddress(this.#workspace), ["settings"])}
          <div class="foot">
            <button class="nav-link quiet" title="Keys (?)" aria-label="Keys and help" @click=${() => openHelp()}>
              ${icon("question")}<span class="word">Keys and help</span>
            </button>
            <tk-theme-switch></tk-theme-switch>
          </div>
        </nav>
        <main class="main" id="main" tabindex="-1">
          <tk-limit-banner workspace=${whoAmI()?.workspace.id ?? ""}></tk-limit-banner>
          ${this.#view()}
        </main>
      </div>`;
  }

  /** The router would take it for another address. @param {Event} event */
  #skip = (event) => {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (this.querySelector("#main"))?.focus();
  };

  /** @param {string} id @param {string} word @param {string} sign @param {string} href @param {string[]} views */
  #link(id, word, sign, href, views) {
    const current = views.includes(this.place.view) ? "page" : nothing;
    return html`<a class="nav-link" href=${href} aria-current=${current} title=${word} data-nav=${id}>
      ${icon(sign)}<span class="word">${word}</span>
    </a>`;
  }

  #view() {
    const { view, workspace } = this.place;
    const me = whoAmI();
    if (this.problem) return this.#trouble(this.problem);
    if (view === "unknown") return nowhere();
    if (!customElements.get(VIEWS[view].element)) return nothing;
    if (view !== "sign-in" && (!me || (workspace && workspace !== me.workspace.id))) return nothing;
    return this.#element(VIEWS[view].element);
  }

  /** @param {unknown} problem */
  #trouble(problem) {
    if (problem instanceof ApiError && problem.status === 403) return anotherWorkspace();
    return failure(problem, () => this.#show(this.place));
  }

  /** The view's element: the same one while the view stays, so that it keeps what it holds. @param {string} name */
  #element(name) {
    const workspace = whoAmI()?.workspace.id ?? "";
    if (this.current?.localName !== name || this.currentIn !== workspace) this.current = document.createElement(name);
    this.currentIn = workspace;
    this.current.place = this.place;
    this.current.me = whoAmI();
    return this.current;
  }
}

const anotherWorkspace = () =>
  html`<div class="empty" role="alert">
    ${icon("shield-lock")}
    <h1>You cannot see this workspace</h1>
    <p>
      The key that you are signed in with belongs to another one. Sign in with a key of this workspace, or go to yours.
    </p>
    <div class="row">
      <a class="button" href="/">To my projects</a>
      <a class="button" href="${SIGN_IN}?to=${encodeURIComponent(location.pathname + location.search)}"
        >${icon("key")}Use another key</a
      >
    </div>
  </div>`;

const nowhere = () =>
  html`<div class="empty">
    <h1>There is nothing at this address</h1>
    <p>It may have been mistyped, or what it showed was deleted.</p>
    <a class="button" href="/">To the projects</a>
  </div>`;

define("tk-app", App);
