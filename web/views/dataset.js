import { datasetAddress, datasetsAddress, rulesAddress, traceAddress } from "../addresses.js";
import { dataset, deleteExample, exampleOf, examplesAsLines, examplesOf } from "../ask/collections.js";
import { traceOfRun } from "../ask/traces.js";
import { listenKeys } from "../keys.js";
import { fileNameOf } from "../model/collections.js";
import { count, plural } from "../model/format.js";
import "../parts/collections/example.js";
import { exampleTable } from "../parts/collections/example_table.js";
import { confirmed } from "../parts/dialog.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { bones, empty, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import { amend } from "../router.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/collections.js").Example} Example */

/** A dataset: its examples in a table, and the one that is looked at whole beside it. */
export class DatasetView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    known: { state: true },
    examples: { state: true },
    total: { state: true },
    other: { state: true },
    source: { state: true },
    problem: { state: true },
    isExporting: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place} */
    this.place = /** @type {any} */ (null);
    /** @type {any} */
    this.me = null;
    /** @type {import("../ask/collections.js").Dataset | null} */
    this.known = null;
    /** @type {Example[] | null} */
    this.examples = null;
    this.total = 0;
    /** @type {Example | null} one that the address names, and no page that is here has */
    this.other = null;
    /** @type {string | null} the address of the run that the chosen one was made of */
    this.source = "";
    /** @type {unknown} */
    this.problem = null;
    this.isExporting = false;
    this.shown = "";
    this.sourceFor = "";
    this.otherFor = "";
    /** @type {(() => void) | null} */
    this.endKeys = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.endKeys = listenKeys("Examples", [
      { keys: ["j", "ArrowDown"], shown: "j or ↓", does: "Next example", run: () => this.#step(1) },
      { keys: ["k", "ArrowUp"], shown: "k or ↑", does: "Previous example", run: () => this.#step(-1) },
      { keys: ["Escape"], does: "Close the example", run: () => this.#leave() },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.endKeys?.();
  }

  willUpdate() {
    if (this.place.dataset !== this.shown) {
      this.shown = this.place.dataset ?? "";
      this.#open();
    }
    if (this.examples) this.#seek(this.#wanted);
    this.#findSource(this.#chosen);
  }

  updated() {
    document.title = `${this.known?.name ?? "Dataset"} · Datasets · Tracekeep`;
    this.querySelector(".example-row[data-chosen]")?.scrollIntoView({ block: "nearest" });
  }

  get #wanted() {
    return this.place.query.get("example") ?? "";
  }

  get #chosen() {
    const id = this.#wanted;
    return this.examples?.find((one) => one.id === id) ?? (this.other?.id === id ? this.other : null);
  }

  get #workspace() {
    return this.place.workspace ?? this.me.tenant_id;
  }

  get #mayWrite() {
    return !this.me?.api_key.read_only;
  }

  async #open() {
    const id = this.shown;
    Object.assign(this, { known: null, examples: null, problem: null });
    try {
      const [found, page] = await Promise.all([dataset(id), examplesOf(id)]);
      if (id === this.shown) Object.assign(this, { known: found, ...page });
    } catch (error) {
      if (id === this.shown) this.problem = error;
    }
  }

  #more = async () => {
    const id = this.shown;
    try {
      const page = await examplesOf(id, this.examples?.length);
      if (id !== this.shown) return;
      this.examples = [...(this.examples ?? []), ...page.examples];
      this.total = page.total;
    } catch (error) {
      sayError(error);
    }
  };

  /** An example that the address names, on whatever page it is. @param {string} id */
  async #seek(id) {
    if (!id || id === this.otherFor || this.examples?.some((one) => one.id === id)) return;
    this.otherFor = id;
    try {
      this.other = await exampleOf(id);
    } catch (error) {
      sayError(error);
      amend({ example: null });
    }
  }

  /** Where the run is that the chosen example was made of. @param {Example | null} chosen */
  async #findSource(chosen) {
    if (!chosen || chosen.id === this.sourceFor) return;
    this.sourceFor = chosen.id;
    this.source = "";
    const run = chosen.source_run_id;
    if (!run) return;
    const found = await traceOfRun(run).catch(() => null); // its trace has expired: the example stays
    if (this.sourceFor !== chosen.id) return;
    this.source =
      found && traceAddress(this.#workspace, found.session_id, found.trace_id, { trace_id: found.trace_id, run });
  }

  render() {
    return html`<header class="view-head">
        <a
          class="button quiet slim only-icon"
          href=${datasetsAddress(this.#workspace)}
          aria-label="All datasets"
          title="All datasets"
          >${icon("chevron-left")}</a
        >
        <h1 class="cut">${this.known?.name ?? "Dataset"}</h1>
        ${this.examples ? html`<span class="muted number queue-far">${plural(this.total, "example")}</span>` : nothing}
        <span class="spread"></span>
        ${
          this.examples?.length
            ? html`<button
                class="button"
                aria-label="Save as JSONL"
                title="Save as JSONL"
                ?disabled=${this.isExporting}
                @click=${this.#export}
              >
                ${icon("download")}<span class="queue-word">JSONL</span>
              </button>`
            : nothing
        }
      </header>
      ${this.#body()}`;
  }

  #body() {
    if (this.problem) return failure(this.problem, () => this.#open());
    if (!this.examples) return bones(8);
    if (!this.examples.length && !this.#chosen) return this.#none();
    const chosen = this.#chosen;
    return html`<div class="example-panes ${chosen ? "open" : ""}">
      <div class="example-list">
        ${exampleTable(this.examples, {
          chosen: chosen?.id ?? "",
          now_ms: serverNow_ms(this.me),
          addressOf: (one) => datasetAddress(this.#workspace, this.shown, { example: one.id }),
        })}
        ${this.examples.length < this.total ? html`<button class="button slim queue-more" @click=${this.#more}>More</button>` : nothing}
      </div>
      ${
        chosen
          ? html`<tk-example
              .example=${chosen}
              .source=${this.source}
              .now_ms=${serverNow_ms(this.me)}
              .canWrite=${this.#mayWrite}
              @step=${(/** @type {CustomEvent} */ event) => this.#step(event.detail)}
              @remove=${() => this.#remove(chosen)}
              @leave=${() => this.#leave()}
            ></tk-example>`
          : nothing
      }
    </div>`;
  }

  #none() {
    return empty({
      title: "No examples yet",
      text: html`A <a href=${rulesAddress(this.#workspace)}>rule</a> makes one of each run that it matches, the API what
        you send, and the menu of a trace one of the run that is open.`,
      sign: "database",
    });
  }

  #leave() {
    if (this.#wanted) amend({ example: null });
  }

  /** @param {1 | -1} step */
  #step(step) {
    const all = this.examples ?? [];
    const at = all.findIndex((one) => one.id === this.#wanted);
    const to = at < 0 ? all[0] : all[at + step];
    if (to) amend({ example: to.id });
  }

  /** @param {Example} example */
  async #remove(example) {
    const isSure = await confirmed({
      title: `Delete the example ${example.name}?`,
      text: "It is gone for good. The run that it was made of stays.",
      word: "Delete the example",
      isDanger: true,
    });
    if (!isSure) return;
    try {
      await deleteExample(example.id);
      this.examples = (this.examples ?? []).filter((one) => one.id !== example.id);
      this.total -= 1;
      amend({ example: null });
    } catch (error) {
      sayError(error);
    }
  }

  #export = async () => {
    const { shown } = this;
    this.isExporting = true;
    try {
      const lines = await examplesAsLines(shown, (done, all) => say(`${count(done)} of ${count(all)} examples`));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
      link.download = fileNameOf(this.known?.name ?? shown);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      sayError(error);
    } finally {
      this.isExporting = false;
    }
  };
}

define("tk-dataset-view", DatasetView);
