// Lab 00's newest event, asked for by curl and by Chromium with the tag that they were given.
import { deepStrictEqual as same, strictEqual as equal, match } from "node:assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CHROMIUM, open } from "./chromium.js";
import { installed, needs, run, serve, tunnel } from "./setup.js";

test("lab 00: curl gets 200, and 304 while nothing happens", needs("curl", installed("curl")), async (t) => {
  const server = await serve(t, "00");
  const folder = await mkdtemp(join(tmpdir(), "workshop-clients-"));
  t.after(() => rm(folder, { recursive: true }));
  const tag = join(folder, "tag");
  const ask = ["-s", "--etag-compare", tag, "--etag-save", tag, "-w", "\n%{http_code}", `${server.origin}/latest`];
  const poll = async () => (await run("curl", ...ask)).stdout;

  equal(await poll(), "\n204");
  await server.publish("one");
  match(await poll(), /one.*\n200$/);
  equal(await poll(), "\n304");
  await server.publish("two");
  match(await poll(), /two.*\n200$/);
  equal(await poll(), "\n304");
});

test("lab 00: Chromium keeps the answer, and asks whether it is still right", needs("Chromium", CHROMIUM), async (t) => {
  const server = await serve(t, "00");
  await server.publish("one");
  const way = await tunnel(t, server.origin);
  const page = await open(t, `${way.origin}/stats`);
  const poll = () => page.evaluate(async () => {
    const answer = await fetch("/latest");
    return [answer.status, (await answer.json()).next];
  });
  // The script knows nothing of tags, and sees a 200 each time. The wire doesn't.
  same([await poll(), await poll()], [[200, 1], [200, 1]]);
  match(way.wire(), /If-None-Match: "1"\r\n/);
  equal(way.wire().split("HTTP/1.1 304 Not Modified").length - 1, 1);

  await server.publish("two");
  same(await poll(), [200, 2]);
});
