// Lab 01's held answers, polled by curl.
import { deepStrictEqual as same } from "node:assert";
import { test } from "node:test";
import { Heard, hearsAll, installed, needs, run, serve, tunnel } from "./setup.js";

test("lab 01: curl hears each event once, over a tunnel, and sees the end", needs("curl", installed("curl")), async (t) => {
  const server = await serve(t, "01");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  polls(way.origin, heard, ended);

  await hearsAll(server, way, heard);

  // The next question is on its way, or waits already.
  await waits(server);
  await server.stop();
  same(await ended.atLeast(1), ["204"]);
});

/** Asks again after each answer, until one says that there is nothing. */
async function polls(origin, heard, ended) {
  for (let cursor = 0; ; ) {
    // In the tunnel curl tries again by itself, once a second.
    const retry = ["--retry", "20", "--retry-all-errors", "--retry-delay", "1"];
    const target = `${origin}/long-polling?since=${cursor}&wait=30`;
    const { stdout } = await run("curl", "-s", ...retry, "-w", "\n%{http_code}", target);
    const [body, status] = stdout.split(/\n(?=\d+$)/);
    if (status !== "200") return ended.note(status);
    const answer = JSON.parse(body);
    for (const { data } of answer.events) heard.note(data.split("\n").at(-1));
    cursor = answer.next;
  }
}

/** Until a client is waiting. */
async function waits(server) {
  const stats = async () => (await fetch(`${server.origin}/stats`)).json();
  while ((await stats()).subscribers === 0);
}
