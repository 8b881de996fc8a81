"""A limit to how long a webhook waits for a database that has stopped answering without closing the line."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hotline.errors import StoreAway

_LOOK_EVERY_S = 0.25


class Patience:
    """Cuts the line of a transaction that lasts longer than `limit_s`, so that its thread is told at once.

    A server that is stopped, or a network that swallows packets, keeps a thread waiting for minutes; no time-out of the
    server's own can help then. One watching thread serves all connections of the process.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._open: dict[int, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    @contextmanager
    def watching(self, descriptor: int) -> Iterator[None]:
        """Watches the socket with this number while the block runs; raises StoreAway if it had to be cut."""
        me = threading.get_ident()
        with self._lock:
            self._open[me] = (time.monotonic() + self._limit_s, descriptor)
            if self._watcher is None or not self._watcher.is_alive():
                self._watcher = threading.Thread(target=self._watch, name="patience", daemon=True)
                self._watcher.start()
        try:
            yield
        except Exception as fault:  # whatever the block made of its cut line: its time is over, a second try has none
            if me not in self._open:
                raise StoreAway from fault
            raise
        finally:
            with self._lock:
                self._open.pop(me, None)

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY_S)
            with self._lock:
                late = [me for me, (until, _) in self._open.items() if time.monotonic() > until]
                # Cut while the lock is held: afterwards the number may belong to another connection.
                for me in late:
                    _cut(self._open.pop(me)[1])


def _cut(descriptor: int) -> None:
    """Ends the line from our side; whoever waits on it reads its end. Our copy of the number is closed again."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as line:
            line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has just been closed
