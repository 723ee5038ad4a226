import { datasetAddress, datasetsAddress, queueAddress, queuesAddress } from "../addresses.js";
import {
  annotationQueues,
  changeDataset,
  changeQueue,
  createDataset,
  createQueue,
  datasets,
  deleteDataset,
  deleteQueue,
} from "../ask/collections.js";
import { listenKeys } from "../keys.js";
import { confirmed, openDialog } from "../parts/dialog.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import "../parts/collections/collection_form.js";
import { datasetTable, queueTable } from "../parts/collections/collection_table.js";
import { bones, empty, failure } from "../parts/states.js";
import "../parts/tabs.js";
import { sayError } from "../parts/toast.js";
import { go } from "../router.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../ask/collections.js").Collection} Collection */

/**
 * The two kinds of collections, and how each is asked about and talked of.
 * @type {Record<"queues" | "datasets", any>}
 */
const KINDS = {
  queues: {
    word: "annotation queue",
    list: annotationQueues,
    create: createQueue,
    change: changeQueue,
    remove: deleteQueue,
    address: queueAddress,
    table: queueTable,
    about: "What reviewers are to look for",
    hint: "Was the refund decided by the policy?",
    textOf: (/** @type {any} */ one) => one.rubric_instructions ?? "",
    loses: "What was reviewed is forgotten with it. The runs stay, and so does all feedback on them.",
    none: {
      title: "Nothing waits for a person",
      text: "A queue holds runs that somebody is to look at, one after the other. Rules fill it, and so do the API and the menu of a trace.",
      sign: "tasklist",
    },
  },
  datasets: {
    word: "dataset",
    list: datasets,
    create: createDataset,
    change: changeDataset,
    remove: deleteDataset,
    address: datasetAddress,
    table: datasetTable,
    about: "Description",
    hint: "What support must get right",
    textOf: (/** @type {any} */ one) => one.description ?? "",
    loses: "All of its examples go with it, for good. The runs that they were made of stay.",
    none: {
      title: "No examples are kept yet",
      text: "A dataset keeps what should stay when its trace is gone: inputs, and the outputs that would have been right. Rules fill it, and so do the API and the menu of a trace.",
      sign: "database",
    },
  },
};

/** The annotation queues of a workspace, or its datasets: what runs are collected in. */
export class CollectionsView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    found: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place} */
    this.place = /** @type {any} */ (null);
    /** @type {any} */
    this.me = null;
    /** @type {Collection[] | null} */
    this.found = null;
    /** @type {unknown} */
    this.problem = null;
    /** @type {"queues" | "datasets" | ""} */
    this.shown = "";
    /** @type {(() => void) | null} */
    this.endKeys = null;
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.shown) this.#ask(); // it was here before, and comes back
    this.endKeys = listenKeys("Collections", [
      { keys: ["c"], does: "Make one", run: () => this.#mayWrite && this.#create() },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.endKeys?.();
  }

  willUpdate() {
    if (this.#view === this.shown) return;
    this.shown = this.#view;
    this.found = null;
    this.#ask();
  }

  updated() {
    document.title = `${this.#view === "queues" ? "Annotation queues" : "Datasets"} · Tracekeep`;
  }

  get #view() {
    return this.place.view === "datasets" ? "datasets" : "queues";
  }

  get #kind() {
    return KINDS[this.#view];
  }

  get #mayWrite() {
    return !this.me?.api_key.read_only;
  }

  get #workspace() {
    return this.place.workspace ?? this.me.tenant_id;
  }

  async #ask() {
    const view = this.#view;
    this.problem = null;
    try {
      const found = await KINDS[view].list();
      if (view === this.#view) this.found = found;
    } catch (error) {
      if (view === this.#view) this.problem = error;
    }
  }

  render() {
    return html`<header class="view-head collections-head">
        <h1>Collections</h1>
        <tk-tabs
          label="What is collected"
          .tabs=${[
            { id: "queues", word: "Annotation queues" },
            { id: "datasets", word: "Datasets" },
          ]}
          chosen=${this.#view}
          @choose=${this.#chosen}
        ></tk-tabs>
        <span class="spread"></span>
        ${this.#mayWrite && this.found?.length ? this.#button() : nothing}
      </header>
      <div class="view-body collections-body" role="tabpanel" tabindex="-1" aria-labelledby="tab-${this.#view}">
        ${this.#body()}
      </div>`;
  }

  #button() {
    return html`<button class="button primary" title="c" @click=${() => this.#create()}>
      ${icon("plus")}New ${this.#view === "queues" ? "queue" : "dataset"}
    </button>`;
  }

  #body() {
    if (this.problem) return failure(this.problem, () => this.#ask());
    if (!this.found) return bones(5);
    if (!this.found.length) return empty({ ...this.#kind.none, action: this.#mayWrite ? this.#button() : nothing });
    return this.#kind.table(this.found, {
      addressOf: (/** @type {Collection} */ { id }) => this.#kind.address(this.#workspace, id),
      now_ms: serverNow_ms(this.me),
      deeds: this.#mayWrite ? { edit: this.#edit, remove: this.#remove } : null,
    });
  }

  /** @param {CustomEvent} event */
  #chosen = ({ detail }) => go((detail === "datasets" ? datasetsAddress : queuesAddress)(this.#workspace));

  /** @param {string} title @param {string} word @param {{name: string, text: string}} said @param {(said: any) => Promise<unknown>} save */
  #asked(title, word, { name, text }, save) {
    const { about, hint } = this.#kind;
    return openDialog({
      title,
      body: (close) =>
        html`<tk-collection-form
          .name=${name}
          .text=${text}
          about=${about}
          hint=${hint}
          word=${word}
          .save=${save}
          @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
        ></tk-collection-form>`,
    });
  }

  async #create() {
    const { word, create } = this.#kind;
    const save = (/** @type {any} */ { name, text }) => create(name, text);
    if (await this.#asked(`New ${word}`, "Create", { name: "", text: "" }, save)) await this.#ask();
  }

  /** @param {any} one */
  #edit = async (one) => {
    const { word, change, textOf } = this.#kind;
    const save = (/** @type {any} */ { name, text }) => change(one.id, name, text);
    if (await this.#asked(`Edit the ${word}`, "Save", { name: one.name, text: textOf(one) }, save)) await this.#ask();
  };

  /** @param {Collection} one */
  #remove = async ({ id, name }) => {
    const { word, loses, remove } = this.#kind;
    const isSure = await confirmed({
      title: `Delete ${name}?`,
      text: loses,
      word: `Delete the ${word}`,
      isDanger: true,
    });
    if (!isSure) return;
    try {
      await remove(id);
      await this.#ask();
    } catch (error) {
      sayError(error);
    }
  };
}

define("tk-collections-view", CollectionsView);
