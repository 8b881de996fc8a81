"""The load: raw sockets and epoll, so that the generator takes as little as it can of the two cores it shares."""

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.demo.ports import HOST

_PATIENCE_S = 60.0
_END = b"\r\n\r\n"


class BadLoad(RuntimeError):
    """The server answered nothing, or something else than expected."""


@dataclass(frozen=True)
class Answer:
    """One request: when it should have gone, when it went and when its answer was whole (Unix seconds)."""

    due_at: float
    sent_at: float
    answered_at: float
    status: int


@dataclass(frozen=True)
class Run:
    """All requests of one run, in their order."""

    answers: tuple[Answer, ...]

    @property
    def rate(self) -> float:
        """Answers per second, from the first request to the last answer."""
        return len(self.answers) / (max(a.answered_at for a in self.answers) - min(a.sent_at for a in self.answers))

    @property
    def seconds(self) -> list[float]:
        """How long each took since it should have gone: a request that had to wait for a connection waited too."""
        return [answer.answered_at - answer.due_at for answer in self.answers]


def drive(port: int, requests: Sequence[bytes], connections: int = 32, rate: float | None = None) -> Run:
    """Sends all requests over keep-alive connections and waits for the answers.

    Without `rate` each connection sends its next request as soon as it has an answer (closed loop); with it, requests
    go at that rate per second whatever the server does (open loop). Raises BadLoad unless every answer is a 2xx.
    """
    generator = _Generator(port, requests, connections, rate)
    try:
        run = generator.run()
    finally:
        generator.close()
    bad = {answer.status for answer in run.answers if not 200 <= answer.status < 300}
    if bad:
        raise BadLoad(f"answers with status {sorted(bad)}")
    return run


class _Generator:
    def __init__(self, port: int, requests: Sequence[bytes], connections: int, rate: float | None) -> None:
        self._requests, self._rate = requests, rate
        self._port, self._connections = port, connections
        self._epoll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._idle: list[int] = []
        self._busy: dict[int, int] = {}
        self._parts: dict[int, bytes] = {}
        self._due: list[float] = []
        self._sent: list[float] = []
        self._done: dict[int, tuple[float, int]] = {}

    def run(self) -> Run:
        start = time.time()
        while len(self._done) < len(self._requests):
            wait = self._send_due(start)
            for number, _ in self._epoll.poll(wait):
                self._receive(number)
            if time.time() - start > _PATIENCE_S + len(self._requests) / (self._rate or 100):
                raise BadLoad(f"only {len(self._done)} of {len(self._requests)} requests were answered")
        return Run(tuple(Answer(self._due[n], self._sent[n], *self._done[n]) for n in range(len(self._requests))))

    def _send_due(self, start: float) -> float:
        """Sends what is due over idle connections; returns how long to wait for answers."""
        while self._has_line() and len(self._sent) < len(self._requests):
            number, now = len(self._sent), time.time()
            due = now if self._rate is None else start + number / self._rate
            if due > now:
                return due - now
            line = self._idle.pop() if self._idle else self._connect()
            self._due.append(due)
            self._sent.append(now)
            self._busy[line] = number
            self._sockets[line].sendall(self._requests[number])
        return 1.0

    def _has_line(self) -> bool:
        return bool(self._idle) or len(self._sockets) < self._connections

    def _connect(self) -> int:
        """A connection when it is needed, as the carrier does; made all at once, one process would get all of them."""
        line = _connect(self._port)
        self._sockets[line.fileno()] = line
        self._epoll.register(line.fileno(), select.EPOLLIN)
        return line.fileno()

    def _receive(self, line: int) -> None:
        got = self._sockets[line].recv(65536)
        if not got:
            raise BadLoad("the server closed a connection")
        answer = self._parts.pop(line, b"") + got
        if not _is_whole(answer):
            self._parts[line] = answer
            return
        self._done[self._busy.pop(line)] = (time.time(), int(answer[9:12]))
        self._idle.append(line)

    def close(self) -> None:
        for line in self._sockets.values():
            line.close()
        self._epoll.close()


def _connect(port: int) -> socket.socket:
    line = socket.create_connection((HOST, port), timeout=5)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(_END)
    if not end:
        return False
    place = head.lower().find(b"content-length:")
    length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
    return len(body) >= length
