"""The one way to the database: transactions that are whole or nothing, alike on SQLite and PostgreSQL."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql import Executable

from hotline.errors import Conflict, StaleConnection, StoreAway
from hotline.store import straight
from hotline.store.connecting import open_engine, plan_once
from hotline.store.crypto import FieldCipher
from hotline.store.patience import Patience
from hotline.store.straight import TRY_AGAIN, Prepared

Result = TypeVar("Result")

# How long somebody who was not the first keeps trying: a webhook must have answered within 5 s, whatever happens.
_KEEP_TRYING_S = 2.0


class Transaction:
    """An open transaction: the connection, and the cipher for the sealed fields in it.

    On PostgreSQL BEGIN is put off as long as it can be. Who asks one question and then writes with one statement, as
    nearly every webhook does, needs none: that statement is whole or nothing by itself, and the question sees what is
    committed, as it would inside. Whatever else is done makes it a transaction of the usual kind.
    """

    def __init__(self, connection: Connection, cipher: FieldCipher, *, puts_off: bool = False) -> None:
        self._line = connection
        self._is_begun = not puts_off
        self._held: tuple[Prepared, Sequence[Any]] | None = None
        self.cipher = cipher
        self.is_postgresql = connection.dialect.name == "postgresql"

    @property
    def connection(self) -> Connection:
        """The connection, inside the transaction; what was held back goes first."""
        self._begin()
        return self._line

    @property
    def held(self) -> tuple[Prepared, Sequence[Any]] | None:
        """The one statement that is still to go, at the end."""
        return self._held

    def ask(self, question: Prepared, values: Sequence[Any]) -> PGresult:
        """The answer to a prepared question; on PostgreSQL only. Raises as `straight.run` does."""
        if self._held:
            self._begin()
        return straight.run(self._line, question, values)

    def write(self, statement: Prepared, values: Sequence[Any]) -> None:
        """Writes with a prepared statement, at the end if nothing else comes; on PostgreSQL only.

        Whatever it raises, `straight.run` raises at the end of the transaction.
        """
        if self._is_begun or self._held:
            self._begin()
            straight.run(self._line, statement, values)
        else:
            self._held = statement, values

    def change(self, statement: Prepared, values: Sequence[Any]) -> int:
        """Changes rows with a prepared statement, at once; returns how many. On PostgreSQL only; raises the same."""
        self._begin()
        return straight.run(self._line, statement, values).command_tuples or 0

    def rehearse(self) -> bool:
        """Has the connection prepare what is held, and drops it: nothing is written. False if nothing is held."""
        held, self._held = self._held, None
        if held:
            straight.prepare(self._line, held[0])
        return held is not None

    def finish(self) -> None:
        """Commits."""
        if self._is_begun:
            self._line.commit()
        elif self._held:
            straight.run(self._line, *self._held)

    def _begin(self) -> None:
        if self._is_begun:
            return
        self._is_begun = True
        self._line.begin()
        straight.begin(self._line)
        held, self._held = self._held, None
        if held:
            straight.run(self._line, *held)

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
        self.engine = open_engine(url, pool_size)
        self._patience: Patience | None = None

    def give_up_after(self, limit_s: float) -> None:
        """From now on ends writing transactions that last longer, with StoreAway: for a process that must answer."""
        self._patience = Patience(limit_s)

    def plan_once(self) -> None:
        """From now on plans each statement once for all values: for a process that only looks up single rows."""
        plan_once(self.engine)

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
        with _translated(), self.engine.connect() as connection, self._watched(connection):
            if not self.is_postgresql:
                connection.begin()
            tx = Transaction(connection, self.cipher, puts_off=self.is_postgresql)
            yield tx
            tx.finish()

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
    if getattr(getattr(fault, "orig", None), "sqlstate", None) in TRY_AGAIN:
        return Conflict()
    # A connection from before a restart of the server: the pool has thrown all of them away, the next one is new.
    return StaleConnection() if getattr(fault, "connection_invalidated", False) else StoreAway()
