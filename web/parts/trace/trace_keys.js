import { VIEWS } from "./views.js";

/**
 * The keys of a trace.
 * @param {import("./trace.js").TracePart} part
 * @returns {import("../../keys.js").Shortcut[]}
 */
export const traceKeys = (part) => [
  { keys: ["j", "ArrowDown"], does: "Next run", run: () => part.step(1) },
  { keys: ["k", "ArrowUp"], does: "Previous run", run: () => part.step(-1) },
  { keys: ["ArrowRight"], does: "Unfold", run: () => part.setFolded(false) },
  { keys: ["ArrowLeft"], does: "Fold", run: () => part.setFolded(true) },
  { keys: ["["], does: "Fold all", run: () => part.foldAll(true) },
  { keys: ["]"], does: "Unfold all", run: () => part.foldAll(false) },
  { keys: ["e"], does: "Next error", run: () => part.next(1, (run) => part.trace?.statusOf(run) === "error") },
  { keys: ["/"], does: "Search in this trace", run: () => part.querySelector("input")?.focus() },
  { keys: ["n"], does: "Next match", run: () => part.nextFound(1) },
  { keys: ["N"], does: "Previous match", run: () => part.nextFound(-1) },
  ...VIEWS.map((view, at) => ({ keys: [String(at + 1)], does: view.word, run: () => part.go({ view: view.id }) })),
  { keys: ["y"], does: "Copy a link to this run", run: () => part.tell("copy-link", part.trace?.idOf(part.selected)) },
];
