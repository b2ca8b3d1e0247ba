// Lighthouse over every chapter: accessibility and best practices must be 100. Slow, so it is not
// among the tests: `npm run lighthouse`, or `npm run lighthouse -- sse.html` for one page.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import lighthouse, { desktopConfig } from "lighthouse";
import * as setup from "./setup.js";

if (setup.needs("Chromium", setup.CHROMIUM).skip) process.exit(0);
setup.buildBook();

const site = await setup.serveFolder(setup.BOOK_DIR);
const profile = await mkdtemp(join(tmpdir(), "workshop-lighthouse-"));
const chromium = spawn(
  setup.CHROMIUM,
  [...setup.FLAGS, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
  { stdio: ["ignore", "ignore", "pipe"] },
);
let failed = false;
try {
  const port = await debuggingPort(chromium);
  const asked = process.argv.slice(2);
  for (const path of asked.length > 0 ? asked : await setup.chapters()) {
    for (const [form, config] of [["desktop", desktopConfig], ["mobile", undefined]]) {
      const { lhr } = await lighthouse(site.url + path, { port, logLevel: "error" }, config);
      const score = Object.fromEntries(
        Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]),
      );
      console.log(`${path}, ${form}:`, JSON.stringify(score));
      for (const id of ["accessibility", "best-practices"]) {
        if (score[id] === 100) continue;
        failed = true;
        for (const { id: audit } of lhr.categories[id].auditRefs) {
          const { score, title, details } = lhr.audits[audit];
          if (score !== null && score < 1) console.error(`  ${title}`, JSON.stringify(details?.items ?? []));
        }
      }
    }
  }
} finally {
  chromium.kill();
  await once(chromium, "exit");
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  site.close();
}
process.exit(failed ? 1 : 0);

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
