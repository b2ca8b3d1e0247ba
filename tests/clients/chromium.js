// A headless Chromium with an empty profile.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { SOON } from "./setup.js";

/** The path of a Chromium; undefined when there is none. */
export const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);

// The browser talks to nobody but the server.
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

/** A page of this address, in a browser that is closed when the test is over. */
export async function open(t, url) {
  const profile = await mkdtemp(join(tmpdir(), "workshop-clients-"));
  const env = { ...process.env, HOME: profile };
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, env });
  t.after(async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(SOON);
  await page.goto(url);
  return page;
}
