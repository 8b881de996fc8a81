"""The migrations make the tables of the code on an empty database, to the last constraint, and take them back."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.pool import NullPool

from hotline.store.tables import metadata
from tests.databases import ROOT, migrate
from tests.services import environment


def engine(url: str) -> Engine:
    """Without a pool, so that nothing keeps the database open."""
    return create_engine(url, poolclass=NullPool)


def shape(connection: Connection) -> dict[str, list[str]]:
    """Tables with columns, keys, indexes and checks, as the database itself tells them."""
    seen = inspect(connection)
    found: dict[str, list[str]] = {}
    for name in sorted(set(seen.get_table_names()) - {"alembic_version"}):
        found[name] = [f"{one['name']} {one['type']} {one['nullable']}" for one in seen.get_columns(name)]
        keys = (seen.get_foreign_keys(name), seen.get_unique_constraints(name), seen.get_indexes(name))
        parts = [part for group in (*keys, seen.get_check_constraints(name)) for part in group]
        found[f"{name} rules"] = sorted(map(told, [*parts, seen.get_pk_constraint(name)]))
    return found


def told(part: object) -> str:
    """A part of a table in words; the condition of a partial index is an object that says its own."""
    if isinstance(part, dict):
        return str({name: told(value) for name, value in part.items()})
    return str(part)


def test_the_migrations_make_what_the_tables_say_checks_and_partial_indexes_included(
    empty_database_url: str,
) -> None:
    migrate(empty_database_url)
    with engine(empty_database_url).begin() as connection:
        migrated = shape(connection)
        for name in ("alembic_version", *[table.name for table in reversed(metadata.sorted_tables)]):
            connection.exec_driver_sql(f'DROP TABLE "{name}"')
        metadata.create_all(connection)
        assert migrated == shape(connection)
    assert len(migrated) > 40


def test_the_first_migration_can_be_taken_back(empty_database_url: str) -> None:
    migrate(empty_database_url)
    command = [sys.executable, "-m", "alembic", "downgrade", "base"]
    surroundings = os.environ | environment(DATABASE_URL=empty_database_url)
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with engine(empty_database_url).connect() as connection:
        assert shape(connection) == {}


def test_a_release_that_runs_again_changes_nothing(database_url: str) -> None:
    with engine(database_url).connect() as connection:
        before = shape(connection)
    migrate(database_url)
    with engine(database_url).connect() as connection:
        assert shape(connection) == before


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql+psycopg://u:secret-word@127.0.0.1:1/nowhere", "release: the database of DATABASE_URL cannot be "),
        ("sqlite:////nowhere/at/all.sqlite3", "release: the database of DATABASE_URL cannot be reached"),
        ("postgres://u:secret-word@127.0.0.1/x", "settings: DATABASE_URL must be postgresql+psycopg://"),
        ("nonsense", "settings: DATABASE_URL must be postgresql+psycopg://"),
    ],
)
def test_with_a_wrong_address_the_release_says_so_in_one_line(address: str, said: str) -> None:
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    surroundings = os.environ | {"DATABASE_URL": address}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(said)
    assert "secret-word" not in line


def test_without_an_address_the_release_says_what_is_missing() -> None:
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == "settings: DATABASE_URL is missing"
