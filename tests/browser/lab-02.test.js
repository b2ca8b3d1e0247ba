// A real browser's fetch against lab 02's solution: reassembly, heartbeats, the limit, the way back.
import { strictEqual as equal } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { CHROMIUM, ROOT, launch, needs } from "./setup.js";

const BROWSER = needs("Chromium", CHROMIUM);
let chromium, server, origin;

before(async () => {
  if (BROWSER.skip) return;
  execFileSync("cargo", ["build", "--quiet", "--package", "solution-02"], { cwd: ROOT, stdio: "inherit" });
  chromium = await launch();
  // The test profile: 200 ms of silence bring a heartbeat, and a stream lasts 2 s.
  const args = ["run", "--quiet", "--package", "solution-02", "--", "--port", "0", "--profile", "test"];
  server = spawn("cargo", args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const [words] = await once(server.stdout, "data");
  [origin] = String(words).match(/http:\/\/127\.0\.0\.1:\d+/);
});
after(async () => {
  await chromium?.close();
  server?.kill();
});

async function publish(note) {
  const report = { readings: [{ city: "KYŌTO", celsius: 30.5 }], note };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${origin}/publish`, { method: "POST", headers, body: JSON.stringify(report) });
  equal(answer.status, 201);
}

/** A test with the lab's own page. */
function browse(what, steps) {
  test(what, { ...BROWSER, timeout: 60_000 }, async () => {
    const page = await chromium.browser.newPage();
    page.setDefaultTimeout(10_000);
    try {
      await page.goto(origin);
      await page.getByText("connected", { exact: true }).waitFor();
      await steps(page);
    } finally {
      await page.close();
    }
  });
}

browse("each report is shown when it is published, whatever is in it", async (page) => {
  for (const note of ["Fog.\nWind.", '"7"\\n🌧', "last"]) {
    await publish(note);
    await page.getByText(note.split("\n").at(-1)).waitFor();
    equal(await page.locator("#weather").textContent(), `KYŌTO 30.5\n${note}`);
  }
});

browse("a stream that has reached its limit is asked for again, and nothing is lost", async (page) => {
  await publish("before");
  await page.getByText("before").waitFor();
  const seen = [];
  await page.exposeFunction("seen", (text) => seen.push(text.split("\n").at(-1)));
  await page.evaluate(() => {
    const weather = document.getElementById("weather");
    new MutationObserver(() => window.seen(weather.textContent)).observe(weather, { childList: true });
  });
  await page.getByText("limit: coming back").waitFor();
  await publish("while away");
  await page.getByText("while away").waitFor();
  await publish("after");
  await page.getByText("after").waitFor();
  equal(seen.join(), "while away,after");
});
