"""A database that has stopped answering without closing the line: whoever waits is told within the limit."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import make_url, text

from hotline.errors import StoreAway
from hotline.store.crypto import FieldCipher
from hotline.store.session import Database
from tests.services import free_port


class Tunnel:
    """A loopback port in front of PostgreSQL's socket that can swallow everything."""

    def __init__(self, target: str) -> None:
        self._target, self.port, self.swallows = target, free_port(), False
        self._door = socket.create_server(("127.0.0.1", self.port))
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        """Ends everything that goes through."""
        for line in (self._door, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _open(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target)
            self._lines += (near, far)
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        try:
            while words := here.recv(65536):
                if not self.swallows:
                    there.sendall(words)
        except OSError:
            return


@contextmanager
def tunnelled(url: str) -> Iterator[tuple[Tunnel, Database]]:
    """A database behind a tunnel."""
    parts = make_url(url)
    tunnel = Tunnel(f"{parts.query['host']}/.s.PGSQL.5432")
    there = parts.set(host="127.0.0.1", port=tunnel.port, query={"sslmode": "disable"})
    database = Database(there.render_as_string(hide_password=False), FieldCipher([bytes(32)], bytes(32)))
    try:
        yield tunnel, database
    finally:
        tunnel.close()
        database.close()


def test_a_line_that_swallows_everything_is_cut_within_the_limit(postgres_url: str) -> None:
    with tunnelled(postgres_url) as (tunnel, database):
        database.give_up_after(1.0)
        with database.begin() as tx:
            tx.execute(text("SELECT 1"))
        tunnel.swallows = True
        started = time.monotonic()
        with pytest.raises(StoreAway):
            database.run(lambda tx: tx.execute(text("SELECT 1")))
        assert time.monotonic() - started < 5
