"""Real worker and ticker processes beside a town on the computer's own clock; they may be killed at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from sqlalchemy import text, update

from hotline.store.tables import outbox
from hotline.wiring import SystemClock
from tests.services import ROOT, eventually
from tests.town import Town
from triage.states import OutboxState


class Plant:
    """A town, and the processes that work for it."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self.town = Town(database_url, redis_url, SystemClock())
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Plant":
        self.town.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with ExitStack() as closing:
            closing.callback(self.town.__exit__, kind, error, at)
            self.kill()

    def start(self, module: str, workers: int = 1) -> subprocess.Popen[bytes]:
        """Starts `workers.run` or `workers.ticker` in a group of its own."""
        surroundings = os.environ | self.town.environment | {"WORKERS": str(workers)}
        started = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=surroundings,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        self._running.append(started)
        return started

    def start_listening(self, workers: int = 1) -> subprocess.Popen[bytes]:
        """Starts the pool and waits until all of its workers listen."""
        pool = self.start("workers.run", workers)
        eventually(lambda: len(children(pool.pid)) == workers, within=20)
        eventually(lambda: self.town.listeners() >= workers, within=20)
        return pool

    def kill(self) -> None:
        """SIGKILL to every process of ours, children too; none can say goodbye."""
        while self._running:
            group = self._running.pop()
            if group.poll() is None:
                os.killpg(group.pid, signal.SIGKILL)
            group.wait()

    def let_leases_lapse(self) -> int:
        """As if a minute had passed since whoever is sending began to send; returns how many leases lapsed."""
        now = self.town.clock.now()
        aged = (
            update(outbox).where(outbox.c.state == OutboxState.SENDING).values(lease_until=now - timedelta(seconds=1))
        )
        changed = self.town.worker.database.run(lambda tx: tx.execute(aged).rowcount)
        return int(changed)

    @contextmanager
    def store_locked(self) -> Iterator[None]:
        """Nobody can write to the outbox while this lasts."""
        database = self.town.worker.database
        with database.engine.begin() as connection:
            if database.is_postgresql:
                connection.execute(text("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE"))
            yield


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []
