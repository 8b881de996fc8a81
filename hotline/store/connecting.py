"""How a connection to either database is opened, and what it is told before anybody uses it."""

from typing import Any

from psycopg import RawCursor, RawServerCursor
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool


def open_engine(url: str, pool_size: int) -> Engine:
    """The engine for a URL of SQLAlchemy; nothing is connected yet."""
    # hide_parameters: an exception of the database must not carry a person into the log.
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=2,
            hide_parameters=True,
            connect_args={"check_same_thread": False, "timeout": 1},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # Statements with $1 as PostgreSQL itself writes them: psycopg else searches each long one for placeholders at every
    # execution, which cost a webhook a quarter of its time.
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=2,
        pool_pre_ping=False,
        # The last one back is the next one out: its plans and pages are warm, and few connections serve a quiet house.
        pool_use_lifo=True,
        hide_parameters=True,
        paramstyle="numeric_dollar",
        use_native_hstore=False,
        connect_args=_POSTGRESQL_LINE,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


# lock and statement time-outs below the 5 s within which a webhook must have answered; a transaction that waits for
# nothing is a fault and is ended, or it would hold its row locks for ever.
_POSTGRESQL = (
    "-c timezone=UTC -c synchronous_commit=on -c lock_timeout=1500 -c statement_timeout=4000 "
    "-c idle_in_transaction_session_timeout=10000"
)


_POSTGRESQL_LINE: dict[str, Any] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 3000,
    "options": _POSTGRESQL,
    "prepare_threshold": 1,
    "cursor_factory": RawCursor,
}


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.server_cursor_factory = RawServerCursor


def plan_once(engine: Engine) -> None:
    """Connections opened from now on plan each prepared statement once, for whatever values.

    For a process whose statements find single rows by their keys: of those PostgreSQL else plans some anew at every
    execution, which takes longer than executing them.
    """
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _plan_once)


def _plan_once(connection: Any, _record: object) -> None:
    # Past psycopg, which would open a transaction for it.
    connection.pgconn.exec_(b"SET plan_cache_mode = force_generic_plan")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy then issues no BEGIN of its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Without IMMEDIATE two claimers read the same row and the second fails only when it writes, or not at all.
    reading = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
