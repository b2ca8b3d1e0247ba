// The page of this book beside the page that the stock mdBook makes of the same chapter, measured in
// one run: `npm run measure`. The stock mdBook is built first, which takes minutes.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { axe, invalid, lighthouse, wake, weigh } from "./checks.js";
import * as setup from "./setup.js";

const VERSION = "0.5.4";
const PAGE = "sse.html";

if (setup.needs("Chromium", setup.CHROMIUM).skip || setup.needs("Java", setup.HAS_JAVA).skip) process.exit(0);
setup.buildBook();
const folders = { "this book": setup.BOOK_DIR, [`stock mdBook ${VERSION}`]: stockBook() };

const judge = await lighthouse();
const { browser, close } = await setup.launch();
try {
  for (const [name, folder] of Object.entries(folders)) {
    const site = await setup.serveFolder(folder);
    const url = site.url + PAGE;
    const fresh = async () => (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    const page = await fresh();
    const seen = setup.watch(page, site.url);
    const first = await weigh(page, url);
    const violations = await axe(page);
    // To the stock page our elements are unknown: nothing in them wakes.
    const all = folder === setup.BOOK_DIR ? await weigh(await fresh(), url, wake) : first;
    const { scores } = await judge.score(url, "desktop");
    const mobile = (await judge.score(url, "mobile")).scores;
    console.log(`${name}, ${PAGE}`);
    console.log(`  as it opens          ${first.requests} requests, ${kB(first)}`);
    console.log(`  with all its widgets ${all.requests} requests, ${kB(all)}`);
    console.log(`  axe violations       ${violations.length}`);
    console.log(`  HTML errors          ${invalid(folder, [PAGE]).length}`);
    console.log(`  failed requests      ${seen.failed.length}, to other hosts ${seen.foreign.length}`);
    console.log(`  Lighthouse, desktop  ${JSON.stringify(scores)}`);
    console.log(`  Lighthouse, mobile   ${JSON.stringify(mobile)}`);
    site.close();
  }
} finally {
  await judge.close();
  await close();
}

function kB({ bytes }) {
  return `${(bytes / 1000).toFixed(0)} kB before compression`;
}

/** The same chapters, without our template and our preprocessor. */
function stockBook() {
  const folder = join(setup.ROOT, "target", "bench", "stock");
  const tools = join(setup.ROOT, "target", "bench", "mdbook");
  execFileSync(
    "cargo",
    ["install", "--debug", "mdbook", "--version", VERSION, "--locked", "--root", tools, "--target-dir", join(tools, "target")],
    { stdio: "inherit" },
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "src"), { recursive: true });
  const source = join(setup.ROOT, "book");
  cpSync(source, join(folder, "src"), {
    recursive: true,
    filter: (file) => file === source || file.endsWith(".md"),
  });
  writeFileSync(join(folder, "book.toml"), '[book]\ntitle = "Real-time communication"\n');
  // Its includes point to our solutions: it says so, and makes the page without them.
  execFileSync(join(tools, "bin", "mdbook"), ["build", folder], { stdio: ["ignore", "ignore", "ignore"] });
  return join(folder, "book");
}
