// A page with one runnable snippet, served with the theme's own files, and a browser that reads it.
// The server compiles edits as `cargo workshop` does.
import { strictEqual as equal } from "node:assert";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, ROOT, needs } from "../setup.js";
import { compileProgram, compileText, programText } from "./compile.js";

const THEME = join(ROOT, "kit/book/theme");
const TYPES = { js: "text/javascript", css: "text/css" };
const PATIENCE = 30_000; // ms: three times the element's own limit, for a busy machine

/** The paths that were asked for in the test that runs. */
export const requests = [];
/** The programs that the book is still compiling. */
export const missing = new Set();
/** The browser, once tests run. */
export let browser;

let server;
before(async () => {
  if (!CHROMIUM) return;
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});
after(async () => {
  await browser?.close();
  server?.close();
});

/**
 * A test with a tab of its own. `open("NAME?live&hide&error=…")` shows a program of this folder:
 * with a local server, with its first line hidden, as one that doesn't compile.
 */
export function browse(name, act) {
  test(name, needs("Chromium", CHROMIUM), async () => {
    requests.length = 0;
    missing.clear();
    const context = await browser.newContext();
    const tab = await context.newPage();
    tab.setDefaultTimeout(PATIENCE);
    const errors = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    const open = async (path) => {
      await tab.goto(`http://127.0.0.1:${server.address().port}/page/${path}`);
      await tab.waitForFunction(() => document.querySelector("run-snippet [role=status]"));
    };
    const press = (label) => tab.getByRole("button", { name: label, exact: true }).click();
    try {
      await act({ tab, open, press });
      equal(errors.join("\n"), "");
    } finally {
      await context.close();
    }
  });
}

/** What the program printed. */
export const log = (tab) => tab.getByRole("log");

/** Waits until the word about the run is as expected. */
export async function status(tab, expected) {
  await tab.waitForFunction((source) => {
    const text = document.querySelector("run-snippet [role=status]").textContent;
    return new RegExp(source).test(text);
  }, expected.source);
  return tab.getByRole("status").textContent();
}

const compiled = new Map();
function program(name) {
  if (!compiled.has(name)) compiled.set(name, compileProgram(name));
  return compiled.get(name);
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://book");
  requests.push(pathname);
  const send = (status, type, body) => {
    response.writeHead(status, { "content-type": type }).end(body);
  };
  const [folder, file] = pathname.split("/").slice(-2);
  if (pathname === "/-/compile") {
    const { source } = JSON.parse(Buffer.concat(await request.toArray()));
    try {
      return send(200, "application/wasm", compileText(source));
    } catch (error) {
      return send(422, "text/plain; charset=utf-8", error.stderr);
    }
  }
  if (folder === "page") return send(200, "text/html; charset=utf-8", page(file, searchParams));
  if (folder === "theme") {
    return send(200, TYPES[file.split(".").at(-1)], readFileSync(join(THEME, file)));
  }
  const name = file.replace(".wasm", "");
  if (folder === "snippets" && !missing.has(name)) {
    return send(200, "application/wasm", program(name));
  }
  send(404, "text/plain", "not found");
}

function page(name, options) {
  const lines = programText(name).replaceAll("&", "&amp;").replaceAll("<", "&lt;").split("\n");
  // As mdBook writes hidden lines.
  if (options.has("hide")) lines[0] = `<span class="boring">${lines[0]}</span>`;
  const error = options.get("error");
  const source = error ? `data-error="${error}"` : `data-wasm="generated/snippets/${name}.wasm"`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${name}</title>
  <link rel="icon" href="data:,">
  ${options.has("live") ? '<meta name="workshop" content="live">' : ""}
  <link rel="stylesheet" href="/theme/page.css">
  <link rel="stylesheet" href="/theme/text.css">
  <script type="module" src="/theme/run-snippet.js"></script>
  <script type="module">import { dressCode } from "/theme/code.js"; dressCode();</script>
</head>
<body style="display: block">
  <main id="content" class="text">
    <h1>${name}</h1>
    <run-snippet data-name="${name}" ${source}>
    <pre><code class="language-rust">${lines.join("\n")}</code></pre>
    </run-snippet>
  </main>
</body>
</html>`;
}
