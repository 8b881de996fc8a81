"""A query of the hot path: its text is made once, not looked up in SQLAlchemy's cache at every execution."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Boolean, Integer, Select, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from hotline.store.session import Transaction
from hotline.store.straight import Prepared
from hotline.store.tables.columns import Moment

_POSTGRESQL: Any = postgresql.psycopg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_READ: dict[type, Callable[[bytes], Any]] = {
    String: bytes.decode,
    Integer: int,
    Boolean: lambda word: word == b"t",
    Moment: lambda word: datetime.fromisoformat(word.decode()),
}


def for_postgresql(statement: ClauseElement) -> SQLCompiler:
    """The statement as psycopg takes it, with $1, $2, … and the names of the parameters in this order."""
    return cast(SQLCompiler, statement.compile(dialect=_POSTGRESQL))


@dataclass(frozen=True)
class _Ready:
    """What is made of a query once: the statement, its parameters with their constants, and how a row is read."""

    statement: Prepared
    params: Sequence[tuple[str, Any]]
    row: Callable[..., Any]
    readers: Sequence[Callable[[bytes], Any]]


class FixedQuery:
    """A query without expanding lists, of columns of texts, whole numbers, moments, yes and no.

    Building the cache key, the parameters and the result's converters costs more than PostgreSQL takes to answer.
    SQLite has no moments of its own, so there it goes the usual way.
    """

    def __init__(self, query: Select[Any]) -> None:
        self._query = query

    def one(self, tx: Transaction, params: Mapping[str, Any]) -> Any | None:
        """The first row, or None."""
        if not tx.is_postgresql:
            return tx.one(self._query, params)
        ready = self._ready
        found = tx.ask(ready.statement, [params.get(name, constant) for name, constant in ready.params])
        if not found.ntuples:
            return None
        words = [found.get_value(0, place) for place in range(len(ready.readers))]
        return ready.row(
            *[None if word is None else read(word) for read, word in zip(ready.readers, words, strict=True)]
        )

    @cached_property
    def _ready(self) -> _Ready:
        compiled = for_postgresql(self._query)
        columns = self._query.selected_columns
        return _Ready(
            Prepared.of(str(compiled)),
            [(name, compiled.params[name]) for name in compiled.positiontup or ()],
            namedtuple("Row", [column.key or "" for column in columns]),
            [_READ[type(column.type)] for column in columns],
        )
