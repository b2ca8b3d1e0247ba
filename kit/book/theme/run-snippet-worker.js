// Runs one program in a Worker of its own, and cuts off what prints without end.
//
// It is sent a WebAssembly.Module, and sends back { stream: "out" | "err", text } for each write,
// then once { end: "exit" | "trap" | "limit", ms, … }.

import { run } from "./run-snippet-wasi.js";

// What a reader may still scroll through, and what the page takes in without stuttering.
const MOST_LENGTH = 64 * 1024;
const MOST_LINES = 2_000;
const MOST_WRITES = 20_000;

class Limit {}

onmessage = ({ data: module }) => {
  const started = performance.now();
  const end = runBounded(module);
  postMessage({ ...end, ms: performance.now() - started });
  close();
};

function runBounded(module) {
  let length = MOST_LENGTH;
  let lines = MOST_LINES;
  let writes = MOST_WRITES;
  // Every write is sent at once: while the program runs nothing here could send it later, and the
  // last words before an endless loop are the ones that matter.
  const print = (stream, text) => {
    const shown = text.slice(0, length);
    length -= shown.length;
    lines -= shown.split("\n").length - 1;
    writes -= 1;
    postMessage({ stream, text: shown });
    if (length === 0 || lines <= 0 || writes === 0) throw new Limit();
  };
  try {
    return run(module, print);
  } catch (error) {
    if (error instanceof Limit) return { end: "limit" };
    return { end: "trap", message: String(error) };
  }
}
