"""Hears a room: `python lab_04.py 'ws://…/chat?since='`. Prints a line of JSON for all it hears."""

import asyncio
import json
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main(room):
    cursor = 0
    while True:
        try:
            async with connect(f"{room}{cursor}", subprotocols=["chat"]) as socket:
                try:
                    while True:
                        event = json.loads(await socket.recv())
                        cursor = event["id"]
                        weather = event["event"] == "weather"
                        say("heard", event["data"].split("\n")[-1] if weather else event["event"])
                except ConnectionClosed as closed:
                    if closed.rcvd is not None:
                        return say("end", [closed.rcvd.code, socket.subprotocol])
        except (OSError, EOFError):
            pass  # no connection: try again
        await asyncio.sleep(0.05)


def say(kind, what):
    print(json.dumps([kind, what]), flush=True)


asyncio.run(main(sys.argv[1]))
