// Lab 02's stream, read by curl and by Chromium's fetch.
import { strictEqual as equal } from "node:assert";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { CHROMIUM, open } from "./chromium.js";
import { Heard, hearsAll, installed, needs, serve, tunnel } from "./setup.js";

test("lab 02: curl hears each event once, over a tunnel, and sees the end", needs("curl", installed("curl")), async (t) => {
  const server = await serve(t, "02");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  streams(way.origin, heard, ended);

  await hearsAll(server, way, heard);

  await server.stop();
  equal((await ended.atLeast(1))[0], "shutdown, exit code 0");
});

/** Comes back after each stream, until one says that the server stops. */
async function streams(origin, heard, ended) {
  let [cursor, why] = [0, ""];
  while (why !== "shutdown") {
    const curl = spawn("curl", ["-sN", `${origin}/stream?since=${cursor}`]);
    const exit = new Promise((resolve) => curl.on("close", resolve));
    for await (const line of createInterface(curl.stdout)) {
      if (line === "") continue; // a heartbeat
      const { id, event, data } = JSON.parse(line);
      cursor = id;
      if (event === "end") why = data;
      else heard.note(event === "weather" ? data.split("\n").at(-1) : event);
    }
    const code = await exit;
    if (why === "shutdown") ended.note(`shutdown, exit code ${code}`);
    if (code !== 0) await wait(50);
  }
}

test("lab 02: Chromium's fetch hears each event once, over a tunnel, and sees the end", needs("Chromium", CHROMIUM), async (t) => {
  const server = await serve(t, "02");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  const page = await open(t, `${way.origin}/stats`);
  await page.exposeFunction("heard", heard.note);
  await page.exposeFunction("ended", ended.note);
  await page.evaluate(() => {
    let [cursor, why] = [0, ""];
    const line = (text) => {
      if (text === "") return; // a heartbeat
      const { id, event, data } = JSON.parse(text);
      cursor = id;
      if (event === "end") why = data;
      else heard(event === "weather" ? data.split("\n").at(-1) : event);
    };
    const stream = async () => {
      const answer = await fetch(`/stream?since=${cursor}`);
      let rest = "";
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split("\n");
        rest = lines.pop();
        lines.forEach(line);
      }
    };
    const streams = async () => {
      while (why !== "shutdown") {
        await stream().catch(() => new Promise((resolve) => setTimeout(resolve, 50)));
      }
      ended(why);
    };
    streams();
  });

  await hearsAll(server, way, heard);

  await server.stop();
  equal((await ended.atLeast(1))[0], "shutdown");
});
