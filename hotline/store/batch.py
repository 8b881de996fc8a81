"""Inserting rows of several tables in one go."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, insert, literal, select
from sqlalchemy.sql import Executable

from hotline.store.session import Transaction
from hotline.store.tables import metadata

Row = tuple[Table, Mapping[str, Any]]


def insert_all(tx: Transaction, rows: Sequence[Row]) -> None:
    """Inserts the rows, parents before children.

    On PostgreSQL as one prepared statement: a round trip a row would cost more than all the rest of a webhook
    (measured: three statements instead of one halve the throughput). Raises Conflict, through the session, if one
    of them is there already.
    """
    if not rows:
        return
    if not tx.is_postgresql:
        for table, values in rows:
            tx.execute(insert(table), dict(values))
        return
    shape = tuple((table.name, tuple(values)) for table, values in rows)
    params = {f"r{n}_{name}": value for n, (_, values) in enumerate(rows) for name, value in values.items()}
    tx.execute(_statement(shape), params)


@lru_cache(maxsize=256)
def _statement(shape: tuple[tuple[str, tuple[str, ...]], ...]) -> Executable:
    whole = select(literal(1))
    for n, (name, columns) in enumerate(shape):
        table = metadata.tables[name]
        values = {column: bindparam(f"r{n}_{column}", type_=table.c[column].type) for column in columns}
        whole = whole.add_cte(insert(table).values(values).cte(f"r{n}"))
    return whole
