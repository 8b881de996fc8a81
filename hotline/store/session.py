"""The one way to the database: transactions that are whole or nothing, alike on SQLite and PostgreSQL."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from psycopg import RawCursor, RawServerCursor
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import Executable

from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.store.crypto import FieldCipher
from hotline.store.patience import Patience

Result = TypeVar("Result")

# SQLSTATE 40001 serialization, 40P01 deadlock: the whole transaction is tried again at once. A lock that was waited
# for in vain (55P03, SQLite's "database is locked") is no such thing: another wait would break the 5 s of a webhook.
_TRY_AGAIN = frozenset({"40001", "40P01"})
# How long somebody who was not the first keeps trying: a webhook must have answered within 5 s, whatever happens.
_KEEP_TRYING_S = 2.0


class Transaction:
    """An open transaction: the connection, and the cipher for the sealed fields in it."""

    def __init__(self, connection: Connection, cipher: FieldCipher) -> None:
        self.connection = connection
        self.cipher = cipher
        self.is_postgresql = connection.dialect.name == "postgresql"

    def execute(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Runs one statement with bound parameters."""
        return self.connection.execute(statement, params)

    def rows(self, statement: Executable, params: Mapping[str, Any] | None = None) -> list[Any]:
        """All rows."""
        return list(self.connection.execute(statement, params).all())

    def one(self, statement: Executable, params: Mapping[str, Any] | None = None) -> Any | None:
        """The only row, or None."""
        return self.connection.execute(statement, params).one_or_none()

    def changed_one(self, statement: Executable, params: Mapping[str, Any] | None = None) -> bool:
        """Runs a guarded change; True if it changed exactly the row it meant (design rule 6)."""
        return self.connection.execute(statement, params).rowcount == 1

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail without undoing the rest."""
        with self.connection.begin_nested():
            yield

    def seal(self, table: str, column: str, row_id: str, text: str) -> bytes:
        """Encrypts a field of one row."""
        return self.cipher.seal(f"{table}:{column}:{row_id}", text)

    def open(self, table: str, column: str, row_id: str, sealed: bytes) -> str:
        """Decrypts a field of one row; raises Unreadable."""
        return self.cipher.open(f"{table}:{column}:{row_id}", sealed)


class Database:
    """A pool of connections to one database."""

    def __init__(self, url: str, cipher: FieldCipher, pool_size: int = 16) -> None:
        """`url` is SQLAlchemy's; nothing is opened before the first transaction."""
        self.cipher = cipher
        self.engine = _engine(url, pool_size)
        self._patience: Patience | None = None

    def give_up_after(self, limit_s: float) -> None:
        """From now on ends writing transactions that last longer, with StoreAway: for a process that must answer."""
        self._patience = Patience(limit_s)

    @property
    def is_postgresql(self) -> bool:
        """True on PostgreSQL; SQLite otherwise."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A writing transaction; committed when the block ends, undone when it raises.

        Raises StoreAway when the database cannot be reached (or is locked for seconds) and Conflict when somebody else
        was faster.
        """
        with _translated(), self.engine.connect() as connection, self._watched(connection), connection.begin():
            yield Transaction(connection, self.cipher)

    def _watched(self, connection: Connection) -> AbstractContextManager[None]:
        if self._patience is None or not self.is_postgresql:
            return nullcontext()
        line: Any = connection.connection.driver_connection
        return self._patience.watching(line.fileno())

    @contextmanager
    def look(self) -> Iterator[Transaction]:
        """A reading transaction; it never waits for writers."""
        with _translated(), self.engine.connect() as connection:
            yield Transaction(connection.execution_options(only_reads=True), self.cipher)

    def run(self, work: Callable[[Transaction], Result]) -> Result:
        """Runs `work` in a writing transaction, again from its start when somebody else was faster.

        Raises StoreAway when it could not be committed in time.
        """
        deadline, pause = time.monotonic() + _KEEP_TRYING_S, 0.005
        while True:
            try:
                with self.begin() as tx:
                    return work(tx)
            except (Conflict, StaleConnection) as fault:
                if time.monotonic() > deadline:
                    raise StoreAway from fault
                time.sleep(pause)
                pause = min(2 * pause, 0.1)

    def close(self) -> None:
        """Closes all connections, so that a forked child opens its own."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as fault:
        raise Conflict from fault
    except (OperationalError, InterfaceError, PoolTimeout) as fault:
        raise _meaning(fault) from fault
    except DBAPIError as fault:
        if fault.connection_invalidated:
            raise StaleConnection from fault
        raise


def _meaning(fault: Exception) -> Exception:
    if getattr(getattr(fault, "orig", None), "sqlstate", None) in _TRY_AGAIN:
        return Conflict()
    # A connection from before a restart of the server: the pool has thrown all of them away, the next one is new.
    return StaleConnection() if getattr(fault, "connection_invalidated", False) else StoreAway()


def _engine(url: str, pool_size: int) -> Engine:
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


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy then issues no BEGIN of its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Without IMMEDIATE two claimers read the same row and the second fails only when it writes, or not at all.
    reading = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
