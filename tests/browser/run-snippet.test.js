// The runnable snippets in a real browser: the element with the theme's own files, on a page of
// the test's making. The server compiles edits as `cargo workshop` does.
import { strictEqual as equal, match, ok } from "node:assert";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { BOOK_DIR, CHROMIUM, FLAGS, ROOT, SCREENSHOTS, buildBook, chapters, needs, serveFolder } from "./setup.js";
import { snippetsOf } from "./snippets/book.js";
import { compileProgram, compileText, programText } from "./snippets/compile.js";

const THEME = join(ROOT, "book/theme");
const TYPES = { js: "text/javascript", css: "text/css" };
const PATIENCE = 15_000; // ms: longer than the element's own limit

let browser, server, origin;
const requests = []; // paths, of the test that runs
const missing = new Set(); // programs that the book is still compiling

before(async () => {
  if (!CHROMIUM) return;
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});
after(async () => {
  await browser?.close();
  server?.close();
});

const compiled = new Map();
function program(name) {
  if (!compiled.has(name)) compiled.set(name, compileProgram(name));
  return compiled.get(name);
}

async function answer(request, response) {
  const url = new URL(request.url, "http://book");
  requests.push(url.pathname);
  const send = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
  const [folder, file] = url.pathname.split("/").slice(-2);
  if (url.pathname === "/-/compile") {
    const { source } = JSON.parse(Buffer.concat(await request.toArray()));
    try {
      return send(200, "application/wasm", compileText(source));
    } catch (error) {
      return send(422, "text/plain; charset=utf-8", error.stderr);
    }
  }
  if (folder === "page") return send(200, "text/html; charset=utf-8", page(file, url.searchParams));
  if (folder === "theme") return send(200, TYPES[file.split(".").at(-1)], readFileSync(join(THEME, file)));
  const name = file.replace(".wasm", "");
  if (folder === "snippets" && !missing.has(name)) return send(200, "application/wasm", program(name));
  send(404, "text/plain", "not found");
}

/** A page with one snippet. As mdBook writes it: hidden lines are in a span. */
function page(name, options) {
  const escape = (text) => text.replace(/[&<]/g, (c) => (c === "&" ? "&amp;" : "&lt;"));
  const lines = programText(name).split("\n").map(escape);
  const code = options.has("hide") ? `<span class="boring">${lines[0]}\n</span>${lines.slice(1).join("\n")}` : lines.join("\n");
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${name}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
    ${options.has("live") ? '<meta name="workshop" content="live">' : ""}
    <link rel="stylesheet" href="/theme/page.css"><link rel="stylesheet" href="/theme/text.css">
    <script type="module" src="/theme/run-snippet.js"></script>
    <script type="module">import { dressCode } from "/theme/code.js"; dressCode();</script></head>
    <body style="display:block"><main id="content" class="text"><h1>${name}</h1>
    <run-snippet data-name="${name}" ${options.get("error") ? `data-error="${options.get("error")}"` : `data-wasm="generated/snippets/${name}.wasm"`}>
    <pre><code class="language-rust">${code}</code></pre></run-snippet></main></body></html>`;
}

/** A test with a page of its own, closed afterwards. */
function browse(name, act) {
  test(name, needs("Chromium", CHROMIUM), async () => {
    requests.length = 0;
    missing.clear();
    const context = await browser.newContext();
    const tab = await context.newPage();
    tab.setDefaultTimeout(PATIENCE);
    const errors = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    const open = async (path) => {
      await tab.goto(`${origin}/page/${path}`);
      await tab.waitForFunction(() => document.querySelector("run-snippet [role=status]"));
    };
    try {
      await act({ tab, open, press: (label) => tab.getByRole("button", { name: label, exact: true }).click() });
      equal(errors.join("\n"), "");
    } finally {
      await context.close();
    }
  });
}

const log = (tab) => tab.getByRole("log");
const status = async (tab, expected) => {
  await tab.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector("run-snippet [role=status]").textContent),
    expected.source,
  );
  return tab.getByRole("status").textContent();
};

browse("nothing is fetched before the first Run; then output appears as it is printed", async ({ tab, open, press }) => {
  await open("prints");
  await tab.waitForLoadState("networkidle");
  ok(!requests.some((path) => /wasm|worker/.test(path)), requests.join(" "));
  await press("Run");
  await status(tab, /^Finished in \d+ ms, exit status 3\.$/);
  equal(await log(tab).textContent(), "first\nto stderr\n\u{feff}Grüße, 東京 🌤\nno line end");
  equal(await log(tab).locator("[data-stream=err]").textContent(), "to stderr\n");
  ok(requests.every((path) => !path.includes("/-/")), requests.join(" "));
});

browse("a panic says where, and quotes the line", async ({ tab, open, press }) => {
  await open("panics");
  await press("Run");
  const words = await status(tab, /panicked/);
  equal(words, 'It panicked in line 4 of the program: println!("{}", readings[2]);');
  match(await log(tab).textContent(), /^before\n.*panicked at snippet\.rs:4:\d+:\nindex out of bounds/s);
});

browse("Stop ends an endless loop, what it printed stays, and it runs again", async ({ tab, open, press }) => {
  await open("loops");
  for (let time = 0; time < 2; time++) {
    await press("Run");
    await log(tab).getByText("before").waitFor();
    await press("Stop");
    await status(tab, /^Stopped\.$/);
    equal(await log(tab).textContent(), "before\n");
    equal(await tab.evaluate(() => document.activeElement.textContent), "Run");
  }
});

browse("an endless loop that nobody stops ends itself", async ({ tab, open, press }) => {
  await open("loops");
  await press("Run");
  await status(tab, /^Stopped after 10\.0 s: a snippet may not run longer\.$/);
  equal(await tab.getByRole("button", { name: "Stop" }).count(), 0);
});

browse("endless printing is cut off, and the page stays usable meanwhile", async ({ tab, open, press }) => {
  await open("floods");
  await tab.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
    }).observe({ entryTypes: ["longtask"] });
  });
  await press("Run");
  await status(tab, /it printed more than a page can show/);
  const text = await log(tab).textContent();
  equal(text.split("\n").length, 2001);
  match(text, /^line 0\nline 1\n.*line 1999\n$/s);
  const longest = await tab.evaluate(() => window.longest);
  ok(longest < 500, `the page was busy for ${longest} ms at a time`);
});

browse("a program without memory left, and one that calls itself for ever, end visibly", async ({ tab, open, press }) => {
  await open("eats");
  await press("Run");
  await status(tab, /ended after .* with a trap/);
  match(await log(tab).textContent(), /memory allocation of \d+ bytes failed/);
  await open("recurses");
  await press("Run");
  await status(tab, /ended after .* with a trap/);
});

browse("an edit is compiled and run, its error is rustc's, and it survives a reload until Reset", async ({ tab, open, press }) => {
  await open("hello?live&hide");
  await press("Edit");
  const area = tab.getByRole("textbox", { name: "The whole program, with its hidden lines" });
  equal(await area.inputValue(), programText("hello"));
  await area.fill('fn main() {\n    println!("edited");\n}\n');
  await area.press("Control+Enter");
  await status(tab, /^Finished/);
  equal(await log(tab).textContent(), "edited\n");

  await area.fill("fn main() {\n    wrong();\n}\n");
  await press("Run");
  await status(tab, /^It does not compile\.$/);
  match(await log(tab).textContent(), /^error\[E0425\]: cannot find function `wrong`.*--> snippet\.rs:2:5/s);

  await tab.reload();
  equal(await area.inputValue(), "fn main() {\n    wrong();\n}\n");
  await press("Reset");
  equal(await area.count(), 0);
  await press("Run");
  await status(tab, /^Finished/);
  equal(await log(tab).textContent(), "hello\n");
  await tab.reload();
  equal(await area.count(), 0);
});

browse("an edit of an older program is kept, and says so", async ({ tab, open, press }) => {
  await open("hello?live");
  await tab.evaluate(() => localStorage.setItem("workshop-snippet-hello", JSON.stringify({ text: "// mine", of: "old" })));
  await tab.reload();
  equal(await tab.getByRole("textbox").inputValue(), "// mine");
  await status(tab, /has changed since you edited it/);
  await press("Reset");
  equal(await tab.evaluate(() => localStorage.length), 0);
});

browse("Tab indents, and Escape lets it leave", async ({ tab, open, press }) => {
  await open("hello?live");
  await press("Edit");
  const area = tab.getByRole("textbox");
  await area.press("Control+Home");
  await area.press("Tab");
  equal((await area.inputValue()).slice(0, 6), "    fn");
  await area.press("Escape");
  await area.press("Tab");
  equal(await tab.evaluate(() => document.activeElement.textContent), "Run");
});

browse("a program that is still being compiled runs when it is ready", async ({ tab, open, press }) => {
  missing.add("hello");
  await open("hello?live");
  await press("Run");
  await status(tab, /still compiling/);
  missing.clear();
  const ready = (what) =>
    tab.evaluate((what) => document.dispatchEvent(new CustomEvent("workshop:ready", { detail: { what } })), what);
  await ready("widgets");
  await ready("snippets");
  await status(tab, /^Finished/);
  equal(await log(tab).textContent(), "hello\n");
});

browse("a static book can't edit, and says when a program is missing", async ({ tab, open, press }) => {
  missing.add("hello");
  await open("hello");
  equal(await tab.getByRole("button", { name: "Edit" }).count(), 0);
  await press("Run");
  await status(tab, /the server says 404/);
});

browse("a snippet that the book could not compile shows why", async ({ tab, open }) => {
  await open("hello?live&error=error:+no");
  equal(await tab.getByRole("button", { name: "Run" }).count(), 0);
  equal(await log(tab).textContent(), "error: no");
  await status(tab, /does not compile/);
});

test("the book's snippets print on their pages what they print natively, within 300 ms", needs("Chromium", CHROMIUM), async () => {
  buildBook();
  const book = await serveFolder(BOOK_DIR);
  const first = [];
  const again = [];
  try {
    for (const page of await chapters()) {
      const context = await browser.newContext(); // with an empty cache
      const tab = await context.newPage();
      await tab.goto(book.url + page);
      for (const { name, output } of snippetsOf(page)) {
        first.push(await firstOutput(tab, name));
        again.push(await firstOutput(tab, name));
        const log = tab.getByRole("log", { name: `Output of ${name}` });
        equal((await log.textContent()).trimEnd(), output);
      }
      await context.close();
    }
  } finally {
    book.close();
  }
  ok(first.length > 0);
  const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1].toFixed(0);
  console.log(`click on Run to first output, ${first.length} snippets: median ${median(first)} ms, slowest ${Math.max(...first).toFixed(0)} ms; again ${median(again)} ms`);
  ok(median(first) < 300, first.join(" "));
});

/** Presses Run; milliseconds until there is output, when the program has ended. */
function firstOutput(tab, name) {
  const run = async (name) => {
    await customElements.whenDefined("run-snippet");
    const element = document.querySelector(`run-snippet[data-name="${name}"]`);
    const log = element.querySelector("[role=log]");
    const until = (done) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!done()) return;
          observer.disconnect();
          resolve(performance.now());
        });
        observer.observe(element, { childList: true, subtree: true, characterData: true });
      });
    element.scrollIntoView();
    const clicked = performance.now();
    const output = until(() => log.textContent);
    const end = until(() => element.querySelector("[role=status]").textContent.startsWith("Finished"));
    log.replaceChildren();
    element.querySelector(".run-button").click();
    const ms = (await output) - clicked;
    await end;
    return ms;
  };
  return tab.evaluate(run, name);
}

for (const scheme of ["light", "dark"]) {
  browse(`axe finds nothing, in ${scheme} and 360 pixels wide`, async ({ tab, open, press }) => {
    await tab.setViewportSize({ width: 360, height: 700 });
    await tab.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await open("panics?live");
    await press("Run");
    await status(tab, /panicked/);
    const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    const check = async () => {
      await tab.evaluate(axe);
      const { violations } = await tab.evaluate(() => axe.run("run-snippet"));
      equal(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`).join("\n"), "");
      equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
    };
    await check();
    await press("Edit");
    await check();
    await tab.screenshot({ path: join(SCREENSHOTS, `run-snippet-${scheme}.png`), fullPage: true });
  });
}
