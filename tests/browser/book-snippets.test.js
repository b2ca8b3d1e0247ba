// The book's own snippets in a real browser. Says how long a reader waits for the first output.
import { strictEqual as equal, ok } from "node:assert";
import { test } from "node:test";
import { BOOK_DIR, CHROMIUM, buildBook, chapters, launch, needs, serveFolder } from "./setup.js";
import { snippetsOf } from "./snippets/book.js";

const name = "the book's snippets print on their pages what they print natively";
test(name, needs("Chromium", CHROMIUM), async () => {
  buildBook();
  const book = await serveFolder(BOOK_DIR);
  const { browser, close } = await launch();
  const first = [];
  const again = [];
  try {
    for (const page of await chapters()) {
      const context = await browser.newContext(); // with an empty cache
      const tab = await context.newPage();
      await tab.goto(book.url + page);
      for (const { name, output } of snippetsOf(page)) {
        first.push(await firstOutput(tab, name));
        again.push(await firstOutput(tab, name));
        const log = tab.getByRole("log", { name: `Output of ${name}` });
        equal((await log.textContent()).trimEnd(), output);
      }
      await context.close();
    }
  } finally {
    await close();
    book.close();
  }
  ok(first.length > 0);
  const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1].toFixed(0);
  const slowest = Math.max(...first).toFixed(0);
  console.log(
    `from Run to the first output, ${first.length} snippets: median ${median(first)} ms, ` +
      `slowest ${slowest} ms; the second time ${median(again)} ms`,
  );
});

/** Presses Run; milliseconds until there is output, when the program has ended. */
function firstOutput(tab, name) {
  const run = async (name) => {
    await customElements.whenDefined("run-snippet");
    const element = document.querySelector(`run-snippet[data-name="${name}"]`);
    const log = element.querySelector("[role=log]");
    const until = (done) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!done()) return;
          observer.disconnect();
          resolve(performance.now());
        });
        observer.observe(element, { childList: true, subtree: true, characterData: true });
      });
    element.scrollIntoView();
    const clicked = performance.now();
    const output = until(() => log.textContent);
    const status = element.querySelector("[role=status]");
    const end = until(() => status.textContent.startsWith("Finished"));
    log.replaceChildren();
    element.querySelector(".run-button").click();
    const ms = (await output) - clicked;
    await end;
    return ms;
  };
  return tab.evaluate(run, name);
}
