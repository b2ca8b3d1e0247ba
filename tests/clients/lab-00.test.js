// Lab 00's newest event, asked for by curl with the tag that it was given.
import { strictEqual as equal, match } from "node:assert";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { installed, needs, run, serve } from "./setup.js";

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
