/** What tells a person that another view is there: its title, and the focus on its heading. */

/** How long a heading may take to come, such as a trace's name. */
const PATIENCE_MS = 5_000;

/** @type {Record<string, string>} views that know a better title say it themselves, when they know it */
const TITLES = {
  projects: "Projects",
  project: "Project",
  trace: "Trace",
  "as-public": "As the public sees it",
  thread: "Thread",
  compare: "Compare two traces",
  rules: "Rules",
  rule: "Rule",
  queues: "Annotation queues",
  queue: "Annotation queue",
  datasets: "Datasets",
  dataset: "Dataset",
  settings: "Settings",
  "sign-in": "Sign in",
  unknown: "Nothing here",
};

/**
 * What is looked at, without how: filters, tabs and the selected run are ways to look at the same.
 * @param {import("./addresses.js").Place} place
 */
export const subjectOf = ({ view, query: _how, traces = [], section: _where, ...named }) =>
  [view, ...Object.entries(named).flat(), ...traces].join("/");

/** @param {import("./addresses.js").Place} place */
export const titleOf = ({ view }) => `${TITLES[view]} · Tracekeep`;

/**
 * Put the focus on the view's heading, now or when it comes, unless the person or the view moved it meanwhile.
 * @param {HTMLElement} main
 */
export function focusHeading(main) {
  main.focus({ preventScroll: true });
  if (focused(main)) return;
  const observer = new MutationObserver(() => {
    if (document.activeElement !== main || focused(main)) observer.disconnect();
  });
  observer.observe(main, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), PATIENCE_MS);
}

/** Whether the heading is there, and so has the focus now. @param {HTMLElement} main */
function focused(main) {
  const heading = main.querySelector("h1");
  if (!heading) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
