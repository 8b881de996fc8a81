"""A query of the hot path: its text is made once, not looked up in SQLAlchemy's cache at every execution."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from hotline.store.session import Transaction

_POSTGRESQL: Any = postgresql.psycopg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def for_postgresql(statement: ClauseElement) -> SQLCompiler:
    """The statement as psycopg takes it, with $1, $2, … and the names of the parameters in this order."""
    return cast(SQLCompiler, statement.compile(dialect=_POSTGRESQL))


class FixedQuery:
    """A query without expanding lists, of columns that the driver of PostgreSQL brings in their own types.

    Building the cache key, the parameters and the result's converters costs more than PostgreSQL takes to answer.
    SQLite has no moments of its own, so there it goes the usual way.
    """

    def __init__(self, query: Select[Any]) -> None:
        self._query = query

    def one(self, tx: Transaction, params: Mapping[str, Any]) -> Any | None:
        """The only row, or None."""
        if not tx.is_postgresql:
            return tx.one(self._query, params)
        text, constants = self._prepared
        values = tuple(params.get(name, constant) for name, constant in constants)
        return tx.connection.exec_driver_sql(text, values).one_or_none()

    @cached_property
    def _prepared(self) -> tuple[str, Sequence[tuple[str, Any]]]:
        compiled = for_postgresql(self._query)
        return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]
