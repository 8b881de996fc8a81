"""The condition of the database: its clock, the revision of its tables, and whether our keys are those of its rows."""

from datetime import UTC, datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from hotline.store.recognition import phone_index
from hotline.store.session import Transaction
from hotline.store.tables import contact_point, event, unit

_MIGRATIONS = Path(__file__).with_name("migrations")


def database_clock(tx: Transaction) -> datetime:
    """What time the database thinks it is; whole seconds on SQLite."""
    told = tx.execute(text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def revision(tx: Transaction) -> str | None:
    """The revision of the tables, or None if there are none yet."""
    if not inspect(tx.connection).has_table("alembic_version"):
        return None
    found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return str(found) if found else None


def newest_revision() -> str | None:
    """The revision that this program was written for."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def is_index_key_right(tx: Transaction, unit_id: str) -> bool:
    """Whether the blind index of a kept number is what our key makes of it; True while there is no number.

    With a wrong key nothing fails: staff and callers are just not recognised any more. Raises Unreadable.
    """
    row = tx.one(select(contact_point).where(contact_point.c.unit_id == unit_id).limit(1))
    if row is None:
        return True
    phone = tx.open("contact_point", "address_enc", row.id, bytes(row.address_enc)).removeprefix("whatsapp:")
    return bytes(row.address_idx) == phone_index(tx, unit_id, phone)


def other_units(tx: Transaction, unit_id: str) -> int:
    """How many units besides ours have their rows in this database."""
    return int(tx.execute(select(func.count()).select_from(unit).where(unit.c.id != unit_id)).scalar_one())


def count_events(tx: Transaction) -> int:
    """How many entries the event log has."""
    return int(tx.execute(select(func.count()).select_from(event)).scalar_one())
