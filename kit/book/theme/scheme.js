// Light or dark, before the first paint: a classic script in the head, so that the page never
// flashes in the wrong colours. Without a choice of the reader's the system decides (page.css).
(() => {
  const KEY = "workshop-scheme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  /** The reader's choice, or undefined. Storage may be forbidden; then a choice lasts for the page. */
  const kept = () => {
    try {
      return localStorage.getItem(KEY) ?? undefined;
    } catch {
      return undefined;
    }
  };
  const keep = (scheme) => {
    try {
      if (scheme) localStorage.setItem(KEY, scheme);
      else localStorage.removeItem(KEY);
    } catch {
      // nothing to do: the page shows the choice anyway
    }
  };
  const show = (scheme) => {
    if (scheme === "light" || scheme === "dark") root.dataset.scheme = scheme;
    else delete root.dataset.scheme;
  };
  const isDark = () => (root.dataset.scheme ?? (system.matches ? "dark" : "light")) === "dark";

  show(kept());

  document.addEventListener("DOMContentLoaded", () => {
    const toggle = document.getElementById("scheme-toggle");
    const label = () => toggle.setAttribute("aria-pressed", isDark());
    toggle.addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      // Back to what the system says is no choice any more: follow the system again.
      const choice = (wanted === "dark") === system.matches ? undefined : wanted;
      show(choice);
      keep(choice);
      label();
    });
    system.addEventListener("change", label);
    // another tab changed it
    addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      show(kept());
      label();
    });
    label();
    toggle.hidden = false;
  });
})();

// Opened as a file, a page runs no modules, which is most of its scripts. This one can say so.
if (location.protocol === "file:") {
  addEventListener("DOMContentLoaded", () => {
    const note = document.createElement("p");
    note.className = "file-note";
    note.textContent =
      "Opened as a file, this page has no search, no Run and no panels: a browser loads those " +
      "from a server only. cargo workshop is one.";
    document.querySelector("main").prepend(note);
  });
}
