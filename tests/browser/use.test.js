// The page in use: by keyboard, without scripts, on paper, while the book is being written.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as setup from "./setup.js";

const CHROMIUM = setup.needs("Chromium", setup.CHROMIUM);
const CHAPTER = "sse.html"; // has one of everything
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

/** A test with a page of its own, opened at the chapter. */
function use(what, options, steps) {
  test(what, CHROMIUM, async () => {
    const context = await browser.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(10_000);
    try {
      const page = await context.newPage();
      if (options.before) await options.before(page);
      await page.goto(site.url + (options.path ?? CHAPTER));
      await steps(page);
    } finally {
      await context.close();
    }
  });
}

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

use("the first Tab offers to skip to the text", {}, async (page) => {
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "content");
});

use("the arrow keys don't turn the page", {}, async (page) => {
  await page.getByRole("heading", { level: 1 }).click({ position: { x: 300, y: 5 } });
  for (const key of ["ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
  assert.equal(new URL(page.url()).pathname, `/${CHAPTER}`);
});

use("a choice of light or dark is kept, and given up again", { colorScheme: "light" }, async (page) => {
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  const toggle = page.getByRole("button", { name: "Dark" });
  assert.equal(await toggle.getAttribute("aria-pressed"), "false");
  await toggle.press("Enter");
  assert.equal(await scheme(), "dark");
  await page.reload();
  assert.equal(await scheme(), "dark");
  assert.equal(await toggle.getAttribute("aria-pressed"), "true");
  await toggle.click();
  assert.equal(await scheme(), "light dark", "what the system says is no choice");
});

use("a quiz by keyboard", {}, async (page) => {
  const quiz = page.locator("fieldset.quiz:has(input[type=radio])").first();
  const inputs = await quiz.locator("input").all();
  const marks = await Promise.all(inputs.map((input) => input.getAttribute("data-right")));
  const right = marks.findIndex((mark) => mark !== null);
  const wrong = marks.findIndex((mark) => mark === null);
  const verdict = quiz.getByRole("status");
  const check = quiz.getByRole("button", { name: "Check" });
  const answer = quiz.locator(".quiz-answer");

  assert.equal(await answer.isVisible(), false, "no answer before the question was tried");
  await check.press("Enter");
  assert.match(await verdict.textContent(), /Choose/);

  // To the wrong one, and from there with the arrows to the right one.
  await inputs[wrong].press("Space");
  await check.press("Enter");
  assert.match(await verdict.textContent(), /Not quite/);
  assert.equal(await answer.getAttribute("open"), null);
  await inputs[wrong].focus();
  const key = right > wrong ? "ArrowDown" : "ArrowUp";
  for (let at = wrong; at !== right; at += Math.sign(right - wrong)) await page.keyboard.press(key);
  assert.equal(await verdict.textContent(), "", "another choice takes the verdict back");
  await check.press("Space");
  assert.match(await verdict.textContent(), /Right/);
  assert.equal(await answer.getAttribute("open"), "", "the explanation opens");
});

use("search by keyboard; nothing of it is loaded before", {}, async (page) => {
  const seen = setup.watch(page, site.url);
  await page.getByRole("button", { name: "Search" }).waitFor();
  assert.ok(!seen.requests.some((url) => /elasticlunr|searchindex/.test(url)));
  await page.keyboard.press("Control+K");
  const dialog = page.getByRole("dialog", { name: "Search" });
  await dialog.waitFor();
  await page.keyboard.type("heartbeat");
  await dialog.locator("a").first().waitFor();
  assert.match(await dialog.getByRole("status").textContent(), /^\d+ found$/);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("zzzzz");
  await dialog.getByText("Nothing found").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await dialog.isVisible(), false);
  assert.deepEqual(seen.errors, []);
});

use("notes open for the presenter, page after page", { path: `${CHAPTER}?notes` }, async (page) => {
  const states = () => page.locator("details.notes").evaluateAll((all) => [...new Set(all.map(({ open }) => open))]);
  assert.deepEqual(await states(), [true]);
  await page.goto(`${site.url}${CHAPTER}`);
  assert.deepEqual(await states(), [true], "kept in this tab");
  await page.keyboard.press("Alt+N");
  assert.deepEqual(await states(), [false]);
  await page.reload();
  assert.deepEqual(await states(), [false]);
});

use("the contents say where one is", {}, async (page) => {
  const contents = page.getByRole("navigation", { name: "Contents" });
  const here = contents.locator('[aria-current="page"]');
  assert.equal(new URL(await here.evaluate((link) => link.href)).pathname, `/${CHAPTER}`);
  const last = contents.locator(".sections a").last();
  await last.click();
  await contents.locator('.sections a[aria-current="location"]').last().waitFor();
  assert.equal(new URL(page.url()).hash, await last.getAttribute("href"));
});

const inSight = (link) => {
  const [{ top, bottom }, nav] = [link, link.closest("nav")].map((element) => element.getBoundingClientRect());
  return top >= nav.top && bottom <= nav.bottom;
};

use("long contents follow the reader", { viewport: { width: 1280, height: 300 } }, async (page) => {
  const contents = page.getByRole("navigation", { name: "Contents" });
  assert.ok(await contents.locator('[aria-current="page"]').evaluate(inSight));
  await page.locator("main > h2").last().evaluate((heading) => heading.scrollIntoView({ behavior: "instant" }));
  const last = contents.locator(".sections a").last().and(page.locator('[aria-current="location"]'));
  await last.waitFor();
  assert.ok(await last.evaluate(inSight));
});

use("contents that open show where one is", { viewport: { width: 360, height: 200 } }, async (page) => {
  await page.getByRole("button", { name: "Contents" }).press("Enter");
  const here = page.locator('#contents [aria-current="page"]');
  await here.waitFor();
  await page.waitForFunction(inSight, await here.elementHandle());
});

for (const javaScriptEnabled of [true, false]) {
  const options = { javaScriptEnabled, viewport: { width: 360, height: 780 } };
  use(`the contents on a phone, scripts ${javaScriptEnabled ? "on" : "off"}`, options, async (page) => {
    const contents = page.locator("#contents");
    assert.equal(await contents.isVisible(), false);
    await page.getByRole("button", { name: "Contents" }).press("Enter");
    assert.equal(await contents.isVisible(), true);
    await contents.getByRole("button", { name: "Close" }).press("Enter");
    assert.equal(await contents.isVisible(), false);
  });
}

use("code is copied whole; what scrolls can be reached", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  const frame = page.locator(".code").first();
  await frame.hover();
  await frame.getByRole("button", { name: "Copy" }).click();
  await frame.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await frame.locator("code").textContent());
  const unreachable = await page
    .locator("main pre, main .table-wrapper")
    .evaluateAll((all) => all.filter((box) => box.scrollWidth > box.clientWidth && box.tabIndex !== 0).length);
  assert.equal(unreachable, 0);
});

use("code is painted", {}, async (page) => {
  const painted = await page.evaluate(() => {
    const [range] = [...CSS.highlights.get("keyword")].filter((range) => range.startContainer.isConnected);
    return range.startContainer.data.slice(range.startOffset, range.endOffset);
  });
  assert.match(painted, /^[a-z]+$/i);
});

use("on paper: the text with all its hints and answers, and no navigation", {}, async (page) => {
  await page.emulateMedia({ media: "print" });
  for (const gone of [".bar", "#contents", ".turn", ".quiz button", ".code-tools", ".notes"]) {
    for (const element of await page.locator(gone).all()) assert.equal(await element.isVisible(), false, gone);
  }
  for (const paragraph of await page.locator(".quiz-answer p, .hints > p, .hints details p").all()) {
    assert.ok(await paragraph.isVisible(), await paragraph.textContent());
  }
});

// The local server's side of the line, played by the test on a page that has the line in its head.
let line;
const withLine = async (page) => {
  line = undefined;
  await page.route(`**/${CHAPTER}`, async (route) => {
    const response = await route.fetch();
    const html = (await response.text()).replace("<head>", '<head><meta name="live-reload" content="-/live">');
    await route.fulfill({ response, body: html });
  });
  await page.route("**/-/key", (route) => route.fulfill({ json: { key: true } }));
  await page.routeWebSocket("**/-/live", (socket) => (line = socket));
};

use("an error of the book shows, and goes when it is fixed", { before: withLine }, async (page) => {
  await page.waitForFunction(() => document.querySelector("#scheme-toggle:not([hidden])"));
  const panel = page.getByRole("alert");
  const text = "book/sse.md:12: there is no anchor `step_9` in solutions/lab-03/src/wire.rs";
  await until(() => line);
  line.send(JSON.stringify({ kind: "error", text }));
  await panel.getByText(text).waitFor();
  line.send(JSON.stringify({ kind: "fixed" }));
  await panel.waitFor({ state: "detached" });
  line.send(JSON.stringify({ kind: "error", text: "<img src=x>" }));
  await panel.getByText("<img src=x>").waitFor();
  await panel.getByRole("button", { name: "Dismiss" }).press("Enter");
  await panel.waitFor({ state: "detached" });
  line.send("not for this page");

  const heard = page.evaluate(
    () => new Promise((resolve) => document.addEventListener("workshop:ready", (event) => resolve(event.detail.what))),
  );
  line.send(JSON.stringify({ kind: "ready", what: "widgets" }));
  assert.equal(await heard, "widgets");
});

use("a rebuilt book is shown at the same place", { before: withLine }, async (page) => {
  await until(() => line);
  await page.evaluate(() => scrollTo({ top: 1500, behavior: "instant" }));
  const reloaded = page.waitForEvent("load");
  line.send("reload");
  await reloaded;
  await page.waitForFunction(() => Math.abs(scrollY - 1500) < 3);
});

/** Waits until `ready` gives something, for at most 5 s. */
async function until(ready) {
  const end = Date.now() + 5000;
  while (!ready()) {
    if (Date.now() > end) throw new Error("waited 5 s for the page's line to the server");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
