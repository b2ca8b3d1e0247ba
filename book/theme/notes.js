// Speaker notes: closed for readers; `?notes` in the address or Alt+N opens all of them, and keeps
// them open on the next pages of this tab, so that a presenter asks once.
const KEY = "workshop-notes";

export function startNotes() {
  const asked = new URLSearchParams(location.search).get("notes");
  if (asked !== null) keep(asked === "off" ? "closed" : "open");
  if (kept() === "open") show(true);

  addEventListener("keydown", (event) => {
    // `code`, because Alt changes the letter on some keyboards
    if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyN") return;
    event.preventDefault();
    const open = !document.querySelector("details.notes[open]");
    keep(open ? "open" : "closed");
    show(open);
  });
}

function show(open) {
  for (const notes of document.querySelectorAll("details.notes")) notes.open = open;
}

// Storage may be forbidden; then the notes open for this page only.
function kept() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
function keep(value) {
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // as above
  }
}
