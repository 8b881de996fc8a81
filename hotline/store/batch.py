"""Inserting rows of several tables in one go."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, insert, literal_column, select

from hotline.store.defaults import filled
from hotline.store.fixed import for_postgresql
from hotline.store.session import Transaction
from hotline.store.straight import Prepared
from hotline.store.tables import metadata

Row = tuple[Table, Mapping[str, Any]]


def insert_all(tx: Transaction, rows: Sequence[Row]) -> None:
    """Inserts the rows, parents before children.

    On PostgreSQL as one prepared statement: a round trip a row would cost more than all the rest of a webhook
    (measured: three statements instead of one halve the throughput). Raises Conflict, at the end of the transaction at
    the latest, if one of them is there already.
    """
    if not rows:
        return
    if not tx.is_postgresql:
        for table, values in rows:
            tx.execute(insert(table), dict(values))
        return
    whole = [(table.name, filled(table, values)) for table, values in rows]
    statement, order = _statement(tuple((name, tuple(values)) for name, values in whole))
    tx.write(statement, [whole[n][1][column] for n, column in order])


@lru_cache(maxsize=256)
def _statement(shape: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Prepared, tuple[tuple[int, str], ...]]:
    """The statement, and for each of its parameters in which row and column its value stands."""
    whole: Select[Any] = select(literal_column("1"))
    places: dict[str, tuple[int, str]] = {}
    for n, (name, columns) in enumerate(shape):
        table = metadata.tables[name]
        binds = {column: bindparam(f"r{n}_{column}", type_=table.c[column].type) for column in columns}
        places |= {bind.key: (n, column) for column, bind in binds.items()}
        whole = whole.add_cte(insert(table).values(binds).cte(f"r{n}"))
    compiled = for_postgresql(whole)
    return Prepared.of(str(compiled)), tuple(places[key] for key in compiled.positiontup or ())
