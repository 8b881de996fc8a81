"""The straight way to PostgreSQL: statements whose texts never change, prepared once a connection, by libpq itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, cast

from psycopg import IntegrityError, OperationalError, errors, pq
from sqlalchemy import Connection

from hotline.errors import Conflict, StaleConnection, StoreAway

# SQLSTATE 40001 serialization, 40P01 deadlock: the whole transaction is tried again at once. A lock that was waited
# for in vain (55P03, SQLite's "database is locked") is no such thing: another wait would break the 5 s of a webhook.
TRY_AGAIN = frozenset({"40001", "40P01"})
# The connection forgot the statement (psycopg clears all of them after some errors), or a migration changed a table.
_FORGOTTEN = frozenset({"26000", "0A000"})
_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
_KNOWN = "hotline.prepared"

Encode = Callable[[Any], bytes | None]


@dataclass(frozen=True)
class Prepared:
    """A statement with $1, $2, … and the name under which a connection keeps its plan."""

    text: str
    name: bytes

    @classmethod
    def of(cls, text: str) -> "Prepared":
        """The name is made of the text, so that it means the same wherever it is known."""
        return cls(text, b"hotline_" + sha256(text.encode()).hexdigest()[:16].encode())


def run(connection: Connection, statement: Prepared, values: Sequence[Any]) -> pq.abc.PGresult:
    """Runs a prepared statement: in the open transaction if there is one, else as a transaction of its own.

    psycopg and SQLAlchemy do the same with many times the work, as they look at every value and column anew. Raises
    Conflict, StaleConnection or StoreAway; for a fault of ours an exception of psycopg that tells no value.
    """
    line = _line(connection)
    try:
        result = _send(connection, line, statement, values)
    except OperationalError:
        result = None  # the server is not there any more
    if result is not None and result.status in _DONE:
        return result
    if result is None or line.status != pq.ConnStatus.OK:
        # The others in the pool lead to the same server; nobody may wait for each of them in turn.
        connection.invalidate()
        connection.engine.dispose()
        raise StaleConnection
    raise _fault(_state(result))


def prepare(connection: Connection, statement: Prepared) -> None:
    """Makes a statement known to a connection, without running it; where that fails, its first run tries again."""
    known: set[bytes] = connection.info.setdefault(_KNOWN, set())
    if statement.name not in known:
        made = _line(connection).prepare(statement.name, statement.text.encode())
        known |= {statement.name} if made.status in _DONE else set()


def begin(connection: Connection) -> None:
    """Sends the BEGIN that psycopg would send with the first statement that goes through it."""
    line = _line(connection)
    if line.transaction_status == pq.TransactionStatus.IDLE:
        line.exec_(b"BEGIN")


def _line(connection: Connection) -> pq.abc.PGconn:
    driver: Any = connection.connection.driver_connection
    return cast(pq.abc.PGconn, driver.pgconn)


def _send(connection: Connection, line: pq.abc.PGconn, statement: Prepared, values: Sequence[Any]) -> pq.abc.PGresult:
    # What a connection knows is kept with the connection itself: the pool hands it from one to the next.
    known: set[bytes] = connection.info.setdefault(_KNOWN, set())
    sent: list[Any] = []  # NULL goes as None, which psycopg's types forget
    formats: list[pq.Format] = []
    for value in values:
        encode, form = _encoder(type(value))  # type: ignore[arg-type]  # a class is hashable
        sent.append(encode(value))
        formats.append(form)
    if statement.name in known:
        result = line.exec_prepared(statement.name, sent, formats)
        if result.status in _DONE or _state(result) not in _FORGOTTEN:
            return result
        known.discard(statement.name)
        if line.transaction_status != pq.TransactionStatus.IDLE:
            raise Conflict  # the transaction is spoiled; its next attempt makes the statement known again
        line.exec_(b"DEALLOCATE " + statement.name)
    prepared = line.prepare(statement.name, statement.text.encode())
    if prepared.status not in _DONE:
        return prepared
    known.add(statement.name)
    return line.exec_prepared(statement.name, sent, formats)


def _state(result: pq.abc.PGresult) -> str:
    return (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()


def _fault(state: str) -> Exception:
    try:
        kind = errors.lookup(state)
    except KeyError:
        return StoreAway()
    if state in TRY_AGAIN or issubclass(kind, IntegrityError):
        return Conflict()
    # Without the server's own words: they quote the row.
    return StoreAway() if issubclass(kind, OperationalError) else kind(state)


@cache
def _encoder(kind: type[Any]) -> tuple[Encode, pq.Format]:
    """How a value of this type goes over the line. Texts go with their length: as C strings they would end at a NUL."""
    for base, encode, form in _ENCODERS:
        if issubclass(kind, base):
            return encode, form
    raise TypeError(f"no way to send a {kind}")


def _same(value: bytes | None) -> bytes | None:
    return value


def _as_list(values: list[Any]) -> bytes:
    """PostgreSQL's own writing of an array. Raises ValueError: it would end at a NUL."""
    written = b"{" + b",".join(_QUOTED.get(type(value), _quoted)(value) for value in values) + b"}"
    if b"\0" in written:
        raise ValueError("a NUL in a list")
    return written


def _quoted(text: str) -> bytes:
    return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'


_QUOTED: dict[type, Callable[[Any], bytes]] = {
    bytes: lambda value: b'"\\\\x' + value.hex().encode() + b'"',
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    datetime: lambda value: b'"' + value.isoformat().encode() + b'"',
    type(None): lambda _: b"NULL",
}
_ENCODERS: tuple[tuple[type, Encode, pq.Format], ...] = (
    (str, str.encode, pq.Format.BINARY),
    (bytes, _same, pq.Format.BINARY),
    (bool, lambda value: b"t" if value else b"f", pq.Format.TEXT),
    (int, lambda value: b"%d" % value, pq.Format.TEXT),
    (datetime, lambda value: value.isoformat().encode(), pq.Format.TEXT),
    (type(None), _same, pq.Format.TEXT),
    (list, _as_list, pq.Format.TEXT),
)
