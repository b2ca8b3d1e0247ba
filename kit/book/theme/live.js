// The line to the local server, which says what changed:
//
//   reload                                      the book was built again
//   {"kind":"ready","what":"snippets"|"widgets"}  a part of the page is there now
//   {"kind":"error","text":"book/sse.md:12: …"}   the book could not be built; the last good one stays
//   {"kind":"fixed"}                              it can be built again
//
// The stock `mdbook serve` only ever says `reload`.

import { button } from "./buttons.js";
import { hasKey, takeKey } from "./key.js";
import { Kept } from "./storage.js";

const OURS = "-/live"; // the endpoint of `cargo workshop`, which asks for a key
const place = new Kept("sessionStorage", "workshop-scroll");
const panel = document.getElementById("status");

export async function listen(endpoint) {
  scrollBack();
  let wait = 500; // ms before the next attempt, doubled each time up to 10 s
  let lost = false;
  let told = false; // that the key is missing
  let socket;

  const again = () => {
    lost = true;
    // with some chance in it, so that many pages don't come back in one moment
    setTimeout(connect, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, 10_000);
  };
  const connect = async () => {
    if (endpoint === OURS) {
      const known = await hasKey();
      if (known === false && !told) showNote();
      told = known === false;
      if (!known) return again(); // another page may get the key, for all of them
    }
    const url = new URL(`/${endpoint}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    socket = new WebSocket(url);
    socket.onopen = () => {
      if (lost) reload(); // what happened meanwhile was missed: read the page anew
      wait = 500;
    };
    socket.onmessage = ({ data }) => (data === "reload" ? reload() : heed(data));
    socket.onclose = again;
  };
  if (endpoint === OURS) await takeKey();
  connect();
  // An open socket keeps no page of Chromium 156 or WebKitGTK 2.50 out of the back/forward cache; but it
  // is dead when the page comes back, and until then Chromium would leave the line open behind the reader.
  addEventListener("pagehide", () => {
    if (!socket) return;
    socket.onclose = null;
    socket.close();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) reload();
  });
}

function heed(data) {
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    return; // not for us
  }
  if (message.kind === "error") showError(String(message.text));
  if (message.kind === "fixed") panel.replaceChildren();
  if (message.kind === "ready") {
    document.dispatchEvent(new CustomEvent("workshop:ready", { detail: { what: message.what } }));
  }
}

function showError(text) {
  const box = document.createElement("section");
  box.className = "status-panel";
  box.setAttribute("role", "alert");
  const title = document.createElement("h2");
  title.textContent = "The book has an error";
  const words = document.createElement("pre");
  words.textContent = text;
  const hint = document.createElement("p");
  hint.textContent = "You see the last good version. Save a correction and this goes away. ";
  box.append(title, words, hint, dismissal());
  panel.replaceChildren(box);
}

/** Without the key a page can be read. */
function showNote() {
  const box = document.createElement("section");
  box.className = "status-panel status-note";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent =
    "This page can be read, and no more: without the key it can't run your edits, talk to a " +
    "server or notice changes. Open the address that cargo workshop printed when it started. ";
  box.append(words, dismissal());
  panel.replaceChildren(box);
}

function dismissal() {
  return button("Dismiss", () => panel.replaceChildren());
}

function reload() {
  place.keep([location.pathname, scrollY]);
  location.reload();
}

/** Browsers scroll back by themselves, but before scripts have changed the page's height. */
function scrollBack() {
  const [path, y] = place.read() ?? [];
  place.forget();
  if (path === location.pathname) scrollTo({ top: y, behavior: "instant" });
}
