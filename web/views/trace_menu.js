/** What can be done with a trace beside reading it: compare, download, collect, delete. */

import { compareAddress, datasetAddress, projectAddress, queueAddress } from "../addresses.js";
import { deleteTrace, traceAsLines } from "../ask/traces.js";
import { count } from "../model/format.js";
import { copyText } from "../parts/copy_button.js";
import { confirmed } from "../parts/dialog.js";
import { html } from "../parts/element.js";
import "../parts/menu.js";
import { say, sayError } from "../parts/toast.js";
import { go } from "../router.js";

/** @typedef {import("../model/trace.js").Trace} Trace */

const MARKED = "tracekeep-compare";

/**
 * The menu at the end of a trace's header.
 * @param {Trace} trace
 * @param {{workspace: string, project: string, run: string, canWrite: boolean}} at `run`: the one that is looked at
 */
export function traceMenu(trace, at) {
  const marked = markedOf(at.project);
  /** @type {(import("../parts/menu.js").MenuItem | "-")[]} */
  const items = [
    { word: "Copy the trace's id", icon: "copy", run: () => copied(trace.id) },
    ...(marked && marked !== trace.id
      ? [
          {
            word: "Compare with the marked one",
            icon: "diff",
            href: compareAddress(at.workspace, at.project, marked, trace.id),
          },
        ]
      : []),
    {
      word: marked === trace.id ? "Marked to compare" : "Mark to compare",
      icon: "git-compare",
      run: () => mark(trace, at.project),
    },
    { word: "Download as NDJSON", icon: "download", hint: "one run a line", run: () => download(trace) },
  ];
  if (at.canWrite)
    items.push("-", ...collecting(at), "-", {
      word: "Delete this trace…",
      icon: "trash",
      isDanger: true,
      run: () => remove(trace, at),
    });
  return html`<tk-menu sign="kebab-horizontal" label="More about this trace" .items=${items}></tk-menu>`;
}

/**
 * The run that is looked at, put where it is found again.
 * @param {{workspace: string, run: string}} at
 * @returns {import("../parts/menu.js").MenuItem[]}
 */
const collecting = ({ workspace, run }) => [
  {
    word: "Add this run to a queue…",
    icon: "inbox",
    run: () => collect("queue", run, (id) => queueAddress(workspace, id)),
  },
  {
    word: "Add this run to a dataset…",
    icon: "database",
    run: () => collect("dataset", run, (id) => datasetAddress(workspace, id)),
  },
];

/** @type {typeof import("./collect.js").openCollect} */
const collect = async (...asked) => (await import("./collect.js")).openCollect(...asked);

/** @param {string} text */
async function copied(text) {
  await copyText(text);
  say("Copied");
}

/** The trace that was marked in this project, while the browser is open. @param {string} project */
function markedOf(project) {
  try {
    const [where, trace] = (sessionStorage.getItem(MARKED) ?? "").split(" ");
    return where === project ? trace : null;
  } catch {
    return null;
  }
}

/** @param {Trace} trace @param {string} project */
function mark(trace, project) {
  try {
    sessionStorage.setItem(MARKED, `${project} ${trace.id}`);
    say("Marked. Open another trace of this project, and compare from its menu.");
  } catch (error) {
    sayError(error);
  }
}

/** @param {Trace} trace */
async function download(trace) {
  try {
    const lines = await traceAsLines(trace.id, trace.project.id, trace.start_ms, (runs) => {
      if (trace.size > 1_000) say(`${count(runs)} of ${count(trace.size)} runs`);
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
    link.download = `trace-${trace.id}.ndjson`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) {
    sayError(error);
  }
}

/** @param {Trace} trace @param {{workspace: string, project: string}} at */
async function remove(trace, { workspace, project }) {
  const text = html`<p>
      All ${count(trace.size)} runs of it, with their inputs, outputs, attachments and feedback. This cannot be undone.
    </p>
    <p class="muted">It is unreadable at once; a receipt says when the last byte is gone.</p>`;
  if (!(await confirmed({ title: "Delete this trace?", text, word: "Delete the trace", isDanger: true }))) return;
  try {
    const { deletion_id } = await deleteTrace(trace.id, project);
    go(projectAddress(workspace, project), { replace: true });
    say(`The trace is deleted. Receipt: ${deletion_id}`);
  } catch (error) {
    sayError(error);
  }
}
