// The runnable snippets of the built book, and what each prints natively.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOK_DIR, ROOT } from "../setup.js";

/** `{ name, wasm, output }` for each runnable snippet of a built page. */
export function snippetsOf(page) {
  const html = readFileSync(join(BOOK_DIR, page), "utf8");
  const elements = html.matchAll(/<run-snippet data-name="([^"]+)" data-wasm="([^"]+)"/g);
  return Array.from(elements, ([, name, wasm]) => ({ name, wasm, output: snapshot(name) }));
}

/** The native output, as the tests of `tests/book` keep it: without the last line ends. */
function snapshot(name) {
  const file = readFileSync(join(ROOT, "tests/snapshots/snippets", `${name}.snap`), "utf8");
  const text = file.replaceAll("\r\n", "\n"); // as git may check it out
  return text.slice(text.indexOf("\n---\n") + 5).trimEnd();
}
