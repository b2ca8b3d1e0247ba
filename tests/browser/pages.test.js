// Every page of the book, as a reader gets it: accessible, valid, at peace with its Content Security
// Policy, light to load, and within itself. Pictures of each go to target/screenshots/.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as setup from "./setup.js";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const VNU = require.resolve("vnu-jar/build/dist/vnu.jar");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// A page of the stock mdBook 0.5.4 takes 23 requests and 541,543 bytes. Ours may not need more
// requests, and at most 100 kB more, with all its widgets, before anything is clicked.
const BUDGET = { requests: 23, bytes: 641_543 };

const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "narrow", colorScheme: "light", width: 360 },
  { name: "narrow-dark", colorScheme: "dark", width: 360 },
];

const CHROMIUM = setup.needs("Chromium", setup.CHROMIUM);
let site, browser;

before(async () => {
  if (CHROMIUM.skip) return;
  setup.buildBook();
  mkdirSync(setup.SCREENSHOTS, { recursive: true });
  site = await setup.serveFolder(setup.BOOK_DIR);
  browser = await setup.launch();
});
after(async () => {
  await browser?.close();
  site?.close();
});

/** Opens a page in a fresh context, and closes it when `use` is done. */
async function visit(path, options, use) {
  const context = await browser.browser.newContext(options);
  try {
    const page = await context.newPage();
    const seen = setup.watch(page, site.url);
    await page.goto(site.url + path, { waitUntil: "networkidle" });
    if (options.javaScriptEnabled !== false) await wake(page);
    await use(page, seen);
  } finally {
    await context.close();
  }
}

/** Scrolls to what loads only when it is near the screen, and back. */
async function wake(page) {
  for (const panel of await page.locator("wire-panel").all()) {
    await panel.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
    await panel.locator("button").first().waitFor();
  }
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
}

const viewport = (width) => ({ viewport: { width, height: width < 600 ? 780 : 900 } });

test("every page is accessible and keeps to itself, in each look", CHROMIUM, async (t) => {
  const pages = [...(await setup.chapters()), "index.html", "404.html", "print.html"];
  for (const path of pages) {
    await t.test(path, () =>
      visit(path, viewport(1280), async (page, seen) => {
        for (const { name, colorScheme, width } of LOOKS) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport(width).viewport);
          await page.screenshot({ path: picture(path, name) });
          assert.deepEqual(await axe(page), [], `axe, ${name}`);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.ok(overflow <= 0, `the page scrolls sideways by ${overflow} px, ${name}`);
        }
        assert.deepEqual(seen.foreign, [], "requests to another host");
        assert.deepEqual(seen.failed, [], "requests that failed");
        assert.deepEqual(seen.errors, [], "errors in the console");
      }),
    );
  }
});

test("every page can be read without scripts", CHROMIUM, async (t) => {
  for (const path of await setup.chapters()) {
    await t.test(path, () =>
      visit(path, { ...viewport(1280), javaScriptEnabled: false }, async (page, seen) => {
        await page.screenshot({ path: picture(path, "no-js") });
        assert.deepEqual(seen.failed, []);
        await page.getByRole("navigation", { name: "Contents" }).waitFor();
        await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
        for (const details of await page.locator("fieldset.quiz .quiz-answer").all()) {
          assert.ok(await details.isVisible(), "a quiz keeps its answer behind a disclosure");
        }
      }),
    );
  }
});

test("every page is light", CHROMIUM, async (t) => {
  for (const path of await setup.chapters()) {
    await t.test(path, async () => {
      const context = await browser.browser.newContext(viewport(1280));
      const page = await context.newPage();
      const bodies = [];
      page.on("response", (response) => bodies.push(response.body()));
      await page.goto(site.url + path, { waitUntil: "networkidle" });
      await wake(page);
      const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
      await context.close();
      console.log(`${path}: ${bodies.length} requests, ${Math.round(bytes / 1000)} kB uncompressed`);
      assert.ok(bodies.length <= BUDGET.requests, `${bodies.length} requests`);
      assert.ok(bytes <= BUDGET.bytes, `${bytes} bytes`);
    });
  }
});

test("what has no words has words beside it", CHROMIUM, async (t) => {
  for (const path of await setup.chapters()) {
    await t.test(path, () =>
      visit(path, viewport(1280), async (page) => {
        const dumb = await page.evaluate(() => {
          const named = (svg) =>
            svg.closest("[aria-hidden='true']") ||
            svg.querySelector(":scope > title")?.textContent.trim() ||
            svg.getAttribute("aria-label") ||
            svg.closest(".blockquote-tag-title"); // mdBook's icon, right before its own word
          return [
            ...[...document.querySelectorAll("img:not([alt])")].map((image) => image.src),
            ...[...document.querySelectorAll("svg")].filter((svg) => !named(svg)).map((svg) => svg.outerHTML),
          ];
        });
        assert.deepEqual(dumb, []);
      }),
    );
  }
});

test("the colours of code can be read: 4.5 to 1, in light and dark", CHROMIUM, async (t) => {
  const [path] = await setup.chapters();
  for (const colorScheme of ["light", "dark"]) {
    await t.test(colorScheme, () =>
      visit(path, { ...viewport(1280), colorScheme }, async (page) => {
        const low = await page.evaluate(() => {
          const resolve = (name) => {
            const probe = document.createElement("i");
            probe.style.color = `var(${name})`;
            document.body.append(probe);
            const color = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
            probe.remove();
            return color;
          };
          const luminance = (color) => {
            const [r, g, b] = color.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const contrast = (one, other) => {
            const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
            return (light + 0.05) / (dark + 0.05);
          };
          const names = ["comment", "keyword", "string", "number", "type", "call", "macro"];
          return names
            .flatMap((name) => ["--panel", "--paper"].map((on) => [name, on, contrast(resolve(`--code-${name}`), resolve(on))]))
            .filter(([, , ratio]) => !(ratio >= 4.5));
        });
        assert.deepEqual(low, []);
      }),
    );
  }
});

test("every page is valid HTML", setup.needs("Java", setup.HAS_JAVA), async () => {
  if (CHROMIUM.skip) setup.buildBook();
  const files = [...(await setup.chapters()), "index.html", "404.html", "print.html"];
  let report;
  try {
    execFileSync("java", ["-jar", VNU, "--format", "json", "--stdout", "--errors-only", ...files], {
      cwd: setup.BOOK_DIR,
      encoding: "utf8",
      timeout: 120_000,
    });
    return;
  } catch (error) {
    report = error.stdout;
  }
  const errors = JSON.parse(report).messages.map(
    ({ url, lastLine, message, extract }) => `${url.split("/").at(-1)}:${lastLine}: ${message}\n    ${extract}`,
  );
  assert.fail(errors.slice(0, 20).join("\n"));
});

function picture(path, look) {
  return join(setup.SCREENSHOTS, `${path.replace(".html", "")}-${look}.png`);
}

/** What axe finds, a line each: rule, how bad, and where. */
async function axe(page) {
  await page.evaluate(AXE); // not a <script>: the page's policy would refuse it
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }),
    RULES,
  );
  return violations.map(
    ({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => node.target.join(" ")).join(" | ")}`,
  );
}
