"""Building blocks of the tables: moments in UTC, ids, sealed texts and closed sets."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, LargeBinary, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite forgets the zone, so it is taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive times: they would silently be somebody's local time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hands back aware UTC moments on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def id_column() -> Column[str]:
    """The random id of a row: safe to show, carries no meaning."""
    return Column("id", String(32), primary_key=True)


def unit_column() -> Column[str]:
    """Whose row it is: one installation may serve many units, and none sees another's."""
    return Column("unit_id", String(32), ForeignKey("unit.id"), nullable=False)


def to_row(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    """A foreign key to `target` ("table.id")."""
    return Column(name, String(32), ForeignKey(target), nullable=nullable, index=index)


def moment(name: str, *, nullable: bool = True) -> Column[datetime]:
    """A column `*_at` or `*_by`."""
    return Column(name, Moment, nullable=nullable)


def sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    """A field that holds something of a person, encrypted with its place as associated words."""
    return Column(name, LargeBinary, nullable=nullable)


def one_of(name: str, values: type[StrEnum], *, nullable: bool = False) -> Column[str]:
    """A column that holds one value of a closed set; pair it with `check_set`."""
    return Column(name, String(24), nullable=nullable)


def check_set(name: str, values: type[StrEnum]) -> CheckConstraint:
    """The database refuses words that are not in the set."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")
