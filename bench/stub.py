"""A carrier that only answers, at once or after a pause, and remembers when it was asked: `python -m bench.stub`."""

import asyncio
import json
import sys
import time
from secrets import token_hex
from urllib.parse import parse_qs

from hotline.demo.ports import HOST

_seen: list[tuple[float, str]] = []


class Line(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._parts = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers where to answer."""
        self._out = transport

    def data_received(self, data: bytes) -> None:
        """Answers each whole request."""
        self._parts += data
        head, end, body = self._parts.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._parts = b""
        if head.startswith(b"POST"):
            _seen.append((time.time(), body.decode()))
        loop = asyncio.get_running_loop()
        loop.call_later(self._pause_s if head.startswith(b"POST") else 0, self._answer, head)

    def _answer(self, head: bytes) -> None:
        if self._out.is_closing():
            return
        self._out.write(_response(201, _made(head)) if head.startswith(b"POST") else _response(200, _told()))


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0


def _made(head: bytes) -> dict[str, object]:
    return {"sid": ("CA" if b"/Calls" in head.split(b"\r\n", 1)[0] else "SM") + token_hex(16), "status": "queued"}


def _told() -> list[tuple[float, str]]:
    """Everything seen so far: when, and the text that was to be sent."""
    return [(at, parse_qs(body).get("Body", [""])[0]) for at, body in _seen]


def _response(status: int, content: object) -> bytes:
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def main(port: int, pause_s: float) -> None:
    """Listens until the end."""
    server = await asyncio.get_running_loop().create_server(lambda: Line(pause_s), HOST, port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
