"""Fixtures of all tests: the real services, and the guard that keeps every test on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import PostgresDatabases, SqliteDatabases
from tests.services import REDIS_KINDS, NetworkGuard, RedisServer

# No deadline for an example: the machine may be busy, and a slow example is no fault.
settings.register_profile("house", deadline=None, max_examples=60, print_blob=True)
settings.load_profile("house")

NETWORK = NetworkGuard()
NETWORK.install()


@pytest.fixture(autouse=True)
def network() -> Iterator[NetworkGuard]:
    """Fails the test that reached out, even where the code swallowed the refusal. Who expects one clears the list."""
    NETWORK.attempts.clear()
    yield NETWORK
    assert NETWORK.attempts == [], "a test must not leave this machine"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    """The shared PostgreSQL server, started when the first test asks for it."""
    databases = PostgresDatabases()
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite() -> SqliteDatabases:
    """SQLite files."""
    return SqliteDatabases()


@pytest.fixture
def sqlite_url(sqlite: SqliteDatabases, tmp_path: Path) -> str:
    """A new SQLite database with all tables."""
    return sqlite.migrated(tmp_path)


@pytest.fixture
def postgres_url(postgres: PostgresDatabases) -> Iterator[str]:
    """A new PostgreSQL database with all tables."""
    yield postgres.migrated()
    postgres.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database with all tables; the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new database without tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield SqliteDatabases().empty(tmp_path)
        return
    databases: PostgresDatabases = request.getfixturevalue("postgres")
    yield databases.empty()
    databases.drop()


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def redis_url(_redis: RedisServer) -> str:
    """A real, empty Redis."""
    _redis.flush()
    return _redis.url


@pytest.fixture(params=REDIS_KINDS)
def frail_redis(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A real Redis of this test alone, which it may stop and start; the test runs once on each kind."""
    server = RedisServer(request.param)
    server.start()
    yield server
    server.close()
