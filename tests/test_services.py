"""The ground on which the other tests stand: fresh databases, a Redis that can fail, and no way out."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import psycopg
import pytest
import redis

from tests.databases import ROOT, PostgresDatabases
from tests.services import NetworkGuard, OutsideCall, RedisServer, environment, eventually, free_port


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """Ask a PostgreSQL database."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_two_databases_of_one_test_do_not_see_each_other(postgres: PostgresDatabases) -> None:
    first, second = postgres.migrated(), postgres.empty()
    count = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert int(str(rows(first, count)[0][0])) > 5
    assert rows(second, count) == [(0,)]
    postgres.drop()


def test_a_dropped_database_is_gone_although_somebody_is_connected(postgres: PostgresDatabases) -> None:
    url = postgres.empty()
    connection = psycopg.connect(url.replace("+psycopg", ""))
    postgres.drop()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_the_migrations_match_the_tables_on_postgresql_too(postgres_url: str) -> None:
    surroundings = os.environ | environment(DATABASE_URL=postgres_url)
    command = [sys.executable, "-m", "alembic", "check"]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_redis_that_stops_refuses_and_comes_back_on_the_same_port(frail_redis: RedisServer) -> None:
    with redis.Redis.from_url(frail_redis.url) as client:
        assert client.set("bell", 1)
        frail_redis.stop()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        frail_redis.start()
        assert client.ping()


def test_redis_is_empty_at_the_start(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


@pytest.mark.parametrize("host", ["93.184.216.34", "api.twilio.com", "2606:2800:220:1::1"])
def test_nobody_gets_out(network: NetworkGuard, host: str) -> None:
    with pytest.raises(OutsideCall):
        socket.create_connection((host, 443), timeout=1)
    assert network.attempts == [host]
    network.attempts.clear()


def test_an_address_that_is_looked_up_counts_as_going_out(network: NetworkGuard) -> None:
    with pytest.raises((OutsideCall, urllib.error.URLError)):
        urllib.request.urlopen("https://api.twilio.com/2010-04-01")
    assert network.attempts == ["api.twilio.com"]
    network.attempts.clear()


def test_eventually_returns_the_first_true_answer() -> None:
    answers = iter([0, None, "", 7])
    assert eventually(lambda: next(answers), every=0.001) == 7


def test_eventually_gives_up_with_what_was_wrong() -> None:
    def never() -> bool:
        raise AssertionError("still closed")

    with pytest.raises(AssertionError, match="still closed"):
        eventually(never, within=0.05)
    with pytest.raises(AssertionError, match=r"not so within 0\.05 s"):
        eventually(lambda: False, within=0.05)


def test_free_ports_are_free() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert server.fileno() > 0
