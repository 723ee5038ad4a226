import { SIGN_IN, placeOf, projectsAddress, settingsAddress } from "../addresses.js";
import { loadAhead } from "../ahead.js";
import { ApiError } from "../api.js";
import { listenKeys } from "../keys.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { openHelp } from "../parts/help.js";
import { icon, mark } from "../parts/icon.js";
import { failure } from "../parts/states.js";
import "../parts/theme_switch.js";
import { go, here, onPlace } from "../router.js";
import { forgetSession, onSession, refreshSession, whoAmI } from "../session.js";

/**
 * Each view is a module of its own, loaded when it is first shown, that defines the element named here.
 * The element gets `.place` and `.me`.
 * @type {Record<string, {element: string, file: string, load: () => Promise<unknown>}>}
 */
const VIEWS = {
  projects: { element: "tk-projects-view", file: "views/projects.js", load: () => import("./projects.js") },
  project: { element: "tk-project-view", file: "views/project.js", load: () => import("./project.js") },
  trace: { element: "tk-trace-view", file: "views/trace.js", load: () => import("./trace.js") },
  thread: { element: "tk-thread-view", file: "views/thread.js", load: () => import("./thread.js") },
  compare: { element: "tk-compare-view", file: "views/compare.js", load: () => import("./compare.js") },
  settings: { element: "tk-settings-view", file: "views/settings.js", load: () => import("./settings.js") },
  "sign-in": { element: "tk-sign-in-view", file: "views/sign_in.js", load: () => import("./sign_in.js") },
};

/** The frame of the page: where one can go, who is signed in, and the view of the address. */
export class App extends Part {
  static properties = { place: { state: true }, problem: { state: true }, ready: { state: true } };

  constructor() {
    super();
    this.place = here();
    /** @type {unknown} */
    this.problem = null;
    this.ready = "";
    /** @type {(() => void)[]} */
    this.ends = [];
    /** @type {any} */
    this.current = null;
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
    this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("tracekeep:signed-out", this.#signedOut);
    for (const end of this.ends) end();
  }

  async #begin() {
    try {
      this.#show(this.place);
      if (this.place.view !== "sign-in") await refreshSession();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) this.problem = error;
    }
  }

  /** @param {import("../addresses.js").Place} place */
  async #show(place) {
    this.place = place;
    this.problem = null;
    const view = VIEWS[place.view];
    if (!view) return;
    if (!customElements.get(view.element)) loadAhead(view.file);
    try {
      await view.load();
      this.ready = view.element;
    } catch (error) {
      this.problem = error;
    }
  }

  #signedOut = () => {
    forgetSession();
    if (placeOf(location.href).view !== "sign-in") {
      const back = location.pathname + location.search;
      go(back === "/" ? SIGN_IN : `${SIGN_IN}?to=${encodeURIComponent(back)}`, { replace: true });
    }
  };

  get #workspace() {
    return this.place.workspace ?? whoAmI()?.workspace?.id ?? whoAmI()?.tenant_id ?? "";
  }

  get #home() {
    return this.#workspace ? projectsAddress(this.#workspace) : "/";
  }

  render() {
    if (this.place.view === "sign-in") return html`<main class="main alone" id="main">${this.#view()}</main>`;
    return html`<a class="button skip-link" href="#main">Skip to the content</a>
      <div class="shell">
        <nav class="sidebar" aria-label="Main">
          <a class="brand" href=${this.#home} aria-label="Tracekeep: projects"
            >${mark()}<span class="word">Tracekeep</span></a
          >
          ${this.#link("projects", "Projects", "project", this.#home, ["projects", "project", "trace", "thread", "compare"])}
          ${this.#link("settings", "Settings", "gear", settingsAddress(this.#workspace), ["settings"])}
          <div class="foot">
            <button class="nav-link quiet" title="Keys (?)" aria-label="Keys and help" @click=${() => openHelp()}>
              ${icon("question")}<span class="word">Keys and help</span>
            </button>
            <tk-theme-switch></tk-theme-switch>
          </div>
        </nav>
        <main class="main" id="main" tabindex="-1">${this.#view()}</main>
      </div>`;
  }

  /** @param {string} id @param {string} word @param {string} sign @param {string} href @param {string[]} views */
  #link(id, word, sign, href, views) {
    const current = views.includes(this.place.view) ? "page" : nothing;
    return html`<a class="nav-link" href=${href} aria-current=${current} title=${word} data-nav=${id}>
      ${icon(sign)}<span class="word">${word}</span>
    </a>`;
  }

  #view() {
    if (this.problem) return failure(this.problem, () => this.#begin());
    if (this.place.view === "unknown") return nowhere();
    const view = VIEWS[this.place.view];
    if (this.ready !== view.element || (this.place.view !== "sign-in" && !whoAmI())) return nothing;
    return this.#element(view.element);
  }

  /** The view's element: the same one while the view stays, so that it keeps what it holds. @param {string} name */
  #element(name) {
    if (this.current?.localName !== name) this.current = document.createElement(name);
    this.current.place = this.place;
    this.current.me = whoAmI();
    return this.current;
  }
}

const nowhere = () =>
  html`<div class="empty">
    <h2>There is nothing at this address</h2>
    <p>It may have been mistyped, or what it showed was deleted.</p>
    <a class="button" href="/">To the projects</a>
  </div>`;

define("tk-app", App);
