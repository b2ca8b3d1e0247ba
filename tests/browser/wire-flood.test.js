// The wire panel under a server that is faster than anybody reads: the page stays smooth, what it holds
// is bounded, and what it doesn't show is counted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as setup from "./setup.js";

const CHROMIUM = setup.needs("Chromium", setup.CHROMIUM);
const MOST_LINES = 200;
const MOST_EVENTS = 100;
/** What a frame may take on a screen with 60 Hz, and what no task may on a slow machine, in milliseconds. */
const FRAME = 16;
const LONGEST_TASK = 60;
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

/**
 * Runs in the page, before its scripts: in the place of the tunnel a server whose every write is a
 * message.
 */
function prepare() {
  class Tunnel extends EventTarget {
    constructor(url) {
      super();
      window.tunnel = this;
      window.url = url;
      setTimeout(() => this.say('{"connected":true}'));
    }
    say(data) {
      this.dispatchEvent(new MessageEvent("message", { data }));
    }
    send() {
      const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
      setTimeout(() => this.write(head));
    }
    write(text) {
      this.say(new TextEncoder().encode(text).buffer);
    }
    close() {}
  }
  window.WebSocket = Tunnel;
}

/** Opens the SSE chapter as a served page, connects its panel, and closes all when `use` is done. */
async function connected(use, options = {}) {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.browser.newContext({ viewport, ...options });
  try {
    const page = await context.newPage();
    await page.addInitScript(prepare);
    await page.route("**/sse.html", async (route) => {
      const response = await route.fetch();
      const live = '<meta name="workshop" content="live"></head>';
      await route.fulfill({ response, body: (await response.text()).replace("</head>", live) });
    });
    const seen = setup.watch(page, site.url);
    await page.goto(`${site.url}sse.html`);
    await page.locator("wire-panel").scrollIntoViewIfNeeded();
    await page.evaluate(() =>
      document.dispatchEvent(new CustomEvent("workshop:ready", { detail: { what: "widgets" } })),
    );
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("The stream is open.").waitFor();
    await use(page);
    assert.deepEqual(seen.errors, []);
  } finally {
    await context.close();
  }
}

/**
 * Does `work` under a trace of the browser, and says what the page's tasks cost: milliseconds of the
 * processor, so that other programs on this machine don't count. A frame is one of these tasks.
 */
async function traced(page, what, work) {
  const categories = ["toplevel", "disabled-by-default-devtools.timeline", "devtools.timeline"];
  await browser.browser.startTracing(page, { categories });
  await work();
  const trace = JSON.parse(await browser.browser.stopTracing()).traceEvents;
  const of = (name) => trace.filter((event) => event.name === name);
  // The page's own thread is where its layout is made.
  const thread = of("Layout")[0];
  const cost = of("RunTask")
    .filter((task) => task.pid === thread.pid && task.tid === thread.tid)
    .map((task) => (task.tdur ?? 0) / 1000)
    .sort((one, other) => other - one);
  const frames = of("FireAnimationFrame").length;
  const over = cost.filter((one) => one > FRAME).length;
  const sum = cost.reduce((one, other) => one + other, 0);
  console.log(
    `${what}: longest task ${cost[0].toFixed(1)} ms, ${over} tasks over ${FRAME} ms, ` +
      `${frames} frames, ${sum.toFixed(0)} ms in all`,
  );
  return { longest: cost[0], over, frames };
}

/** What the panel holds, once it has shown all that came: the last event has the data `last`. */
async function held(page, last) {
  await page.locator(".panel-events pre", { hasText: last }).waitFor();
  const end = page.locator(".panel-wire .wire > li:last-child > ol > li");
  await end.nth(-2).getByText(`data: ${last}`).waitFor();
  return page.evaluate(() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    const text = (selector) => document.querySelector(selector)?.textContent;
    return {
      lines: count(".panel-wire .wire > li > ol > li"),
      events: count(".panel-events [role=log] > div"),
      linesLeftOut: text(".panel-wire .panel-left-out"),
      eventsLeftOut: text(".panel-events .panel-left-out"),
      live: document.querySelector(".panel-events [role=log]").getAttribute("aria-live"),
    };
  });
}

/** So many events, each in a write of its own; `rate` of them a second, or all at once. */
const flood = (page, events, rate = Infinity) =>
  page.evaluate(
    async ([events, rate]) => {
      const start = performance.now();
      for (let sent = 0; sent < events; ) {
        const due = Math.min(events, ((performance.now() - start) / 1000) * rate);
        while (sent < due) {
          sent += 1;
          window.tunnel.write(`id: ${sent}\nevent: weather\ndata: BERLIN 25.5 (${sent})\n\n`);
        }
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    [events, rate],
  );

/** The request has so many lines, and the answer's head three. */
const requestLines = (page) => page.locator(".panel-wire .wire-sent ol > li").count();

test("a thousand events a second leave the page smooth", CHROMIUM, async () => {
  await connected(async (page) => {
    const head = (await requestLines(page)) + 3;
    let panel;
    const cost = await traced(page, "3,000 events in 3 s", async () => {
      await flood(page, 3000, 1000);
      panel = await held(page, "BERLIN 25.5 (3000)");
    });
    assert.ok(cost.longest < LONGEST_TASK, `a task of ${cost.longest} ms`);
    assert.equal(panel.lines, MOST_LINES);
    assert.equal(panel.events, MOST_EVENTS);
    const left = (head + 3000 * 4 - MOST_LINES).toLocaleString("en");
    assert.equal(panel.linesLeftOut, `${left} earlier lines are not shown`);
    assert.equal(panel.eventsLeftOut, "2,900 earlier events are not shown");
    assert.equal(panel.live, "off", "nobody can listen to that");
    await page.getByText("Too many events a second to be read aloud.").waitFor();

    await page.getByRole("button", { name: "Disconnect", exact: true }).click();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("The stream is open.").waitFor();
    await flood(page, 1);
    const fresh = await held(page, "BERLIN 25.5 (1)");
    assert.equal(fresh.lines, head + 4, "a new start counts from zero");
    assert.equal(fresh.linesLeftOut, "");
  });
});

test("one message of 16 kB after 400 lines is no long task", CHROMIUM, async () => {
  await connected(async (page) => {
    const head = (await requestLines(page)) + 3;
    await flood(page, 100);
    await held(page, "BERLIN 25.5 (100)");
    let lines, panel;
    const write = () => page.evaluate(() => {
      const events = Array.from({ length: 800 }, (_, i) => `data: many ${i}\n\n`).join("");
      const message = events.slice(0, 16 * 1024 - 20).replace(/[^\n]*\n?$/, "") + "\ndata: last\n\n";
      window.tunnel.write(message);
      return message.match(/\n/g).length;
    });
    const cost = await traced(page, "one message of 16 kB", async () => {
      lines = await write();
      panel = await held(page, "last");
    });
    assert.ok(cost.longest < LONGEST_TASK, `a task of ${cost.longest} ms`);
    assert.equal(panel.lines, MOST_LINES);
    const left = (head + 400 + lines - MOST_LINES).toLocaleString("en");
    assert.equal(panel.linesLeftOut, `${left} earlier lines are not shown`);
  });
});

test("a long line is cut, and its length told", CHROMIUM, async () => {
  await connected(async (page) => {
    await page.evaluate(() => window.tunnel.write(`data: ${"x".repeat(16 * 1024)}\n\ndata: end\n\n`));
    await held(page, "end");
    const longest = await page.evaluate(() =>
      Math.max(...[...document.querySelectorAll(".panel-wire code")].map((c) => c.textContent.length)),
    );
    assert.equal(longest, 1024);
    await page.getByText("the first 1,024 of 8,192 bytes; the line goes on").waitFor();
    await page.getByText("… (the first 1,024 of 16,384 bytes)").waitFor();
  });
});

test("a few events are read aloud, and light up", CHROMIUM, async () => {
  await connected(async (page) => {
    await flood(page, 2);
    assert.notEqual((await held(page, "BERLIN 25.5 (2)")).live, "off");
    assert.ok(await page.locator(".panel-events .panel-new").count());
    assert.ok(await page.locator(".panel-wire .panel-new").count());
  });
});
