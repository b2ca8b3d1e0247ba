// What the tests and the measurement both ask of a page: axe, valid HTML, Lighthouse, weight.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM, FLAGS } from "./setup.js";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const VNU = require.resolve("vnu-jar/build/dist/vnu.jar");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, a line each: what to do, how bad it is, and where. `rules`: only these. */
export async function axe(page, rules) {
  await page.evaluate(AXE); // not a <script>: the page's policy would refuse it
  const only = rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS };
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), only);
  return violations.map(
    ({ id, help, impact, nodes }) => `${help} (${id}, ${impact}): ${nodes.map((node) => node.target.join(" ")).join(" | ")}`,
  );
}

/** What the Nu HTML checker finds in files of `folder`, a line each. */
export function invalid(folder, files) {
  let report;
  try {
    execFileSync("java", ["-jar", VNU, "--format", "json", "--stdout", "--errors-only", ...files], {
      cwd: folder,
      encoding: "utf8",
      timeout: 120_000,
    });
    return [];
  } catch (error) {
    report = error.stdout;
  }
  return JSON.parse(report).messages.map(
    ({ url, lastLine, message, extract }) => `${url.split("/").at(-1)}:${lastLine}: ${message}\n    ${extract}`,
  );
}

/** Opens `url` in `page`, then `wakes` it, and counts what came: answers, and bytes before compression. */
export async function weigh(page, url, wake) {
  const bodies = [];
  page.on("response", (response) => bodies.push(response.body()));
  await page.goto(url, { waitUntil: "networkidle" });
  await wake?.(page);
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
  return { requests: bodies.length, bytes };
}

/** Scrolls to what loads only when it is near the screen, and back. */
export async function wake(page) {
  for (const panel of await page.locator("wire-panel").all()) {
    await panel.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
    await panel.locator("button").first().waitFor();
  }
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
}

/** Starts a browser for Lighthouse; `score(url, form)` answers its report. */
export async function lighthouse() {
  const { default: run, desktopConfig } = await import("lighthouse");
  const profile = await mkdtemp(join(tmpdir(), "workshop-lighthouse-"));
  const chromium = spawn(
    CHROMIUM,
    [...FLAGS, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const port = await debuggingPort(chromium);
  return {
    async score(url, form) {
      const config = form === "desktop" ? desktopConfig : undefined;
      const { lhr } = await run(url, { port, logLevel: "error" }, config);
      const scores = Object.fromEntries(
        Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]),
      );
      return { scores, report: lhr };
    },
    async close() {
      chromium.kill();
      await once(chromium, "exit");
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Chromium chooses a free port and says which on stderr. */
async function debuggingPort(process) {
  let said = "";
  for await (const bytes of process.stderr) {
    said += bytes;
    const port = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said)?.[1];
    if (port) return Number(port);
  }
  throw new Error(`Chromium did not start:\n${said}`);
}
