import { datasetAddress, queueAddress, queuesAddress, rulesAddress, traceAddress } from "../addresses.js";
import { annotationQueue, markItem, queuedRuns, removeItem } from "../ask/collections.js";
import { apiSource } from "../ask/traces.js";
import { listenKeys } from "../keys.js";
import { feedbackKeys, nextWaiting, progressWords, stepFrom } from "../model/collections.js";
import { progress } from "../parts/collections/collection_table.js";
import { queueItems } from "../parts/collections/queue_items.js";
import { allDone, noRuns, queueBar, queueParts } from "../parts/collections/queue_parts.js";
import "../parts/collections/queued_run.js";
import { Part, define, html, nothing } from "../parts/element.js";
import { icon } from "../parts/icon.js";
import { bones, empty, failure } from "../parts/states.js";
import { say, sayError } from "../parts/toast.js";
import { amend } from "../router.js";
import { openCollect } from "./collect.js";
import { serverNow_ms } from "./server_clock.js";

/** @typedef {import("../model/collections.js").QueuedRun} QueuedRun */

/** An annotation queue: its runs one after the other, what is said of each, and how many are done. */
export class QueueView extends Part {
  static properties = {
    place: { attribute: false },
    me: { attribute: false },
    queue: { state: true },
    items: { state: true },
    counts: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../addresses.js").Place} */
    this.place = /** @type {any} */ (null);
    /** @type {any} */
    this.me = null;
    /** @type {import("../ask/collections.js").Queue | null} */
    this.queue = null;
    /** @type {QueuedRun[] | null} what is done here stays, so that one can put it back */
    this.items = null;
    this.counts = { waiting: 0, done: 0 };
    /** @type {unknown} */
    this.problem = null;
    /** Which queue and which part of it is shown. */
    this.shown = "";
    /** @type {(() => void) | null} */
    this.endKeys = null;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.#enter);
    this.endKeys = listenKeys("Review", [
      { keys: ["j", "ArrowDown"], shown: "j or ↓", does: "Next run", run: () => this.#step(1) },
      { keys: ["k", "ArrowUp"], shown: "k or ↑", does: "Previous run", run: () => this.#step(-1) },
      { keys: ["d"], shown: "d or Enter", does: "Done, and on to the next", run: () => this.#toggle() },
      { keys: ["y"], does: "It is right", run: () => this.#pane?.judge(1) },
      { keys: ["n"], does: "It is not", run: () => this.#pane?.judge(0) },
      { keys: ["f"], does: "Say more", run: () => this.#pane?.openFeedback() },
      { keys: ["o"], does: "Open in its trace", run: () => this.#click(".queue-open") },
    ]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#enter);
    this.endKeys?.();
  }

  willUpdate() {
    const wanted = `${this.place.queue} ${this.#isDone}`;
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.#open();
  }

  updated() {
    document.title = `${this.queue?.name ?? "Queue"} · Annotation queues · Tracekeep`;
    this.querySelector(".queue-item[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  /** Whether what is done is shown. */
  get #isDone() {
    return this.place.query.get("show") === "done";
  }

  get #id() {
    return this.place.queue ?? "";
  }

  get #workspace() {
    return this.place.workspace ?? this.me.tenant_id;
  }

  get #mayWrite() {
    return !this.me?.api_key.read_only;
  }

  /** The run that is looked at: the address's, or the first that there is. */
  get #chosen() {
    /** @type {QueuedRun[]} */
    const items = this.items ?? [];
    const id = this.place.query.get("item");
    return items.find((one) => one.id === id) ?? nextWaiting(items, "") ?? (this.#isDone ? (items[0] ?? null) : null);
  }

  get #pane() {
    return /** @type {import("../parts/collections/queued_run.js").QueuedRunView | null} */ (
      this.querySelector("tk-queued-run")
    );
  }

  async #open() {
    const { shown } = this;
    [this.items, this.problem] = [null, null];
    try {
      const [queue, here, there] = await Promise.all([
        annotationQueue(this.#id),
        queuedRuns(this.#id, this.#isDone),
        queuedRuns(this.#id, !this.#isDone, 0, 1),
      ]);
      if (shown !== this.shown) return;
      const [waiting, done] = this.#isDone ? [there.total, here.total] : [here.total, there.total];
      Object.assign(this, { queue, items: here.items, counts: { waiting, done } });
    } catch (error) {
      if (shown === this.shown) this.problem = error;
    }
  }

  /** How many of those that are shown are still in this part of the queue. */
  get #still() {
    return (this.items ?? []).filter((one) => (one.done_ms !== null) === this.#isDone).length;
  }

  #more = async () => {
    const { shown } = this;
    try {
      const { items } = await queuedRuns(this.#id, this.#isDone, this.#still);
      if (shown !== this.shown) return;
      const known = new Set(this.items?.map((one) => one.id));
      this.items = [...(this.items ?? []), ...items.filter((one) => !known.has(one.id))];
    } catch (error) {
      sayError(error);
    }
  };

  render() {
    const { waiting, done } = this.counts;
    return html`<header class="view-head queue-head">
        <a
          class="button quiet slim only-icon"
          href=${queuesAddress(this.#workspace)}
          aria-label="All queues"
          title="All queues"
          >${icon("chevron-left")}</a
        >
        <h1 class="cut">${this.queue?.name ?? "Queue"}</h1>
        ${this.items ? html`<span class="row queue-far">${waiting + done ? progress(waiting, done) : nothing}<span class="muted number" role="status">${progressWords(waiting, done)}</span></span>` : nothing}
        <span class="spread"></span>
        ${this.items ? queueParts(this.counts, this.#isDone, (show) => amend({ show, item: null })) : nothing}
      </header>
      ${this.#body()}`;
  }

  #body() {
    if (this.problem) return failure(this.problem, () => this.#open());
    if (!this.items) return bones(8);
    if (!this.items.length) return this.#none();
    const chosen = this.#chosen;
    const here = this.#isDone ? this.counts.done : this.counts.waiting;
    return html`<div class="queue-panes">
      <div class="queue-left">
        ${this.queue?.rubric_instructions ? html`<p class="queue-rubric small">${this.queue.rubric_instructions}</p>` : nothing}
        ${queueItems(this.items, {
          chosen: chosen?.id ?? "",
          now_ms: serverNow_ms(this.me),
          addressOf: (item) =>
            queueAddress(this.#workspace, this.#id, { show: this.#isDone ? "done" : null, item: item.id }),
          more: here > this.#still ? this.#more : null,
        })}
      </div>
      <div class="queue-right">${chosen ? this.#review(chosen, this.items) : this.#allDone()}</div>
    </div>`;
  }

  #none() {
    const { waiting, done } = this.counts;
    if (waiting + done === 0) return noRuns(rulesAddress(this.#workspace));
    return this.#isDone ? empty({ title: "Nothing is done yet", sign: "tasklist" }) : this.#allDone();
  }

  #allDone() {
    return allDone(queuesAddress(this.#workspace));
  }

  /** @param {QueuedRun} item @param {QueuedRun[]} items */
  #review(item, items) {
    return html`${queueBar(item, items, {
        step: (by) => this.#step(by),
        trace: this.#traceOf(item),
        deeds: this.#mayWrite ? this.#deeds(item) : null,
      })}
      <tk-queued-run
        .item=${item}
        .next=${nextWaiting(items, item.id)}
        .keys=${feedbackKeys(this.queue)}
        .makeSource=${apiSource}
        .now_ms=${serverNow_ms(this.me)}
        .canWrite=${this.#mayWrite}
        @done=${(/** @type {CustomEvent<boolean>} */ event) => this.#mark(item, event.detail)}
        @remove=${() => this.#remove(item)}
      ></tk-queued-run>`;
  }

  /** @param {QueuedRun} item */
  #traceOf = ({ project, id, traceId }) =>
    traceAddress(this.#workspace, project, traceId, { trace_id: traceId, run: id });

  /** @param {QueuedRun} item */
  #deeds(item) {
    const addressOf = (/** @type {string} */ id) => datasetAddress(this.#workspace, id);
    const collect = {
      word: "Add to a dataset…",
      icon: "database",
      run: () => openCollect("dataset", item.id, addressOf),
    };
    const remove = { word: "Take out of the queue", icon: "x", run: () => this.#remove(item) };
    return item.goneBecause ? [remove] : [collect, remove];
  }

  /** @param {1 | -1} step */
  #step(step) {
    const to = stepFrom(this.items ?? [], this.#chosen?.id ?? "", step);
    if (to) amend({ item: to.id });
  }

  /** Enter is "done" wherever it does nothing else. @param {KeyboardEvent} event */
  #enter = (event) => {
    const at = event.target instanceof Element ? event.target : null;
    if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (at?.closest("button, a:not(.queue-item[aria-current]), input, textarea, select, summary, [role=treeitem]"))
      return;
    event.preventDefault();
    this.#toggle();
  };

  #toggle() {
    const item = this.#chosen;
    if (item && this.#mayWrite) this.#mark(item, item.done_ms === null);
  }

  /** @param {string} selector */
  #click(selector) {
    /** @type {HTMLElement | null} */ (this.querySelector(selector))?.click();
  }

  /** It is done at once, and goes back where the server says otherwise. @param {QueuedRun} item @param {boolean} isDone */
  async #mark(item, isDone) {
    this.#set(item, isDone);
    if (isDone) amend({ item: nextWaiting(this.items ?? [], item.id)?.id ?? null });
    else amend({ item: item.id });
    try {
      await markItem(item.itemId, isDone);
      if (isDone && this.counts.waiting > 0 && this.#still === 0) await this.#more();
    } catch (error) {
      this.#set(item, !isDone);
      sayError(error);
    }
  }

  /** @param {QueuedRun} item @param {boolean} isDone */
  #set(item, isDone) {
    const now_ms = serverNow_ms(this.me);
    this.items = (this.items ?? []).map((one) =>
      one.id === item.id ? { ...one, done_ms: isDone ? now_ms : null } : one,
    );
    const step = isDone ? 1 : -1;
    this.counts = { waiting: this.counts.waiting - step, done: this.counts.done + step };
  }

  /** @param {QueuedRun} item */
  async #remove(item) {
    const to = stepFrom(this.items ?? [], item.id, 1) ?? stepFrom(this.items ?? [], item.id, -1);
    try {
      await removeItem(this.#id, item.itemId);
      this.items = (this.items ?? []).filter((one) => one.id !== item.id);
      const { waiting, done } = this.counts;
      this.counts = item.done_ms === null ? { waiting: waiting - 1, done } : { waiting, done: done - 1 };
      amend({ item: to?.id ?? null });
      say("It is out of the queue");
    } catch (error) {
      sayError(error);
    }
  }
}

define("tk-queue-view", QueueView);
