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

// What few readers use at once comes when it is needed.
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

// What a page may not have. The line to the local server opens last, when all that heed it listen.
const parts = [];
if (document.querySelector("run-snippet")) parts.push(import("./run-snippet.js"));
const panels = document.querySelectorAll("wire-panel");
if (panels.length > 0) {
  parts.push(import("./widgets.js").then(({ loadWidgets }) => void loadWidgets(panels)));
}
const endpoint = document.querySelector('meta[name="live-reload"]')?.content;
if (endpoint) {
  await Promise.allSettled(parts);
  (await import("./live.js")).listen(endpoint);
}
