// Finds what the checks need (Chromium, Java, a built book), and starts it.
import { execFileSync, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Where the built book is: `BOOK_DIR`, or what `cargo workshop build` wrote. */
export const BOOK_DIR = process.env.BOOK_DIR ?? join(ROOT, "target", "book");
export const SCREENSHOTS = join(ROOT, "target", "screenshots");

// The browser talks to nobody but the book.
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of a Chromium; undefined when there is none. */
export const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);
export const HAS_JAVA = spawnSync("java", ["-version"]).status === 0;

/**
 * Options for a test that needs `what`. Missing things are said loudly; under CI they fail, because
 * a check that nobody ran looks just like one that passed.
 */
export function needs(what, there) {
  if (there) return {};
  const words = `NOT CHECKED: ${what} is missing`;
  if (process.env.CI) throw new Error(words);
  console.error(`\n*** ${words} ***\n`);
  return { skip: words };
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** Serves a folder on a free port of 127.0.0.1, as a static host would. */
export async function serveFolder(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://book").pathname));
    const file = join(folder, path.endsWith(sep) ? join(path, "index.html") : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Builds the book, unless `BOOK_DIR` names one that is built already. */
export function buildBook() {
  if (!process.env.BOOK_DIR) {
    execFileSync("cargo", ["workshop", "build"], { cwd: ROOT, stdio: "inherit" });
  }
  if (!existsSync(join(BOOK_DIR, "index.html"))) throw new Error(`no book in ${BOOK_DIR}`);
}

/** The chapters' files, and not what mdBook writes beside them. */
export async function chapters() {
  const others = ["404.html", "index.html", "print.html", "toc.html"];
  const files = await readdir(BOOK_DIR);
  return files.filter((file) => file.endsWith(".html") && !others.includes(file)).sort();
}

/** A headless browser with an empty profile; `close` also removes the profile. */
export async function launch() {
  const profile = await mkdtemp(join(tmpdir(), "workshop-browser-"));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
    env: { ...process.env, HOME: profile },
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Notes all that goes wrong or abroad on a page, from now on. */
export function watch(page, origin) {
  const seen = { requests: [], foreign: [], failed: [], errors: [] };
  page.on("request", (request) => {
    seen.requests.push(request.url());
    const url = new URL(request.url());
    if (url.origin !== new URL(origin).origin && !["data:", "blob:"].includes(url.protocol)) {
      seen.foreign.push(request.url());
    }
  });
  page.on("requestfailed", (request) => seen.failed.push(request.url()));
  page.on("response", (response) => {
    if (response.status() >= 400) seen.failed.push(`${response.status()} ${response.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  return seen;
}
