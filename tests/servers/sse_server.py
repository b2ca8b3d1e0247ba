"""A server of lab 03 in Python, with the standard library alone: to compare with, and to be judged.

    python3 tests/servers/sse_server.py --port 9000 --profile test
    cargo workshop contract 03 http://127.0.0.1:9000
    cargo workshop contract 03 -- python3 tests/servers/sse_server.py

A subscriber is only a cursor into the log: it costs a task, and no queue.
"""

import argparse
import asyncio
import json
import os
import re
import signal
from collections import deque

PATH = "/api/v1/live-data"
LARGEST = 16 * 1024  # bytes of a report
STREAM = "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n"

# Times are in milliseconds. Each can be set by a variable such as WORKSHOP_HEARTBEAT.
NORMAL = dict(capacity=1024, batch=100, heartbeat=15_000, stream=60_000, waiting=1000, retry=3000,
              message=4096, pong=10_000)
TEST = dict(capacity=4, batch=4, heartbeat=200, stream=2000, waiting=4, retry=300, message=1024,
            pong=400)


class Log:
    """The last events, and a wake-up for those who have read them all."""

    def __init__(self, capacity):
        self.kept = deque(maxlen=capacity)
        self.newest = 0
        self.ended = False
        self.news = asyncio.Event()

    @property
    def oldest(self):
        return self.newest - len(self.kept) + 1

    def append(self, kind, data):
        self.newest += 1
        self.kept.append(encode(self.newest, kind, data))
        self.wake()
        return self.newest

    def end(self):
        self.ended = True
        self.wake()

    def wake(self):
        self.news.set()
        self.news = asyncio.Event()  # those who look from now on wait for the next one

    def since(self, cursor, most):
        """The events after a cursor, encoded; before them a reset if some are missing. None if there
        is nothing. Also the cursor of who has read them."""
        pieces = []
        if not self.oldest - 1 <= cursor <= self.newest:
            known = 0 <= cursor < self.oldest
            missed = str(self.oldest - 1 - cursor) if known else "unknown"
            cursor = self.oldest - 1
            pieces.append(encode(cursor, "reset", missed))
        start = cursor - self.oldest + 1
        events = list(self.kept)[start:start + most]
        return "".join(pieces + events), cursor + len(events)


def encode(id, kind, data):
    lines = "".join(f"data: {line}\n" for line in re.split("\r\n|\r|\n", data))
    return f"id: {id}\nevent: {kind}\n{lines}\n"


class Server:
    def __init__(self, limits):
        self.limits = limits
        self.log = Log(limits["capacity"])
        self.subscribers = 0
        self.connections = set()

    async def connection(self, reader, writer):
        """One request, one answer: then the connection is closed."""
        task = asyncio.current_task()
        self.connections.add(task)
        # What a reader doesn't take stays out of our memory: `drain` waits.
        writer.transport.set_write_buffer_limits(high=0)
        try:
            await self.answer(reader, writer)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            pass  # it has left, or doesn't speak HTTP
        finally:
            self.connections.discard(task)
            writer.close()

    async def answer(self, reader, writer):
        text = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        request, *lines = text.decode("latin-1").split("\r\n")
        method, target, _ = request.split(" ", 2)
        fields = {name.lower(): value.strip()
                  for name, _, value in (line.partition(":") for line in lines)}
        path, _, query = target.partition("?")
        if (method, path) == ("HEAD", PATH):
            head(writer, "200 OK", "text/event-stream", STREAM)
        elif (method, path) == ("GET", PATH):
            await self.live_data(reader, writer, fields, query)
        elif (method, path) == ("GET", "/stats"):
            reply(writer, "200 OK", json.dumps(self.stats()))
        elif (method, path) == ("POST", "/publish"):
            body = await reader.readexactly(min(int(fields.get("content-length", 0)), LARGEST))
            try:
                id = self.log.append("weather", text_of(json.loads(body)))
                reply(writer, "201 Created", json.dumps({"id": id}))
            except (ValueError, KeyError, TypeError) as error:
                problem(writer, f"a report must be JSON: {error}")
        else:
            reply(writer, "404 Not Found", "{}")

    def stats(self):
        return dict(newest=self.log.newest, oldest=self.log.oldest, subscribers=self.subscribers,
                    limits=self.limits)

    async def live_data(self, reader, writer, fields, query):
        asked = re.search(r"(?:^|&)since=([^&]+)", query)  # an empty one says nothing
        if asked and cursor_in(asked[1]) is None:
            return problem(writer, "since must be a whole number from 0 to 18446744073709551615, "
                                   f'got "{asked[1]}"')
        # A reconnect repeats the old address and adds the header, so the header is the newer.
        if fields.get("last-event-id"):
            cursor = cursor_in(fields["last-event-id"])
            cursor = -1 if cursor is None else cursor  # never in this log: a gap, and no error
        else:
            cursor = int(asked[1]) if asked else max(self.log.newest - 1, 0)
        head(writer, "200 OK", "text/event-stream", STREAM)
        if self.subscribers >= self.limits["waiting"]:
            # EventSource takes any other status for final.
            return writer.write(chunk("retry: 5000\n\n") + chunk(""))
        self.subscribers += 1
        stream = asyncio.ensure_future(self.stream(writer, cursor))
        gone = asyncio.ensure_future(reader.read())  # nothing is said until the other side leaves
        await asyncio.wait({stream, gone}, return_when=asyncio.FIRST_COMPLETED)
        self.subscribers -= 1
        stream.cancel()
        gone.cancel()
        await asyncio.gather(stream, gone, return_exceptions=True)

    async def stream(self, writer, cursor):
        writer.write(chunk(f"retry: {self.limits['retry']}\n\n"))
        while True:
            news = self.log.news  # before the look: what comes after it wakes us
            text, cursor = self.log.since(cursor, self.limits["batch"])
            if not text and self.log.ended:
                writer.write(chunk(""))
                return
            if not text:
                try:
                    await asyncio.wait_for(news.wait(), self.limits["heartbeat"] / 1000)
                    continue
                except asyncio.TimeoutError:
                    text = ":\n\n"
            writer.write(chunk(text))
            await writer.drain()

    async def run(self, port):
        listener = await asyncio.start_server(self.connection, "127.0.0.1", port)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        port = listener.sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}/ is up; Ctrl-C stops it", flush=True)
        await stop.wait()
        listener.close()
        self.log.end()
        if self.connections:
            await asyncio.wait(self.connections, timeout=1)


def cursor_in(text):
    """An id that a log may have given; None if it is none."""
    return int(text) if re.fullmatch("[0-9]+", text) and int(text) < 2**64 else None


def text_of(report):
    lines = [f"{reading['city']} {reading['celsius']:.1f}" for reading in report["readings"]]
    return "\n".join(lines + ([report["note"]] if "note" in report else []))


def chunk(text):
    """The empty chunk is the last one."""
    data = text.encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


def head(writer, status, media_type, fields):
    writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\n{fields}"
                 "Connection: close\r\n\r\n".encode())


def reply(writer, status, text, media_type="application/json"):
    head(writer, status, media_type, f"Content-Length: {len(text.encode())}\r\n")
    writer.write(text.encode())


def problem(writer, detail):
    said = {"title": "Bad Request", "status": 400, "detail": detail}
    reply(writer, "400 Bad Request", json.dumps(said), "application/problem+json")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8003)
    parser.add_argument("--profile", choices=["normal", "test"], default="normal")
    options = parser.parse_args()
    limits = TEST if options.profile == "test" else NORMAL
    limits = {name: int(os.environ.get(f"WORKSHOP_{name.upper()}", value))
              for name, value in limits.items()}
    asyncio.run(Server(limits).run(options.port))


if __name__ == "__main__":
    main()
