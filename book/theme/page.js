// The page's own script: starts what a page has use for. Every part works by itself and leaves the
// page readable when it fails; without any script the page is a book.
import { markContents } from "./contents.js";
import { dressCode } from "./code.js";
import { paintSyntax } from "./syntax.js";
import { startNotes } from "./notes.js";
import { startQuizzes } from "./quiz.js";

markContents();
dressCode();
paintSyntax();
startQuizzes();
startNotes();

// What a page may not have, or few readers use at once, comes when it is needed.
if (document.querySelector("run-snippet")) import("./run-snippet.js");
const widgets = document.querySelectorAll("wire-panel");
if (widgets.length > 0) import("./widgets.js").then(({ loadWidgetsNear }) => loadWidgetsNear(widgets));
const searchButton = document.getElementById("search-open");
if (searchButton) {
  const open = async () => (await import("./search.js")).openSearch();
  searchButton.hidden = false;
  searchButton.addEventListener("click", open);
  // A combination, not a bare letter: letters belong to whoever types or dictates.
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
}
const endpoint = document.querySelector('meta[name="live-reload"]')?.content;
if (endpoint) import("./live.js").then(({ listen }) => listen(endpoint));

// On paper nothing can be opened any more.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    details.dataset.openedForPrint = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("[data-opened-for-print]")) {
    details.open = false;
    delete details.dataset.openedForPrint;
  }
});
