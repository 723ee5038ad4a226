/** Putting one run into a queue or a dataset: a dialog that offers those that there are, and a new one. */

import {
  addToDataset,
  addToQueue,
  annotationQueues,
  createDataset,
  createQueue,
  datasets,
} from "../ask/collections.js";
import "../parts/collections/collect_form.js";
import { openDialog } from "../parts/dialog.js";
import { html } from "../parts/element.js";
import { say, sayError } from "../parts/toast.js";
import { go } from "../router.js";

/** @type {Record<"queue" | "dataset", any>} */
const KINDS = {
  queue: { title: "Add to a queue", word: "queue", list: annotationQueues, create: createQueue, add: addToQueue },
  dataset: { title: "Add to a dataset", word: "dataset", list: datasets, create: createDataset, add: addToDataset },
};

/**
 * Ask where to, and put the run there.
 * @param {"queue" | "dataset"} what
 * @param {string} run
 * @param {(id: string) => string} addressOf the collection that was chosen
 */
export async function openCollect(what, run, addressOf) {
  const { title, word, list, create, add } = KINDS[what];
  /** @type {{id: string, name: string}[]} */
  let choices;
  try {
    choices = await list();
  } catch (error) {
    sayError(error);
    return;
  }
  const save = async (/** @type {{id: string, name: string}} */ said) => {
    const into = said.id ? said : await create(said.name);
    await add(into.id, run);
    return into;
  };
  const into = await openDialog({
    title,
    body: (close) =>
      html`<tk-collect-form
        .word=${word}
        .choices=${choices}
        .save=${save}
        @saved=${(/** @type {CustomEvent} */ event) => close(event.detail)}
      ></tk-collect-form>`,
  });
  if (into) say(`It is in ${into.name}`, { action: { word: "Show", run: () => go(addressOf(into.id)) } });
}
