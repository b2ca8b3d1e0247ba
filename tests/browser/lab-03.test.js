// A real EventSource against lab 03's solution: what the contract says that a browser does.
import { deepStrictEqual as same, ok, strictEqual as equal } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { CHROMIUM, ROOT, launch, needs } from "./setup.js";

const BROWSER = needs("Chromium", CHROMIUM);
let chromium, server, origin;

before(async () => {
  if (BROWSER.skip) return;
  execFileSync("cargo", ["build", "--quiet", "--package", "solution-03"], { cwd: ROOT, stdio: "inherit" });
  chromium = await launch();
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  free.close();
  await once(free, "close");
  origin = `http://127.0.0.1:${port}`;
  server = await start(port);
});
after(async () => {
  await chromium?.close();
  server?.kill();
});

/** A server whose log keeps four events and that has room for four readers. */
async function start(port) {
  const args = ["run", "--quiet", "--package", "solution-03", "--", "--port", port, "--profile", "test"];
  const server = spawn("cargo", args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  await once(server.stdout, "data"); // its address: it listens
  return server;
}

async function publish(note) {
  const report = { readings: [{ city: "BERLIN", celsius: 25.5 }], note };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${origin}/publish`, { method: "POST", headers, body: JSON.stringify(report) });
  equal(answer.status, 201);
}

/** A test with the lab's own page. */
function browse(what, steps) {
  test(what, { ...BROWSER, timeout: 60_000 }, async () => {
    const page = await chromium.browser.newPage();
    page.setDefaultTimeout(10_000);
    try {
      await page.goto(origin);
      await page.getByText("connected", { exact: true }).waitFor();
      await steps(page);
    } finally {
      await page.close();
    }
  });
}

browse("a note is text and forges nothing", async (page) => {
  await publish("Fog.\rid: 99\rdata: 40.0\r\rdata: forged");
  await page.getByText("forged").waitFor();
  const shown = await page.locator("#weather").textContent();
  equal(shown, "BERLIN 25.5\nFog.\nid: 99\ndata: 40.0\n\ndata: forged");
});

browse("one reader too many comes back when it was told to, and then gets in", async (page) => {
  await publish("for the reader who comes later");
  const took = await page.evaluate(async () => {
    const open = (source) => new Promise((resolve) => source.addEventListener("open", resolve));
    const stream = () => new EventSource("/api/v1/live-data");
    const others = [stream(), stream(), stream()]; // and the page's own
    await Promise.all(others.map(open));
    const started = performance.now();
    const late = stream();
    await new Promise((resolve) => late.addEventListener("error", resolve, { once: true }));
    if (late.readyState !== EventSource.CONNECTING) throw new Error("it gave up");
    others[0].close();
    await new Promise((resolve) => late.addEventListener("weather", resolve, { once: true }));
    [late, ...others].forEach((source) => source.close());
    return performance.now() - started;
  });
  ok(took >= 5000, `it was told to wait 5000 ms and came after ${took} ms`);
});

browse("after a restart of the server the page goes on, and is told that it missed something", async (page) => {
  // Two, so that the restarted server's first id isn't one that the page has.
  await publish("long before");
  await publish("before");
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        window.source = new EventSource("/api/v1/live-data?since=0");
        const read = ({ data }) => data.endsWith("\nbefore") && resolve();
        window.source.addEventListener("weather", read);
      }),
  );
  const heard = page.evaluate(
    () =>
      new Promise((resolve) => {
        const events = [];
        const note = ({ type, data }) => {
          events.push(`${type} ${data.split("\n").at(-1)}`);
          if (events.length < 2) return;
          window.source.close();
          resolve(events);
        };
        for (const type of ["weather", "reset"]) window.source.addEventListener(type, note);
      }),
  );
  const stopped = once(server, "exit");
  // `cargo run` has become the server.
  server.kill("SIGINT");
  await stopped;
  server = await start(new URL(origin).port);
  await publish("after");
  same(await heard, ["reset unknown", "weather after"]);
});
