"""What a column holds where a row does not say: SQLAlchemy's own way, for statements that are made past it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table

from hotline.store.tables import metadata


def filled(table: Table, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a row, with those that the table gives by default."""
    return {**_defaults_of(table.name), **values}


@cache
def _defaults_of(name: str) -> Mapping[str, Any]:
    columns = metadata.tables[name].c
    scalars: list[tuple[str, Any]] = [
        (one.key, one.default) for one in columns if one.default and one.default.is_scalar
    ]
    return {key: default.arg for key, default in scalars}
