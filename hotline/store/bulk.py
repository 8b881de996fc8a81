"""Many rows in one statement: PostgreSQL is handed a list for each column, and unfolds them beside each other."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, Update, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from hotline.store.defaults import filled
from hotline.store.fixed import for_postgresql
from hotline.store.session import Transaction
from hotline.store.straight import Prepared
from hotline.store.tables import metadata

Rows = Sequence[Mapping[str, Any]]


def insert_many(tx: Transaction, table: Table, rows: Rows) -> None:
    """Inserts rows; one by one they cost the server twice as much. Raises Conflict, at the end at the latest."""
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in (filled(table, given) for given in rows):
        alike.setdefault(tuple(row), []).append(row)
    for columns, some in alike.items():
        if tx.is_postgresql:
            tx.write(_insertion(table.name, columns), _lists(columns, some))
        else:
            tx.execute(insert(table), [dict(row) for row in some])


class ManyUpdate:
    """A change of many rows, each with values of its own."""

    def __init__(
        self, given: Mapping[str, ColumnElement[Any]], build: Callable[[Mapping[str, ColumnElement[Any]]], Update]
    ) -> None:
        """`given` names what each row brings, with a column of the same type; `build` makes the change of them."""
        self._given = given
        self._build = build

    def run(self, tx: Transaction, rows: Rows) -> int:
        """Changes all; returns how many rows were changed."""
        if not rows:
            return 0
        if not tx.is_postgresql:
            return int(tx.execute(self._one_by_one, [dict(row) for row in rows]).rowcount)
        statement, order, constants = self._at_once
        lists = dict(zip(self._given, _lists(tuple(self._given), rows), strict=True))
        return tx.change(statement, [lists.get(name, constants.get(name)) for name in order])

    @cached_property
    def _one_by_one(self) -> Update:
        return self._build({name: bindparam(name, type_=like.type) for name, like in self._given.items()})

    @cached_property
    def _at_once(self) -> tuple[Prepared, Sequence[str], Mapping[str, Any]]:
        given = _unfolded({name: like.type for name, like in self._given.items()}).subquery("given")
        compiled = for_postgresql(self._build(dict(given.c.items())))
        return Prepared.of(str(compiled)), tuple(compiled.positiontup or ()), compiled.params


def _lists(columns: Sequence[str], rows: Rows) -> list[list[Any]]:
    return [[row[column] for row in rows] for column in columns]


def _unfolded(types: Mapping[str, Any]) -> Select[Any]:
    return select(*[func.unnest(bindparam(name, type_=ARRAY(kind))).label(name) for name, kind in types.items()])


@lru_cache(maxsize=64)
def _insertion(name: str, columns: tuple[str, ...]) -> Prepared:
    table = metadata.tables[name]
    rows = _unfolded({column: table.c[column].type for column in columns})
    return Prepared.of(str(for_postgresql(insert(table).from_select(list(columns), rows, include_defaults=False))))
