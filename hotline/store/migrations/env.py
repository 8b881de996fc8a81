"""How Alembic reaches the database: DATABASE_URL, one transaction, alike on SQLite and PostgreSQL."""

import os
import sys
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.pool import NullPool

from config import checks
from hotline.store.tables import metadata
from hotline.store.tables.columns import Moment

# Two releases may start at once on two hosts: the second waits for the first and finds nothing to do. Any constant.
_ONE_RELEASE_AT_A_TIME = 4_711_020


def _render(kind: str, thing: Any, _autogen: AutogenContext) -> str | bool:
    """A migration must stay what it was when our own column type changes."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def _options(**more: Any) -> dict[str, Any]:
    return {
        "target_metadata": metadata,
        "render_item": _render,
        "compare_type": True,
        # SQLite cannot alter most things; batch mode copies the table instead.
        "render_as_batch": True,
        **more,
    }


def _engine(url: str) -> Engine:
    # Not the service's engine: a migration may take longer than a webhook may.
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_RELEASE_AT_A_TIME})")
    context.configure(connection=connection, **_options(transactional_ddl=True))
    context.run_migrations()


def _run() -> None:
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        sys.exit("settings: DATABASE_URL is missing")
    try:
        checks.database(SecretStr(url))
    except ValueError as fault:
        sys.exit(f"settings: DATABASE_URL {fault}")
    if context.is_offline_mode():
        context.configure(url=url, literal_binds=True, **_options())
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = _engine(url)
    _try_out(engine)
    with engine.begin() as connection:
        _migrate(connection)
    engine.dispose()


def _try_out(engine: Engine) -> None:
    # Only the way there: a fault within a migration must be seen whole.
    try:
        engine.connect().close()
    except (OperationalError, InterfaceError) as fault:
        sys.exit(f"release: the database of DATABASE_URL cannot be reached ({type(fault.orig).__name__})")


_run()
