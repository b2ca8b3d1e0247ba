// A text area for a program: Tab indents until Escape is pressed, Ctrl+Enter runs.

let count = 0;

/** `onInput(text)` after each change, `onRun()` on Ctrl+Enter. */
export function makeEditor({ text, onInput, onRun }) {
  const id = `run-snippet-editor-${++count}`;
  const box = document.createElement("div");
  box.className = "run-editor";
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = "The whole program, with its hidden lines";
  const area = document.createElement("textarea");
  area.id = id;
  area.value = text;
  area.spellcheck = false;
  area.autocapitalize = "off";
  area.autocomplete = "off";
  area.wrap = "off";
  area.setAttribute("aria-describedby", `${id}-keys`);
  const keys = document.createElement("p");
  keys.id = `${id}-keys`;
  keys.textContent = "Ctrl+Enter runs it. Tab indents; press Escape, then Tab, to leave.";

  const fit = () => (area.rows = Math.min(area.value.split("\n").length + 1, 40));
  fit();
  let leaving = false;
  area.addEventListener("focus", () => (leaving = false));
  area.addEventListener("input", () => {
    fit();
    onInput(area.value);
  });
  area.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (key === "Enter" && (ctrlKey || metaKey)) {
      event.preventDefault();
      onRun();
    } else if (key === "Tab" && !leaving && !shiftKey && !ctrlKey && !metaKey && !altKey) {
      event.preventDefault();
      insert(area, "    ");
    }
    if (key !== "Shift" && key !== "Tab") leaving = key === "Escape";
  });
  box.append(label, area, keys);
  return { box, area };
}

function insert(area, text) {
  // Deprecated, and still the only way that can be undone.
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input"));
}
