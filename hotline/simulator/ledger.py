"""The carrier's memory: every record, every webhook, every fault of the application, and the board threads wait on."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from hotline.simulator.records import Call, Media, Message, Recording


@dataclass(frozen=True)
class Answer:
    """What the application answered; `status` None if nothing came."""

    status: int | None
    content_type: str
    body: bytes = field(repr=False)
    url: str
    error_code: int = 0
    lost: bool = False

    @property
    def good(self) -> bool:
        """Whether the application answered with success."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Webhook:
    """One request of the carrier to the application, and what came of it; `seconds` on the wall."""

    url: str
    parameters: tuple[tuple[str, str], ...] = field(repr=False)
    token: str
    attempt: int
    at: datetime
    answer: Answer
    seconds: float

    @property
    def status(self) -> int | None:
        """HTTP status of the answer; None if nothing came."""
        return self.answer.status

    @property
    def path(self) -> str:
        """The path of the URL, without its query."""
        return urlsplit(self.url).path

    def parameter(self, name: str) -> str:
        """The first value of a parameter; empty if it was not sent."""
        return next((value for key, value in self.parameters if key == name), "")


@dataclass(frozen=True)
class AppFault:
    """Something the application did that the carrier's debugger would show, by its error number."""

    code: int
    url: str
    detail: str


class Ledger:
    """Records by SID, in the order in which they came. `board` guards and announces every change."""

    def __init__(self, first_sid: int = 1) -> None:
        self.board = threading.Condition(threading.RLock())
        self.messages: dict[str, Message] = {}
        self.media: dict[str, Media] = {}
        self.calls: dict[str, Call] = {}
        self.recordings: dict[str, Recording] = {}
        self.webhooks: list[Webhook] = []
        self.faults_seen: list[AppFault] = []
        self.opted_out: set[tuple[str, str]] = set()
        self.last_inbound: dict[tuple[str, str], datetime] = {}
        self.version = 0
        self.closed = False
        self.busy: Counter[str] = Counter()
        self._numbers = itertools.count(first_sid)

    def mint(self, prefix: str) -> str:
        """A new SID: two letters and 32 hex digits."""
        with self.board:
            return f"{prefix}{next(self._numbers):032x}"

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the board while something changes, then tell everybody who waits."""
        with self.board:
            yield
            self.version += 1
            self.board.notify_all()

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Count a piece of work as under way, so that `until_idle` waits for it."""
        with self.change():
            self.busy[what] += 1
        try:
            yield
        finally:
            with self.change():
                self.busy[what] -= 1

    def blame(self, code: int, url: str, detail: str) -> None:
        """Note a fault of the application."""
        with self.change():
            self.faults_seen.append(AppFault(code, url, detail))

    def excuse(self, code: int) -> list[AppFault]:
        """Take the faults with this number off the list (a test expected them); raises LookupError if none is there."""
        with self.change():
            excused = [fault for fault in self.faults_seen if fault.code == code]
            if not excused:
                raise LookupError(f"no fault {code} was seen")
            self.faults_seen = [fault for fault in self.faults_seen if fault.code != code]
        return excused

    def wait_until(self, done: Callable[[], bool], within: float) -> bool:
        """Wait at most `within` wall seconds for a condition over the ledger."""
        with self.board:
            return self.board.wait_for(lambda: self.closed or done(), within) and done()

    @property
    def idle(self) -> bool:
        """Whether no status update and no webhook is under way."""
        return not any(self.busy.values())

    def close(self) -> None:
        """Wake everybody who waits: the carrier shuts down."""
        with self.change():
            self.closed = True
