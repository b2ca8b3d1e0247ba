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
let server, url, browser;

before(async () => {
  if (CHROMIUM.skip) return;
  // A group of its own, so that cargo and the command it runs can be ended together.
  server = spawn("cargo", ["workshop", "serve", "--no-open", "--port", "0"], {
    cwd: setup.ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  url = await printedAddress(server);
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
  const page = await browser.browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PATIENCE);
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

/** The address that the command prints when it can be visited. */
async function printedAddress(process) {
  let said = "";
  const deadline = setTimeout(() => process.kill(), PATIENCE);
  try {
    for (const stream of [process.stdout, process.stderr]) stream.on("data", (bytes) => (said += bytes));
    while (process.exitCode === null) {
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
      if (address) return address;
      await Promise.race([once(process.stdout, "data"), once(process.stderr, "data"), once(process, "exit")]);
    }
  } finally {
    clearTimeout(deadline);
  }
  throw new Error(`cargo workshop ended:\n${said}`);
}
