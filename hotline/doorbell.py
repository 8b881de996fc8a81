"""The doorbell: wakes a worker through Redis. It carries no person, no timer and no state."""

import logging
import threading
import time
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from hotline.meters import DOORBELL_FAILURES

QUEUE = "hotline"
WAKE_UP = "workers.jobs.wake_up"
_BELL = "hotline:bell"
# While one wake-up waits to be heard, further rings are the same ring. If the worker dies in between, the key lapses
# and the next ring (or the ticker, which needs no bell) starts a new one.
_BELL_MS = 1500
# After a failure the bell is left alone for a moment: a Redis that accepts and never answers must not cost every
# webhook its half second, and the ticker finds the work anyway.
_DEAF_S = 2.0

# Between two rings for others: in a storm hundreds of messages a second share a ring, and none waits longer for it.
_PAUSE_S = 0.005

_log = logging.getLogger(__name__)


def connect(url: str) -> redis.Redis:
    """A client that gives up at once: a webhook may lose 0.5 s to Redis, not a minute (redis-py's default)."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=0.25, socket_timeout=0.5, retry=Retry(NoBackoff(), 0), health_check_interval=0
    )


class Doorbell:
    """Rings for whoever drains the outbox. Losing a ring costs a tick, never a report."""

    def __init__(self, url: str) -> None:
        """`url` of Redis; nothing is connected yet, and no thread started."""
        self._redis = connect(url)
        self._queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
        self.failures = 0
        self._deaf_until = 0.0
        self._asked = threading.Event()
        self._ringer: threading.Thread | None = None
        self._lock = threading.Lock()

    def ring_soon(self) -> None:
        """Has a thread of this process ring at once, or in a few milliseconds if it has just rung; waits for nothing.

        If the process dies before, the ticker finds the work.
        """
        if self._asked.is_set():
            return
        self._asked.set()
        if self._ringer is None or not self._ringer.is_alive():
            self._start_ringer()

    def _start_ringer(self) -> None:
        # At the first ring, not before: a thread does not survive the fork of the web server.
        with self._lock:
            if self._ringer is None or not self._ringer.is_alive():
                self._ringer = threading.Thread(target=self._ring_for_others, name="doorbell", daemon=True)
                self._ringer.start()

    def _ring_for_others(self) -> None:
        while True:
            self._asked.wait()
            # Before the ring: who asks while Redis is spoken to may have committed too late for this one.
            self._asked.clear()
            self.ring()
            time.sleep(_PAUSE_S)

    def ring(self) -> bool:
        """Wakes one worker; True if a wake-up is on its way. Never raises, and never waits for Redis above 0.5 s."""
        if time.monotonic() < self._deaf_until:
            return False
        try:
            if self._redis.set(_BELL, b"1", nx=True, px=_BELL_MS):
                self._queue.enqueue(WAKE_UP, **_LEAN)
        except (redis.RedisError, OSError):
            self.failures += 1
            DOORBELL_FAILURES.inc()
            self._deaf_until = time.monotonic() + _DEAF_S
            _log.warning("doorbell.unheard", extra={"failures": self.failures})
            return False
        return True

    def heard(self) -> None:
        """Says that the drain begins now, so that whatever comes later rings again."""
        try:
            self._redis.delete(_BELL)
        except (redis.RedisError, OSError):
            self.failures += 1
            DOORBELL_FAILURES.inc()

    def answers(self) -> bool:
        """Whether Redis is there."""
        try:
            return bool(self._redis.ping())
        except (redis.RedisError, OSError):
            return False


# No RQ retry, no result, a neutral description, and a life of ten seconds (while no worker lives, the ticker sends):
# job data must tell nothing and be gone soon.
_LEAN: dict[str, Any] = {"job_timeout": 60, "ttl": 10, "result_ttl": 0, "failure_ttl": 3600, "description": "wake up"}
