// Lab 04's room `weather`, heard by npm's ws, by Python's websockets and by Chromium's WebSocket.
import { deepStrictEqual as same, strictEqual as equal } from "node:assert";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { WebSocket as Ws } from "ws";
import { CHROMIUM, open } from "./chromium.js";
import { PYTHON } from "./python.js";
import { Heard, hearsAll, needs, serve, tunnel } from "./setup.js";

/** The room, as a WebSocket's address, after this event. */
const room = (origin, cursor) => `${origin.replace("http:", "ws:")}/chat?since=${cursor}`;

test("lab 04: npm ws hears each event once, over a tunnel, and sees the end", needs("npm ws", Ws), async (t) => {
  const server = await serve(t, "04");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  let cursor = 0;
  const enter = () => {
    const socket = new Ws(room(way.origin, cursor), "chat");
    t.after(() => socket.terminate());
    socket.on("message", (text) => {
      const { id, event, data } = JSON.parse(text);
      cursor = id;
      heard.note(event === "weather" ? data.split("\n").at(-1) : event);
    });
    socket.on("error", () => {}); // `close` follows
    socket.on("close", (code) => {
      if (code === 1006) setTimeout(enter, 50);
      else ended.note([code, socket.protocol]);
    });
  };
  enter();

  await hearsAll(server, way, heard);

  await server.stop();
  same(await ended.atLeast(1), [[1001, "chat"]]);
});

test("lab 04: Python websockets hears each event once, over a tunnel, and sees the end", needs("Python with websockets", PYTHON), async (t) => {
  const server = await serve(t, "04");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  const python = spawn(PYTHON, ["lab_04.py", room(way.origin, "")], { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => python.kill());
  createInterface(python.stdout).on("line", (line) => {
    const [kind, what] = JSON.parse(line);
    (kind === "end" ? ended : heard).note(what);
  });

  await hearsAll(server, way, heard);

  await server.stop();
  same(await ended.atLeast(1), [[1001, "chat"]]);
});

test("lab 04: Chromium's WebSocket hears each event once, over a tunnel, and sees the end", needs("Chromium", CHROMIUM), async (t) => {
  const server = await serve(t, "04");
  const way = await tunnel(t, server.origin);
  const [heard, ended] = [new Heard(), new Heard()];
  const page = await open(t, `${way.origin}/stats`);
  await page.exposeFunction("heard", heard.note);
  await page.exposeFunction("ended", ended.note);
  await page.evaluate((room) => {
    let cursor = 0;
    const enter = () => {
      const socket = new WebSocket(room + cursor, "chat");
      socket.addEventListener("message", (message) => {
        const { id, event, data } = JSON.parse(message.data);
        cursor = id;
        heard(event === "weather" ? data.split("\n").at(-1) : event);
      });
      socket.addEventListener("close", ({ code }) => {
        if (code === 1006) setTimeout(enter, 50);
        else ended([code, socket.protocol]);
      });
    };
    enter();
  }, room(way.origin, ""));

  await hearsAll(server, way, heard);

  await server.stop();
  same(await ended.atLeast(1), [[1001, "chat"]]);
});

test("lab 04: what one member says, a member with another client hears", needs("npm ws", Ws), async (t) => {
  const server = await serve(t, "04");
  const heard = new Heard();
  const enter = (name) => {
    const member = new Ws(`${room(server.origin, 0)}&room=map&name=${name}`, "chat");
    t.after(() => member.terminate());
    return member;
  };
  const ben = enter("Ben");
  ben.on("message", (text) => heard.note(JSON.parse(text).data));
  const ana = enter("Ana");
  ana.on("open", () => ana.send(JSON.stringify({ text: "Fog in London?" })));
  same(await heard.atLeast(1), ["Ana\nFog in London?"]);
});

test("lab 04: the page keeps what a person typed until it is heard, and says why it was refused", needs("Chromium", CHROMIUM), async (t) => {
  const server = await serve(t, "04");
  const page = await open(t, `${server.origin}/?room=hall&name=Ana`);
  const [field, problem] = [page.getByLabel("Say"), page.getByRole("alert")];
  await page.getByText("connected", { exact: true }).waitFor();

  await field.fill("Fog in London?");
  await field.press("Enter");
  await page.getByText("Fog in London?").waitFor();
  equal(await field.inputValue(), "");
  equal(await problem.textContent(), "");

  const long = "x".repeat(2000); // the test profile takes 1024 bytes
  await field.fill(long);
  await field.press("Enter");
  await page.getByText("Not sent: it is too long for the server.").waitFor();
  equal(await field.inputValue(), long);

  await page.getByText("connected", { exact: true }).waitFor();
  await server.stop();
  await page.getByText("closed with").waitFor();
  await field.fill("Anybody here?");
  await field.press("Enter");
  await page.getByText("Not sent: there is no connection.").waitFor();
  equal(await field.inputValue(), "Anybody here?");
});
