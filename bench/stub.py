"""A carrier that only answers, at once or after a pause, and tells when it was asked what: `python -m bench.stub`."""

import asyncio
import json
import sys
import time
from secrets import token_hex

from hotline.demo.ports import HOST

# The SID that each request was answered with, and when the request was here.
_seen: dict[str, float] = {}


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
            sid = ("CA" if b"/Calls" in head.split(b"\r\n", 1)[0] else "SM") + token_hex(16)
            _seen[sid] = time.time()
            asyncio.get_running_loop().call_later(self._pause_s, self._answer, 201, {"sid": sid, "status": "queued"})
        else:
            self._answer(200, _seen)

    def _answer(self, status: int, content: object) -> None:
        if not self._out.is_closing():
            self._out.write(_response(status, content))


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0


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
