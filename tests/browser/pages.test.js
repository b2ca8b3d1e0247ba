// Every page of the book, as a reader gets it: accessible, valid, at peace with its Content Security
// Policy, light to load, and within itself. Pictures of each go to target/screenshots/.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, invalid, wake, weigh } from "./checks.js";
import * as setup from "./setup.js";

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
      const { requests, bytes } = await weigh(await context.newPage(), site.url + path, wake);
      await context.close();
      console.log(`${path}: ${requests} requests, ${Math.round(bytes / 1000)} kB uncompressed`);
      assert.ok(requests <= BUDGET.requests, `${requests} requests`);
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
  const errors = invalid(setup.BOOK_DIR, files);
  assert.equal(errors.length, 0, errors.slice(0, 20).join("\n"));
});

function picture(path, look) {
  return join(setup.SCREENSHOTS, `${path.replace(".html", "")}-${look}.png`);
}
