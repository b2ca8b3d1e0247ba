// Seven event streams through nginx: over HTTP/1.1 the seventh waits without a word, over HTTP/2 all
// seven arrive. The server behind nginx speaks HTTP/1.1 both times.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createListener } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as setup from "./setup.js";

// Debian keeps it where only the administrator's shell looks.
const NGINX = ["/usr/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"].find(existsSync);
const NEEDED = setup.needs("Chromium or nginx", setup.CHROMIUM && NGINX);
const PATIENCE = 10_000; // ms
let origin, nginx, folder, browser, ports;

before(async () => {
  if (NEEDED.skip) return;
  origin = createServer((request, response) => {
    if (request.url !== "/api/v1/live-data") {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>Weather</title>");
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: BERLIN 25.5\n\n");
  });
  await listening(origin);
  ports = { http1: await freePort(), http2: await freePort() };
  folder = await mkdtemp(join(tmpdir(), "workshop-nginx-"));
  nginx = await startNginx();
  browser = await setup.launch();
});
after(async () => {
  await browser?.close();
  if (nginx?.exitCode === null) {
    nginx.kill();
    await once(nginx, "exit");
  }
  origin?.closeAllConnections();
  origin?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("over HTTP/1.1 six streams open, and the seventh gets nothing", NEEDED, async () => {
  const page = await sevenStreams(`http://127.0.0.1:${ports.http1}/`);
  await page.waitForFunction(() => globalThis.states().filter((state) => state === "open").length === 6);
  // As long as one of the six lives, this is for ever.
  await page.waitForTimeout(1000);
  const states = await page.evaluate(() => globalThis.states());
  assert.deepEqual(states.sort(), ["connecting", ...Array(6).fill("open")]);
});

test("over HTTP/2 all seven open", NEEDED, async () => {
  const page = await sevenStreams(`https://127.0.0.1:${ports.http2}/`);
  await page.waitForFunction(() => globalThis.states().every((state) => state === "open"));
});

/** A page that has opened seven streams; `states()` says of each whether its event has come. */
async function sevenStreams(url) {
  const context = await browser.browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  await page.evaluate(() => {
    const states = Array(7).fill("connecting");
    globalThis.states = () => [...states];
    states.forEach((_, at) => {
      const source = new EventSource("/api/v1/live-data");
      source.onmessage = () => (states[at] = "open");
      source.onerror = () => (states[at] = "failed");
    });
  });
  return page;
}

/** The book's configuration, once as it is and once behind TLS with HTTP/2. */
async function startNginx() {
  const subject = ["-subj", "/CN=127.0.0.1", "-days", "1", "-nodes"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...subject, ...files], { stdio: "ignore" });
  const book = await readFile(join(setup.ROOT, "tests/nginx/weather.conf"), "utf8");
  const listens = `listen 127.0.0.1:${ports.http1};
    listen 127.0.0.1:${ports.http2} ssl http2;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;`;
  const placed = book
    .replace("listen 8080;", listens)
    .replace("127.0.0.1:8003", `127.0.0.1:${origin.address().port}`)
    .replace("/var/log/nginx/", "");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${name};`)
    .join("\n");
  const user = userInfo().uid === 0 ? "user root;" : "";
  const around = `daemon off; master_process off; ${user} pid nginx.pid; error_log stderr;
events {} http { ${temporary} access_log off;\n${placed} }`;
  await writeFile(join(folder, "nginx.conf"), around);
  const child = spawn(NGINX, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (bytes) => (said += bytes));
  const deadline = Date.now() + PATIENCE;
  // It writes its number down once it listens.
  while (!existsSync(join(folder, "nginx.pid"))) {
    assert.ok(child.exitCode === null && Date.now() < deadline, `nginx did not start:\n${said}`);
    await wait(10);
  }
  return child;
}

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

/** A port that is free now; nginx can't be asked to find one. */
async function freePort() {
  const listener = createListener();
  await listening(listener);
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}
