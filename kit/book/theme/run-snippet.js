// <run-snippet data-name="hello" data-wasm="generated/snippets/HASH.wasm"> around a code block:
// a program that runs in the page. Without this script it is the code block.
//
//   run-snippet.js          the element: buttons and output
//   run-snippet-program.js  loads or compiles the program, runs it in a Worker
//   run-snippet-worker.js   in the Worker: bounds the output
//   run-snippet-wasi.js     in the Worker: what the program may call
//   run-snippet-editor.js   the text area, loaded with the first edit
//
// The program is the text of the code block, with its hidden lines. Nothing is fetched before the
// first Run. `data-error` in place of `data-wasm` says why there is no program.

import { button, copyButton, hiddenLinesButton } from "./buttons.js";
import { Output } from "./run-snippet-output.js";
import {
  CompileError,
  NotReady,
  Run,
  Unavailable,
  compile,
  isLive,
  load,
} from "./run-snippet-program.js";
import { Kept } from "./storage.js";

class RunSnippet extends HTMLElement {
  #pre; // the code block
  #original; // the book's program
  #edited; // the reader's, or undefined
  #kept; // the same, for the next time
  #editor;
  #module; // the last one that was loaded or compiled
  #moduleText; // and its program
  #run;
  #abort;
  #output;
  #buttons;

  connectedCallback() {
    const code = this.querySelector("pre code");
    if (!code || this.#original !== undefined) return;
    this.#pre = code.closest("pre");
    this.#original = code.textContent;
    this.#kept = new Kept("localStorage", `workshop-snippet-${this.dataset.name}`);
    this.#buttons = {
      run: button("Run", () => this.#start()),
      stop: button("Stop", () => this.#stop("Stopped.")),
      edit: button("Edit", () => this.#edit(this.#original).then((area) => area.focus())),
      reset: button("Reset", () => this.#reset()),
      hidden: hiddenLinesButton(this.#pre),
      copy: copyButton(() => this.#edited ?? this.#original),
    };
    this.#buttons.run.className = "run-button";
    const tools = document.createElement("div");
    tools.className = "run-tools";
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", `Program ${this.dataset.name}`);
    tools.append(...Object.values(this.#buttons));
    this.#output = new Output(this.dataset.name);
    this.append(tools, this.#output.box);
    if (this.dataset.error) this.#output.fail(this.dataset.error, "This program does not compile.");
    this.#showButtons();
    const edit = isLive() && this.#kept.read();
    if (edit) this.#edit(edit.text, edit.of);
  }

  disconnectedCallback() {
    this.#stop("");
  }

  // -- running

  async #start() {
    this.#stop("");
    const program = this.#edited ?? this.#original;
    const abort = (this.#abort = new AbortController());
    const run = (this.#run = new Run());
    const ready = nextReady(abort.signal); // asked before the file is, so that no news is missed
    this.#showButtons();
    this.#output.clear(this.#edited === undefined ? "Running …" : "Compiling …");
    try {
      if (this.#moduleText !== program) {
        this.#module = await this.#get(program, abort.signal);
        this.#moduleText = program;
      }
      if (abort.signal.aborted) return;
      this.#output.say("Running …");
      run.start(
        this.#module,
        (stream, text) => this.#output.print(stream, text),
        (end) => {
          this.#ended();
          this.#output.end(end, program);
        },
      );
    } catch (error) {
      if (abort.signal.aborted) return;
      run.stop();
      if (error instanceof NotReady) {
        this.#output.say("The book is still compiling this program. It will run when it is ready.");
        await ready;
        if (!abort.signal.aborted) this.#start();
        return;
      }
      this.#ended();
      if (error instanceof CompileError) this.#output.fail(error.message, "It does not compile.");
      else if (error instanceof Unavailable) this.#output.say(error.message);
      else this.#output.say(`The program can't be run: ${error.message}`);
    }
  }

  #get(program, signal) {
    if (this.#edited === undefined || (program === this.#original && this.dataset.wasm)) {
      return load(this.dataset.wasm, signal);
    }
    return compile(program, signal);
  }

  #stop(message) {
    if (!this.#run) return;
    this.#run.stop();
    this.#ended();
    this.#output.say(message);
  }

  #ended() {
    this.#abort.abort();
    this.#run = undefined;
    this.#showButtons();
  }

  // -- editing, only where the local server can compile

  async #edit(text, of = this.#original) {
    const { makeEditor } = await import("./run-snippet-editor.js");
    this.#editor = makeEditor({
      text,
      onInput: (text) => this.#keepEdit(text),
      onRun: () => this.#start(),
    });
    this.#edited = text;
    this.#pre.hidden = true;
    this.prepend(this.#editor.box);
    if (of !== this.#original) {
      this.#output.say("The book's program has changed since you edited it; Reset shows it.");
    }
    this.#showButtons();
    return this.#editor.area;
  }

  #reset() {
    this.#stop("");
    this.#editor.box.remove();
    this.#editor = this.#edited = undefined;
    this.#pre.hidden = false;
    this.#kept.forget();
    this.#output.clear("");
    this.#showButtons();
    this.#buttons.edit.focus();
  }

  #keepEdit(text) {
    this.#edited = text;
    if (text === this.#original) this.#kept.forget();
    else this.#kept.keep({ text, of: this.#original });
  }

  // -- buttons

  #showButtons() {
    const { run, stop, edit, reset, hidden } = this.#buttons;
    const editing = this.#edited !== undefined;
    if (!this.#run && document.activeElement === stop) run.focus();
    run.hidden = !editing && !this.dataset.wasm;
    stop.hidden = !this.#run;
    edit.hidden = editing || !isLive();
    reset.hidden = !editing;
    hidden.hidden = editing || !this.#pre.querySelector(".boring");
  }
}

/** Resolves when the local server has compiled the book's snippets. */
function nextReady(signal) {
  return new Promise((resolve) => {
    const heed = ({ detail }) => detail.what === "snippets" && resolve();
    document.addEventListener("workshop:ready", heed, { signal });
  });
}

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = new URL("run-snippet.css", import.meta.url);
document.head.append(style);
customElements.define("run-snippet", RunSnippet);
