// Lab 03's stream, read by the EventSource of npm and by Chromium's own.
import { strictEqual as equal } from "node:assert";
import { test } from "node:test";
import { EventSource } from "eventsource";
import { CHROMIUM, open } from "./chromium.js";
import { Heard, hearsAll, needs, serve, tunnel } from "./setup.js";

const PATH = "/api/v1/live-data";
const CONNECTING = 0;

test("lab 03: npm eventsource hears each event once, over a tunnel, and sees the end", needs("npm eventsource", EventSource), async (t) => {
  const server = await serve(t, "03");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  const source = new EventSource(way.origin + PATH);
  t.after(() => source.close());
  source.addEventListener("weather", ({ data }) => heard.note(data.split("\n").at(-1)));
  source.addEventListener("reset", () => heard.note("reset"));
  source.addEventListener("error", () => ended.note(source.readyState));

  await hearsAll(server, way, heard);

  await server.stop();
  equal((await ended.atLeast(2)).at(-1), CONNECTING);
});

test("lab 03: Chromium's EventSource hears each event once, over a tunnel, and sees the end", needs("Chromium", CHROMIUM), async (t) => {
  const server = await serve(t, "03");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  const page = await open(t, `${way.origin}/stats`);
  await page.exposeFunction("heard", heard.note);
  await page.exposeFunction("ended", ended.note);
  await page.evaluate((path) => {
    const source = new EventSource(path);
    source.addEventListener("weather", ({ data }) => heard(data.split("\n").at(-1)));
    source.addEventListener("reset", () => heard("reset"));
    source.addEventListener("error", () => ended(source.readyState));
  }, PATH);

  await hearsAll(server, way, heard);

  await server.stop();
  equal((await ended.atLeast(2)).at(-1), CONNECTING);
});
