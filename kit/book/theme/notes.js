// Speaker notes: closed for readers; `?notes` in the address or Alt+N opens all of them, and keeps
// them open on the next pages of this tab, so that a presenter asks once.
import { Kept } from "./storage.js";

const state = new Kept("sessionStorage", "workshop-notes");

export function startNotes() {
  const asked = new URLSearchParams(location.search).get("notes");
  if (asked !== null) show(asked !== "off");
  else if (state.read() === "open") show(true);

  addEventListener("keydown", (event) => {
    // `code`, because Alt changes the letter on some keyboards
    if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyN") return;
    event.preventDefault();
    show(!document.querySelector("details.notes[open]"));
  });
}

function show(open) {
  state.keep(open ? "open" : "closed");
  for (const notes of document.querySelectorAll("details.notes")) notes.open = open;
}
