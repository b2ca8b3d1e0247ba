// The sandbox of the runnable snippets, without a browser.
import { strictEqual as equal, match, ok } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../../kit/book/theme/run-snippet-wasi.js";
import { BOOK_DIR, buildBook, chapters } from "./setup.js";
import { snippetsOf } from "./snippets/book.js";
import { compileProgram } from "./snippets/compile.js";

/** Runs a program, and takes note of what it prints. */
function runBytes(wasm, limit = Infinity) {
  const printed = { out: "", err: "", first: undefined };
  const result = run(new WebAssembly.Module(wasm), (stream, text) => {
    printed.first ??= performance.now();
    printed[stream] += text;
    if (printed.out.length > limit) throw new Error("enough");
  });
  return { ...printed, ...result, ended: performance.now() };
}
const runProgram = (name, limit) => runBytes(compileProgram(name), limit);

test("prints at once, sleeps, reads clocks, and has neither files nor network", () => {
  const { end, status, out, err, first, ended } = runProgram("prints");
  equal(err, "to stderr\n");
  equal(out, "first\n\u{feff}Grüße, 東京 🌤\nno line end");
  equal(end, "exit");
  equal(status, 3);
  ok(ended - first >= 60, "the first line waited for the end");
});

test("a panic is printed, and ends in a trap", () => {
  const { end, out, err } = runProgram("panics");
  equal(end, "trap");
  equal(out, "before\n");
  match(err, /panicked at snippet\.rs:4:\d+:\nindex out of bounds/);
});

test("memory is bounded", () => {
  const { end, err } = runProgram("eats");
  equal(end, "trap");
  match(err, /memory allocation of \d+ bytes failed/);
});

test("an endless recursion is a trap", () => {
  equal(runProgram("recurses").end, "trap");
});

test("the one who prints may end the program", () => {
  let error;
  try {
    runProgram("floods", 1000);
  } catch (caught) {
    error = caught;
  }
  equal(error?.message, "enough");
});

test("an import that no one offers is not supported, whatever it is called", () => {
  // Each is called, and has to answer NOSYS; else the program traps.
  const names = [
    ["wasi_snapshot_preview1", "constructor"],
    ["wasi_snapshot_preview1", "toString"],
    ["wasi_snapshot_preview1", "__proto__"],
    ["constructor", "constructor"],
    ["toString", "valueOf"],
    ["__proto__", "hasOwnProperty"],
    ["env", "anything"],
  ];
  const text = (word) => [word.length, ...Buffer.from(word)];
  const section = (id, items) => {
    const body = [items.length, ...items.flat()];
    return [id, ...[(body.length & 0x7f) | 0x80, body.length >> 7], ...body];
  };
  const calls = names.flatMap((_, i) => [0x10, i, 0x41, 52, 0x47, 0x04, 0x40, 0x00, 0x0b]);
  const code = [0, ...calls, 0x0b]; // no locals
  const module = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, 0, 1, 0x7f], [0x60, 0, 0]]),
    ...section(2, names.map(([from, name]) => [...text(from), ...text(name), 0, 0])),
    ...section(3, [[1]]),
    ...section(5, [[0, 1]]),
    ...section(7, [[...text("memory"), 2, 0], [...text("_start"), 0, names.length]]),
    ...section(10, [[code.length, ...code]]),
  ]);
  equal(JSON.stringify(run(new WebAssembly.Module(module), () => {})), '{"end":"exit","status":0}');
});

test("the book's snippets print what they print natively", async () => {
  buildBook();
  const pages = await chapters();
  const snippets = pages.flatMap(snippetsOf);
  ok(snippets.length > 0);
  for (const { name, wasm, output } of snippets) {
    const { out, err, end, status } = runBytes(readFileSync(join(BOOK_DIR, wasm)));
    equal((out + err).trimEnd(), output, name);
    equal(`${end} ${status}`, "exit 0", name);
  }
});
