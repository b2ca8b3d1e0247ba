// Runs one command-line program: as much of WASI preview 1 as Rust's standard library needs to
// print, sleep, read a clock and draw random numbers. No files, no network, no arguments: what is
// not below answers "not supported". It blocks while it runs, so it belongs in a Worker.
//
// WASI's functions and numbers: https://github.com/WebAssembly/WASI/blob/wasi-0.1/preview1/docs.md

const SUCCESS = 0;
const BADF = 8;
const INVAL = 28;
const NOSYS = 52;

class Exit {
  constructor(status) {
    this.status = status;
  }
}

/**
 * Runs the program to its end. `print("out" | "err", text)` gets what it prints, as it prints it,
 * and may throw to end it.
 *
 * Returns `{ end: "exit", status }`, or `{ end: "trap", message }` after a panic or a trap.
 */
export function run(module, print) {
  let memory;
  const imports = wasi(print, () => memory.buffer);
  // An import that isn't there would keep the program from starting, even if it is never called.
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= Object.create(null);
    imports[from][name] ??= () => NOSYS;
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  memory = exports.memory;
  try {
    exports._start();
    return { end: "exit", status: 0 };
  } catch (error) {
    if (error instanceof Exit) return { end: "exit", status: error.status };
    // RangeError: the program called itself until the stack was full.
    const trap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    if (trap) return { end: "trap", message: error.message };
    throw error;
  }
}

function wasi(print, buffer) {
  const view = () => new DataView(buffer()); // anew each time: growing replaces the buffer
  const bytes = (at, length) => new Uint8Array(buffer(), at, length);
  const streams = {
    1: { name: "out", decoder: new TextDecoder("utf-8", { ignoreBOM: true }) },
    2: { name: "err", decoder: new TextDecoder("utf-8", { ignoreBOM: true }) },
  };
  const nothing = (count, size) => {
    view().setUint32(count, 0, true);
    view().setUint32(size, 0, true);
    return SUCCESS;
  };

  const functions = {
    args_get: () => SUCCESS,
    args_sizes_get: nothing,
    environ_get: () => SUCCESS,
    environ_sizes_get: nothing,

    clock_res_get(_clock, result) {
      view().setBigUint64(result, 1_000_000n, true);
      return SUCCESS;
    },
    clock_time_get(clock, _precision, result) {
      if (clock > 1) return INVAL;
      view().setBigUint64(result, now(clock), true);
      return SUCCESS;
    },

    fd_write(fd, list, count, written) {
      const stream = streams[fd];
      if (!stream) return BADF;
      let length = 0;
      let text = "";
      for (let at = list; at < list + 8 * count; at += 8) {
        const part = bytes(view().getUint32(at, true), view().getUint32(at + 4, true));
        length += part.length;
        text += stream.decoder.decode(part, { stream: true });
      }
      view().setUint32(written, length, true);
      if (text) print(stream.name, text);
      return SUCCESS;
    },
    fd_read(fd, _list, _count, read) {
      if (fd !== 0) return BADF;
      view().setUint32(read, 0, true); // nobody types: the input is at its end
      return SUCCESS;
    },
    fd_fdstat_get(fd, result) {
      if (fd > 2) return BADF;
      bytes(result, 24).fill(0);
      bytes(result, 1)[0] = 2; // a character device
      return SUCCESS;
    },
    fd_prestat_get: () => BADF, // no folder is open
    fd_close: (fd) => (fd > 2 ? BADF : SUCCESS),

    poll_oneoff(subscriptions, events, count, happened) {
      const subscription = (i) => {
        const at = subscriptions + 48 * i;
        const relative = (view().getUint16(at + 40, true) & 1) === 0;
        const clock = view().getUint32(at + 16, true);
        const time = view().getBigUint64(at + 24, true);
        return {
          user: view().getBigUint64(at, true),
          isClock: view().getUint8(at + 8) === 0,
          clock,
          until: relative ? now(clock) + time : time,
        };
      };
      const all = Array.from({ length: count }, (_, i) => subscription(i));
      if (!count || !all.every(({ isClock, clock }) => isClock && clock <= 1)) return INVAL;
      const left = ({ clock, until }) => Number(until - now(clock)) / 1e6;
      let due = [];
      while (due.length === 0) { // more than once if one clock lags behind the other
        sleep(Math.min(...all.map(left)));
        due = all.filter((subscription) => left(subscription) <= 0);
      }
      due.forEach(({ user }, i) => {
        bytes(events + 32 * i, 32).fill(0); // no error, and a clock's event
        view().setBigUint64(events + 32 * i, user, true);
      });
      view().setUint32(happened, due.length, true);
      return SUCCESS;
    },
    sched_yield: () => SUCCESS,

    random_get(at, length) {
      const most = 65_536; // of getRandomValues
      for (let done = 0; done < length; done += most) {
        crypto.getRandomValues(bytes(at + done, Math.min(most, length - done)));
      }
      return SUCCESS;
    },
    proc_exit(status) {
      throw new Exit(status);
    },
  };
  // Without a prototype: a program may import any name, and gets what is above or nothing.
  return Object.assign(Object.create(null), {
    wasi_snapshot_preview1: Object.assign(Object.create(null), functions),
  });
}

/** Nanoseconds: clock 0 since 1970, clock 1 since some moment. */
function now(clock) {
  return BigInt(Math.round((clock === 0 ? Date.now() : performance.now()) * 1e6));
}

/**
 * Blocks this Worker. Waiting for a change of shared memory that nobody else has needs no CPU.
 * `new SharedArrayBuffer()` is kept from pages without two special headers, which a static book
 * can't send; a shared WebAssembly memory is not, as long as it stays in one Worker.
 */
function sleep(ms) {
  const end = performance.now() + ms;
  for (let left = ms; left > 0; left = end - performance.now()) {
    if (patience) Atomics.wait(patience, 0, 0, left);
  }
}
const patience = sharedMemory();
function sharedMemory() {
  try {
    return new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  } catch {
    return undefined; // then `sleep` keeps the CPU busy, and still takes as long as it was asked to
  }
}
