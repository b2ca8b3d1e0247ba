// Every page of the book, as a reader gets it: accessible, valid, at peace with its Content Security
// Policy, light to load, and within itself. Pictures of each go to target/screenshots/.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { axe, invalid, wake, weigh } from "./checks.js";
import * as setup from "./setup.js";

// A page of the stock mdBook 0.5.4 takes 23 requests and 541,543 bytes. Ours may not need more
// requests, and at most 100 kB more, with all its widgets, before anything is clicked.
const BUDGET = { requests: 23, bytes: 641_543 };

// The two wide looks get all of axe's rules; a narrow one the rules about room.
const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "narrow", colorScheme: "light", width: 360, rules: ["scrollable-region-focusable", "target-size"] },
  { name: "narrow-dark", colorScheme: "dark", width: 360, rules: ["color-contrast"] },
];

// Pages at a time; the tests of one file share a browser.
const CONCURRENT = { ...setup.needs("Chromium", setup.CHROMIUM), concurrency: 3 };

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
    const scripts = options.javaScriptEnabled !== false;
    const weight = await weigh(page, site.url + path, scripts ? wake : undefined);
    await use(page, seen, weight);
  } finally {
    await context.close();
  }
}

const viewport = (width) => ({ viewport: { width, height: width < 600 ? 780 : 900 } });

/** A test for each page, some of them at the same time. */
function each(pages, t, check) {
  return Promise.all(pages.map((path) => t.test(path, () => check(path))));
}

test("every page is light, accessible and keeps to itself, in each look", CONCURRENT, async (t) => {
  const chapters = await setup.chapters();
  await each([...chapters, "index.html", "404.html"], t, (path) =>
    visit(path, viewport(1280), async (page, seen, { requests, bytes }) => {
      console.log(`${path}: ${requests} requests, ${Math.round(bytes / 1000)} kB uncompressed`);
      assert.ok(requests <= BUDGET.requests, `${requests} requests, more than ${BUDGET.requests}`);
      assert.ok(bytes <= BUDGET.bytes, `${bytes} bytes, more than ${BUDGET.bytes}: split the chapter`);
      for (const look of LOOKS) await inspect(page, path, look);
      assert.deepEqual(await withoutWords(page), [], "pictures without words: add alt, or a title");
      assert.deepEqual(seen.foreign, [], "requests to another host");
      assert.deepEqual(seen.failed, [], "requests that failed");
      assert.deepEqual(seen.errors, [], "errors in the console");
    }),
  );
});

async function inspect(page, path, { name, colorScheme, width, rules }) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport(width).viewport);
  await page.screenshot({ path: picture(path, name) });
  assert.deepEqual(await axe(page, rules), [], `axe, ${name}`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(overflow <= 0, `the page scrolls sideways by ${overflow} px, ${name}`);
}

function withoutWords(page) {
  return page.evaluate(() => {
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
}

// All chapters once more on one page: what is wrong in one of them was found there.
test("the whole book on one page fits and keeps to itself", CHROMIUM, () =>
  visit("print.html", viewport(360), async (page, seen) => {
    await inspect(page, "print.html", LOOKS[2]);
    assert.deepEqual(await axe(page, ["duplicate-id-aria", "landmark-one-main", "document-title"]), []);
    assert.deepEqual([...seen.foreign, ...seen.failed, ...seen.errors], []);
  }),
);

test("every page can be read without scripts", CONCURRENT, async (t) => {
  await each(await setup.chapters(), t, (path) =>
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

test("a book that is opened as a file says what it lacks", CHROMIUM, async () => {
  const context = await browser.browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(setup.BOOK_DIR, "sse.html")).href);
    await page.getByText("no search, no Run and no panels").waitFor();
    await page.screenshot({ path: join(setup.SCREENSHOTS, "file.png") });
    await page.goto(`${site.url}sse.html`);
    assert.equal(await page.getByText("no search, no Run and no panels").count(), 0);
  } finally {
    await context.close();
  }
});
