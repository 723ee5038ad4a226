// Runs before anything is drawn, so that the page never flashes in the wrong colours. It is the document's first
// script: no module, no import. `parts/theme_switch.js` writes what it reads.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("tracekeep-theme");
  } catch {
    // A browser that keeps nothing gets the system's colours.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
