"""Changing the key of sealed fields: everything written with an older key is written again, a batch at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Column, LargeBinary, Table, func, select, update

from hotline.store.crypto import Unreadable
from hotline.store.session import Database, Transaction
from hotline.store.tables import metadata

_SEALED = "_enc"
BATCH = 200


@dataclass(frozen=True)
class Field:
    """A sealed column of a table."""

    table: Table
    column: Column[bytes]

    @property
    def label(self) -> str:
        """Its place without the row, as in `message:body_enc`."""
        return f"{self.table.name}:{self.column.name}"


@dataclass(frozen=True)
class Batch:
    """What one transaction did: rows looked at, sealed again, and those that no key of the ring opens."""

    looked_at: int
    sealed: int
    unreadable: tuple[str, ...]


def sealed_fields() -> list[Field]:
    """Every sealed column there is; a new table is found here by itself."""
    return [
        Field(table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(_SEALED) and isinstance(column.type, LargeBinary)
    ]


def count(tx: Transaction) -> int:
    """How many fields are sealed in all."""
    counts = (select(func.count(field.column)).select_from(field.table) for field in sealed_fields())
    return sum(int(tx.execute(query).scalar_one()) for query in counts)


def rotate(database: Database) -> Iterator[Batch]:
    """Seals every field with the newest key, in short transactions; may be stopped between two and begun again.

    A field that somebody writes meanwhile is left as it is: it was written with the newest key.
    """
    for field in sealed_fields():
        after = ""
        while True:
            batch, after = database.run(partial(_batch, field=field, after=after))
            if not batch.looked_at:
                break
            yield batch


def unopened(tx: Transaction, most: int = 3) -> list[str]:
    """Places of which neither the oldest nor the newest row can be opened with the ring; at most `most` of them."""
    found: list[str] = []
    for field in sealed_fields():
        for order in (field.table.c.id, field.table.c.id.desc()):
            query = select(field.table.c.id, field.column.label("sealed")).where(field.column.is_not(None))
            row = tx.one(query.order_by(order).limit(1))
            if row and _reopened(tx, field, row.id, bytes(row.sealed)) is None:
                found.append(field.label)
                break
    return found[:most]


def _batch(tx: Transaction, field: Field, after: str) -> tuple[Batch, str]:
    query = (
        select(field.table.c.id, field.column.label("sealed"))
        .where(field.table.c.id > after, field.column.is_not(None))
        .order_by(field.table.c.id)
        .limit(BATCH)
    )
    rows = tx.rows(query)
    sealed, unreadable = 0, []
    for row in rows:
        old = bytes(row.sealed)
        if tx.cipher.is_newest(old):
            continue
        content = _reopened(tx, field, row.id, old)
        if content is None:
            unreadable.append(f"{field.label}:{row.id}")
            continue
        new = tx.cipher.seal_bytes(f"{field.label}:{row.id}", content)
        guarded = update(field.table).where(field.table.c.id == row.id, field.column == old)
        sealed += tx.changed_one(guarded.values({field.column.name: new}))
    return Batch(len(rows), sealed, tuple(unreadable)), rows[-1].id if rows else after


def _reopened(tx: Transaction, field: Field, row_id: str, sealed: bytes) -> bytes | None:
    try:
        return tx.cipher.open_bytes(f"{field.label}:{row_id}", sealed)
    except Unreadable:
        return None
