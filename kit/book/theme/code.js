// Code blocks and other things that scroll sideways: reachable by keyboard, copied with a button,
// hidden lines shown on request.
import { copyButton, hiddenLinesButton } from "./buttons.js";

export function dressCode(within = document) {
  nameSigns(within);
  for (const pre of within.querySelectorAll("main pre")) {
    // A runnable snippet has buttons of its own.
    if (pre.querySelector("code") && !pre.closest("run-snippet, wire-panel")) addTools(pre);
  }
  for (const box of within.querySelectorAll("main pre, main .table-wrapper")) {
    scrollers.observe(box);
  }
}

// What scrolls must be reachable without a mouse; what doesn't must not be a stop on the way.
const scrollers = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

// The book writes a line feed as ␊ and a carriage return as ␍, as the tests do. Few fonts have these
// signs, so their letters are drawn (text.css); the sign stays in the text, for copying.
const SIGNS = { "␊": "LF", "␍": "CR", "␀": "NUL" };

function nameSigns(within) {
  for (const code of within.querySelectorAll("main code")) {
    if (!/[␊␍␀]/.test(code.textContent)) continue;
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const parts = text.data.split(/([␊␍␀])/).map((part) => {
        if (!SIGNS[part]) return part;
        const sign = document.createElement("span");
        sign.className = "sign";
        sign.dataset.name = SIGNS[part];
        sign.textContent = part;
        return sign;
      });
      text.replaceWith(...parts);
    }
  }
}

function addTools(pre) {
  const code = pre.querySelector("code");
  const frame = document.createElement("div");
  frame.className = "code";
  const tools = document.createElement("div");
  tools.className = "code-tools";
  pre.replaceWith(frame);
  frame.append(pre, tools);

  if (code.querySelector(".boring")) tools.append(hiddenLinesButton(pre));
  tools.append(copyButton(() => code.textContent));
}
