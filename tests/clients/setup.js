// Starts a solution's server, publishes to it, and cuts the way to it.
import { deepStrictEqual as same, strictEqual as equal } from "node:assert";
import { execFile, spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** For what should happen at once, on a machine that may be busy. */
export const SOON = 20_000;

/**
 * Options for a test that needs `what`. Missing things are said loudly; under CI they fail, because
 * a check that nobody ran looks just like one that passed.
 */
export function needs(what, there) {
  if (there) return { timeout: 3 * SOON };
  const words = `NOT CHECKED: ${what} is missing`;
  if (process.env.CI) throw new Error(words);
  console.error(`\n*** ${words} ***\n`);
  return { skip: words };
}

/**
 * The server of a lab's solution on a free port. Its log keeps four events, and only `publish`
 * brings news. It stops when the test is over, if not before.
 */
export async function serve(t, lab) {
  const args = ["run", "--quiet", "--package", `solution-${lab}`, "--", "--port", "0", "--profile", "test"];
  const server = spawn("cargo", args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(server, "exit");
  const stop = async () => {
    // `cargo run` has become the server.
    server.kill("SIGINT");
    await exited;
  };
  t.after(stop);
  // Building may take minutes.
  const said = await Promise.race([once(server.stdout, "data"), exited]);
  const [origin] = String(said[0]).match(/http:\/\/[\d.:]+/) ?? [];
  if (!origin) throw new Error(`solution-${lab} didn't start`);
  return { origin, stop, publish: (note) => publish(origin, note) };
}

/** Runs a command; its exit code and what it said. */
export function run(command, ...args) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 2 * SOON }, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }));
  });
}

/** Whether this command is installed. */
export const installed = (command) => spawnSync(command, ["--version"]).status === 0;

async function publish(origin, note) {
  const report = { readings: [{ city: "BERLIN", celsius: 25.5 }], note };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${origin}/publish`, { method: "POST", headers, body: JSON.stringify(report) });
  equal(answer.status, 201);
  return (await answer.json()).id;
}

/**
 * A way to the server with a tunnel in it: what is under way is lost, and what comes is refused.
 * `wire` is what went through, both ways.
 */
export async function tunnel(t, origin) {
  const { hostname, port } = new URL(origin);
  const open = new Set();
  const wire = [];
  let dark = false;
  const way = createServer((near) => {
    if (dark) return near.resetAndDestroy();
    const far = connect(Number(port), hostname);
    open.add(near);
    near.on("close", () => open.delete(near));
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.on("data", (bytes) => wire.push(bytes));
      one.pipe(other);
    }
  });
  way.listen(0, "127.0.0.1");
  await once(way, "listening");
  t.after(() => {
    for (const socket of open) socket.destroy();
    way.close();
  });
  return {
    origin: `http://127.0.0.1:${way.address().port}`,
    enter() {
      dark = true;
      // A reset after an end would keep Node 20 busy for ever.
      for (const socket of open) socket.writableEnded ? socket.destroy() : socket.resetAndDestroy();
    },
    leave: () => (dark = false),
    wire: () => Buffer.concat(wire).toString(),
  };
}

/**
 * Two events, a tunnel in which two more come, and another one: `heard` is to have each of them once,
 * in order, by the last line of its text.
 */
export async function hearsAll(server, way, heard) {
  await server.publish("one");
  await heard.atLeast(1);
  await server.publish("two");
  await heard.atLeast(2);
  way.enter();
  await server.publish("three");
  await server.publish("four, with\rline\r\nends, \"quotes\"\nand 🌧 in it");
  way.leave();
  await heard.atLeast(4);
  await server.publish("five");
  same(await heard.atLeast(5), ["one", "two", "three", "and 🌧 in it", "five"]);
}

/** What a client heard, in order. */
export class Heard {
  #all = [];
  #news = new EventEmitter();

  /** Notes it. Also a callback: it doesn't need `this`. */
  note = (what) => {
    this.#all.push(what);
    this.#news.emit("news");
  };

  /** All of it, as soon as there are `count`. */
  async atLeast(count) {
    const signal = AbortSignal.timeout(SOON);
    while (this.#all.length < count) {
      await once(this.#news, "news", { signal }).catch((error) => {
        throw new Error(`waited for ${count}, heard ${JSON.stringify(this.#all)}`, { cause: error });
      });
    }
    return this.#all;
  }
}
