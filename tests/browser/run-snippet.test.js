// The runnable snippets in a real browser.
import { strictEqual as equal, match, ok } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SCREENSHOTS } from "./setup.js";
import { programText } from "./snippets/compile.js";
import { browse, log, missing, requests, status } from "./snippets/page.js";

browse("nothing is fetched before Run; the output is as printed", async ({ tab, open, press }) => {
  await open("prints");
  await tab.waitForLoadState("networkidle");
  ok(!requests.some((path) => /wasm|worker/.test(path)), requests.join(" "));
  await press("Run");
  await status(tab, /^Finished in .+ m?s, exit status 3\.$/);
  equal(await log(tab).textContent(), "first\nto stderr\n\u{feff}Grüße, 東京 🌤\nno line end");
  equal(await log(tab).locator("[data-stream=err]").textContent(), "to stderr\n");
  ok(requests.every((path) => !path.includes("/-/")), requests.join(" "));
});

browse("a panic says where, and quotes the line", async ({ tab, open, press }) => {
  await open("panics");
  await press("Run");
  const words = await status(tab, /panicked/);
  equal(words, 'It panicked in line 4 of the program: println!("{}", readings[2]);');
  const text = await log(tab).textContent();
  match(text, /^before\n.*panicked at snippet\.rs:4:\d+:\nindex out of bounds/s);
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
      for (const { duration } of list.getEntries()) {
        window.longest = Math.max(window.longest, duration);
      }
    }).observe({ entryTypes: ["longtask"] });
  });
  await press("Run");
  await status(tab, /it printed more than a page can show/);
  const text = await log(tab).textContent();
  equal(text.split("\n").length, 2001);
  match(text, /^line 0\nline 1\n.*line 1999\n$/s);
  const longest = await tab.evaluate(() => window.longest);
  ok(longest < 2000, `the page was busy for ${longest} ms at a time`);
});

browse("no memory left and endless recursion end visibly", async ({ tab, open, press }) => {
  await open("eats");
  await press("Run");
  await status(tab, /ended after .* with a trap/);
  match(await log(tab).textContent(), /memory allocation of \d+ bytes failed/);
  await open("recurses");
  await press("Run");
  await status(tab, /ended after .* with a trap/);
});

browse("an edit runs, fails in rustc's words, survives a reload, until Reset", async ({ tab, open, press }) => {
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
  const words = await log(tab).textContent();
  match(words, /^error\[E0425\]: cannot find function `wrong`.*--> snippet\.rs:2:5/s);

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
  await tab.evaluate(() => {
    const edit = JSON.stringify({ text: "// mine", of: "old" });
    localStorage.setItem("workshop-snippet-hello", edit);
  });
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
    tab.evaluate((what) => {
      document.dispatchEvent(new CustomEvent("workshop:ready", { detail: { what } }));
    }, what);
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
      const { violations } = await tab.evaluate(() => window.axe.run("run-snippet"));
      equal(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`).join("\n"), "");
      equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
    };
    await check();
    await press("Edit");
    await check();
    await tab.screenshot({ path: join(SCREENSHOTS, `run-snippet-${scheme}.png`), fullPage: true });
  });
}
