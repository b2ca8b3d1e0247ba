// The book as `cargo workshop` serves it: the same page, with the local server behind it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as setup from "./setup.js";

const CHROMIUM = setup.needs("Chromium", setup.CHROMIUM);
const PATIENCE = 300_000; // ms: the widgets are built behind the first page, which takes minutes once
let server, address, url, browser;

before(async () => {
  if (CHROMIUM.skip) return;
  // A group of its own, so that cargo and the command it runs can be ended together.
  server = spawn("cargo", ["workshop", "serve", "--no-open", "--port", "0"], {
    cwd: setup.ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  [address, url] = await printedAddress(server);
  browser = await setup.launch();
});
after(async () => {
  await browser?.close();
  if (server && server.exitCode === null) {
    process.kill(-server.pid, "SIGTERM");
    await once(server, "exit");
  }
});

test("the page as it is served, with a live wire", CHROMIUM, async () => {
  const context = await browser.browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE);
  // A page of its own gets the key: what it still asks for when it is left isn't looked at.
  const first = await context.newPage();
  await first.goto(address);
  await first.waitForFunction(async () => (await (await fetch("/-/key")).json()).key);
  // It may just be loaded again, since the book was built again, and has its first address then.
  await first.waitForFunction(() => location.hash === "");
  await first.close();
  const page = await context.newPage();
  const seen = setup.watch(page, url);
  await page.goto(`${url}sse.html`);
  assert.equal(await page.locator('meta[name="workshop"]').getAttribute("content"), "live");
  const panel = page.locator("wire-panel").first();
  await panel.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
  await panel.locator("button").first().waitFor();
  await panel.getByRole("button", { name: /^Connect/ }).click();
  await panel.getByText("text/event-stream").first().waitFor();
  await panel.getByText("BERLIN").first().waitFor();
  mkdirSync(setup.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(setup.SCREENSHOTS, "sse-live.png") });
  assert.deepEqual(seen.foreign, []);
  assert.deepEqual(seen.failed, []);
  assert.deepEqual(seen.errors, []);
});

test("without the key a page is only read, says so, and gets on when another page has it", CHROMIUM, async () => {
  const context = await browser.browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const seen = setup.watch(page, url);
    await page.goto(`${url}sse.html`);
    const note = page.getByText("Open the address that cargo workshop printed");
    await note.waitFor();
    mkdirSync(setup.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(setup.SCREENSHOTS, "no-key.png") });
    assert.deepEqual(seen.errors, []);
    const compile = () =>
      page.evaluate(async () => {
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify({ source: "fn main() {}" });
        return (await fetch("/-/compile", { method: "POST", headers, body })).status;
      });
    assert.equal(await compile(), 403);
    const other = await context.newPage();
    await other.goto(address);
    await note.waitFor({ state: "detached" });
    assert.notEqual(await compile(), 403);
  } finally {
    await context.close();
  }
});

/** The address that the command prints when it can be visited, whole and without its key. */
async function printedAddress(process) {
  let said = "";
  const deadline = setTimeout(() => process.kill(), PATIENCE);
  try {
    for (const stream of [process.stdout, process.stderr]) stream.on("data", (bytes) => (said += bytes));
    while (process.exitCode === null) {
      const address = /(http:\/\/127\.0\.0\.1:\d+\/)#key=\w+/.exec(said);
      if (address) return address;
      await Promise.race([once(process.stdout, "data"), once(process.stderr, "data"), once(process, "exit")]);
    }
  } finally {
    clearTimeout(deadline);
  }
  throw new Error(`cargo workshop ended:\n${said}`);
}
