// The buttons that more than one part of the page has.

/** A button that does something when it is pressed. */
export function button(label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}

/** Copies what `text()` gives, and says whether it could. */
export function copyButton(text) {
  const copy = button("Copy", async () => {
    try {
      await navigator.clipboard.writeText(text());
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Select and copy"; // no permission, or not a secure context
    }
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  });
  return copy;
}

/** Shows the hidden lines of a code block, and hides them again. */
export function hiddenLinesButton(pre) {
  const toggle = button("Show hidden lines", () => {
    const shown = pre.classList.toggle("show-hidden-lines");
    toggle.setAttribute("aria-pressed", String(shown));
  });
  toggle.setAttribute("aria-pressed", "false");
  return toggle;
}
