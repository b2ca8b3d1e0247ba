// What a program printed, and how it ended.

/** The output of one snippet: `box` goes into the page. */
export class Output {
  box = document.createElement("div");
  #log = document.createElement("pre");
  #status = document.createElement("p");
  #waiting = []; // what came since the last frame
  #stderr = "";

  constructor(name) {
    this.box.className = "run-output";
    this.#log.setAttribute("role", "log");
    this.#log.setAttribute("aria-label", `Output of ${name}`);
    this.#log.hidden = true;
    this.#status.setAttribute("role", "status");
    this.box.append(this.#log, this.#status);
  }

  /** Forgets the last run. */
  clear(status) {
    this.#waiting = [];
    this.#stderr = "";
    this.#log.replaceChildren();
    this.#log.hidden = true;
    this.say(status);
  }

  /** A word about the run, in place of the last one. */
  say(status) {
    this.#status.textContent = status;
    delete this.#status.dataset.end;
  }

  /** Shows an error's text as it is. */
  fail(text, status) {
    this.clear(status);
    this.#status.dataset.end = "bad";
    this.print("out", text);
  }

  /** Adds text, with the next frame: a program may print much faster than a page can show. */
  print(stream, text) {
    if (stream === "err") this.#stderr += text;
    if (this.#waiting.push([stream, text]) === 1) requestAnimationFrame(() => this.#show());
  }

  #show() {
    if (this.#waiting.length === 0) return;
    const log = this.#log;
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
    log.hidden = false;
    for (const [stream, text] of this.#waiting.splice(0)) {
      const last = log.lastElementChild;
      if (last?.dataset.stream === stream) {
        last.append(text);
      } else {
        const span = document.createElement("span");
        span.dataset.stream = stream;
        span.append(text);
        log.append(span);
      }
    }
    if (follow) log.scrollTop = log.scrollHeight;
    // What scrolls must be reachable without a mouse.
    if (log.scrollHeight > log.clientHeight || log.scrollWidth > log.clientWidth) log.tabIndex = 0;
    else log.removeAttribute("tabindex");
  }

  /** How it ended; `program` is quoted where it panicked. */
  end({ end, status, message, ms }, program) {
    this.#show();
    const time = duration(ms);
    const words = {
      exit: () => `Finished in ${time}, exit status ${status}.`,
      trap: () => this.#panic(program) ?? `It ended after ${time} with a trap: ${message}.`,
      limit: () => `Stopped after ${time}: it printed more than a page can show.`,
      time: () => `Stopped after ${time}: a snippet may not run longer.`,
    };
    this.say(words[end]());
    this.#status.dataset.end = end === "exit" && status === 0 ? "good" : "bad";
  }

  #panic(program) {
    if (!this.#stderr.includes("panicked at")) return undefined;
    const line = this.#stderr.match(/panicked at snippet\.rs:(\d+)/)?.[1];
    const code = program.split("\n")[line - 1]?.trim();
    return code ? `It panicked in line ${line} of the program: ${code}` : "It panicked.";
  }
}

function duration(ms) {
  if (ms < 1) return "under 1 ms";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
