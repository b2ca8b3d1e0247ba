// The wire panel: replays its recording in a static book, and talks through a tunnel in a served one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as setup from "./setup.js";

const CHROMIUM = setup.needs("Chromium", setup.CHROMIUM);
let site, browser;

before(async () => {
  if (CHROMIUM.skip) return;
  setup.buildBook();
  site = await setup.serveFolder(setup.BOOK_DIR);
  browser = await setup.launch();
});
after(async () => {
  await browser?.close();
  site?.close();
});

/** Opens the SSE chapter in a fresh context, scrolls to its panel, and closes all when `use` is done. */
async function panel(prepare, use) {
  const context = await browser.browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await prepare(page);
    const seen = setup.watch(page, site.url);
    await page.goto(`${site.url}sse.html`);
    assert.ok(!seen.requests.some((url) => url.endsWith(".wasm")), "not before it is near");
    await page.locator("wire-panel").scrollIntoViewIfNeeded();
    // What the local server would say; a static book doesn't wait for it.
    await page.evaluate(() =>
      document.dispatchEvent(new CustomEvent("workshop:ready", { detail: { what: "widgets" } })),
    );
    await page.locator("wire-panel .panel").waitFor();
    await use(page);
    assert.deepEqual([...seen.failed, ...seen.errors], []);
  } finally {
    await context.close();
  }
}

/** The text of what a selector finds, as the page holds it. */
const texts = (page, selector) =>
  page.evaluate((s) => [...document.querySelectorAll(s)].map((e) => e.textContent), selector);
const status = (page, words) => page.locator("[role=status]", { hasText: words }).waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true });

test("a recording is played byte for byte, by keyboard", CHROMIUM, async () => {
  await panel(async () => {}, async (page) => {
    const recording = await texts(page, "wire-panel .wire:not(.panel-wire) code");
    assert.ok(recording.length > 20);
    await button(page, "Play").focus();
    await page.keyboard.press("Enter");
    await page.locator(".panel-wire code").nth(2).waitFor();
    await page.keyboard.press("Enter");
    await button(page, "Play").waitFor();
    const over = page.getByText("The recording is over.");
    while (!(await over.isVisible())) await button(page, "Next line").click();
    assert.deepEqual(await texts(page, ".panel-wire code"), recording);
    const events = await texts(page, ".panel-event");
    assert.deepEqual(events, ["weather, last id 1", "weather, last id 2", "weather, last id 3"]);
  });
});

test("a cut stream comes back with Last-Event-ID", CHROMIUM, async () => {
  const requests = [];
  const tunnels = [];
  const served = async (page) => {
    await page.route("**/sse.html", async (route) => {
      const response = await route.fetch();
      const live = '<meta name="workshop" content="live"></head>';
      await route.fulfill({ response, body: (await response.text()).replace("</head>", live) });
    });
    await page.routeWebSocket("**/-/wire/03/reference", (tunnel) => {
      tunnels.push(tunnel);
      tunnel.onMessage((bytes) => {
        requests.push(String(bytes));
        const stream = `retry: 0\nid: ${requests.length}\ndata: BERLIN 25.5\n\n`;
        const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        // Cut where it hurts most: inside a line.
        tunnel.send(Buffer.from(head + stream.slice(0, 20)));
        tunnel.send(Buffer.from(stream.slice(20) + "id: 99\ndata: unfinished\n"));
      });
      tunnel.send('{"connected":true}');
    });
    await page.routeWebSocket("**/-/wire/03/yours", async (tunnel) => {
      tunnel.send('{"error":"nothing listens on 127.0.0.1:8003"}');
      await tunnel.close();
    });
  };
  await panel(served, async (page) => {
    await button(page, "Connect").click();
    await page.getByText("last id 1").waitFor();
    await status(page, "The stream is open.");
    await button(page, "Cut the connection").click();
    await page.getByText("last id 2").waitFor();
    assert.doesNotMatch(requests[0], /Last-Event-ID/);
    assert.match(requests[1], /\r\nLast-Event-ID: 1\r\n/);
    await tunnels[1].close();
    await page.getByText("last id 3").waitFor();
    assert.match(requests[2], /\r\nLast-Event-ID: 2\r\n/);
    await button(page, "Disconnect").click();
    await status(page, "Disconnected");
    await page.getByLabel("Yours").check();
    await button(page, "Connect").click();
    await status(page, "Nothing listens on 127.0.0.1:8003.");
    assert.equal((await texts(page, ".panel-wire code")).length, 0, "nothing was sent");
  });
});

test("a page without the key of this start is told so", CHROMIUM, async () => {
  const context = await browser.browser.newContext();
  try {
    const page = await context.newPage();
    await page.route("**/sse.html", async (route) => {
      const response = await route.fetch();
      const live = '<meta name="workshop" content="live"></head>';
      await route.fulfill({ response, body: (await response.text()).replace("</head>", live) });
    });
    // No WebSocket is accepted here, as by the local server without the key.
    const answers = [{ json: { key: false } }, { status: 404 }];
    await page.route("**/-/key", (route) => route.fulfill(answers[0]));
    await page.goto(`${site.url}sse.html`);
    await page.locator("wire-panel").scrollIntoViewIfNeeded();
    await page.evaluate(() =>
      document.dispatchEvent(new CustomEvent("workshop:ready", { detail: { what: "widgets" } })),
    );
    await button(page, "Connect").click();
    await status(page, "This page needs the key of this start: open the address that");
    answers.shift();
    await button(page, "Reconnect now").click();
    await status(page, "The local server doesn't answer: is `cargo workshop` still running?");
  } finally {
    await context.close();
  }
});
