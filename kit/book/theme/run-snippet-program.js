// Where a program comes from, and a run of it.

const TIME_LIMIT = 10_000; // ms

/** The program can't be had; the message is for the reader. */
export class Unavailable extends Error {}
/** The book is still compiling it. */
export class NotReady extends Error {}
/** rustc refuses it; the message is rustc's. */
export class CompileError extends Error {}

/** Loads what the book compiled. `path` counts from the site's root. */
export async function load(path, signal) {
  const response = await request(new URL(`../../${path}`, import.meta.url), { signal });
  if (response.status === 404 && isLive()) throw new NotReady();
  if (!response.ok) {
    throw new Unavailable(`The program can't be loaded: the server says ${response.status}.`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Has the local server compile an edit. */
export async function compile(source, signal) {
  const response = await request("/-/compile", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source }),
    signal,
  });
  if (response.status === 422) throw new CompileError(await response.text());
  if (response.status === 403) throw new Unavailable(sentence((await response.json()).detail));
  if (!response.ok) throw new Unavailable(`It can't be compiled: ${await response.text()}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/** Whether `cargo workshop` serves this page: then edits can be compiled. */
export function isLive() {
  return document.querySelector('meta[name="workshop"]')?.content === "live";
}

async function request(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unavailable(
      isLive()
        ? "The server does not answer: is `cargo workshop` still running?"
        : "The program can't be loaded: no answer.",
    );
  }
}

/** One run, in a Worker of its own. Made before the program is there, so that both load at once. */
export class Run {
  #worker = new Worker(new URL("run-snippet-worker.js", import.meta.url), { type: "module" });
  #timer;

  /**
   * `onText(stream, text)` for each write; `onEnd(end)` at most once, with the Worker's own end or
   * `{ end: "time", ms }`.
   */
  start(module, onText, onEnd) {
    const finish = (end) => {
      this.stop();
      onEnd(end);
    };
    this.#worker.onmessage = ({ data }) => {
      if (data.end) finish(data);
      else onText(data.stream, data.text);
    };
    this.#worker.onerror = () => finish({ end: "trap", message: "no Worker", ms: 0 });
    this.#timer = setTimeout(() => finish({ end: "time", ms: TIME_LIMIT }), TIME_LIMIT);
    this.#worker.postMessage(module);
  }

  /** Ends the program wherever it is. */
  stop() {
    clearTimeout(this.#timer);
    this.#worker.onmessage = null;
    this.#worker.terminate();
  }
}
