"""The simulator's time: live (perhaps sped up) for the demo, instant for tests."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from typing import Protocol

# Wall seconds a condition variable is asked to wait at a stretch; infinity is more than it can take.
LONGEST_WAIT = 3600.0


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class Clock(Protocol):
    """What the carrier asks of time. `instant` says that waiting costs nothing."""

    instant: bool

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def wait(self, board: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:
        """Wait on a held condition for somebody to decide, at most `seconds` of carrier time; True if decided."""

    def rest(self, board: threading.Condition, stopped: Callable[[], bool], seconds: float) -> bool:
        """Let `seconds` of carrier time pass on a held condition; True if `stopped()` became true meanwhile."""


class LiveClock:
    """Time that really passes, `speed` times as fast as on the wall."""

    instant = False

    def __init__(self, speed: float = 1.0, now: Callable[[], datetime] = utc_now) -> None:
        if speed <= 0:
            raise ValueError("speed must be positive")
        self.speed = speed
        self.now = now

    def wait(self, board: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:
        """Wait for `done()` at most `seconds` of carrier time, which is `seconds / speed` on the wall."""
        end = time.monotonic() + seconds / self.speed
        while not done():
            left = end - time.monotonic()
            if left <= 0:
                return False
            board.wait(min(left, LONGEST_WAIT))
        return True

    def rest(self, board: threading.Condition, stopped: Callable[[], bool], seconds: float) -> bool:
        """Let `seconds` of carrier time pass; True if `stopped()` became true meanwhile."""
        return self.wait(board, stopped, seconds)


class InstantClock:
    """Time that stands still until somebody decides: a wait of minutes ends as soon as the test speaks.

    Where nobody can decide (a status update on its way, a phone that never answers) the wait ends at once.
    `patience` (wall seconds) only bounds the wait for a test that forgot to decide.
    """

    instant = True

    def __init__(self, now: Callable[[], datetime] = utc_now, patience: float = 10.0) -> None:
        self.now = now
        self.patience = patience

    def wait(self, board: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:
        """Wait for `done()`; `patience` bounds it unless `seconds` is infinite."""
        return board.wait_for(done, None if seconds == inf else self.patience)

    def rest(self, board: threading.Condition, stopped: Callable[[], bool], seconds: float) -> bool:
        """Nobody can decide here: the time has passed already."""
        return stopped()
