"""The rows without which no report can be opened: the unit, its desk and the ladder in force."""

from datetime import datetime

from sqlalchemy import select

from hotline.store.session import Transaction
from hotline.store.tables import ladder_version, staff, unit
from triage.states import Role


def ensure_unit(tx: Transaction, unit_id: str, code: str, now: datetime) -> None:
    """Creates the unit and its desk if they are missing; the desk answers for a report until there is a head."""
    if tx.one(select(unit.c.id).where(unit.c.id == unit_id)):
        return
    tx.execute(unit.insert().values(id=unit_id, code=code, created_at=now))
    desk = f"desk-{unit_id}"[:32]
    values = {"id": desk, "unit_id": unit_id, "code": "MEJA", "initials": "–", "role": Role.HEAD, "active": True}
    name = tx.seal("staff", "name_enc", desk, "")
    tx.execute(staff.insert().values(**values, is_desk=True, language="id", name_enc=name, created_at=now))


def ensure_ladder(tx: Transaction, ladder_id: str, source: str, now: datetime) -> None:
    """Keeps the ladder that new reports are frozen to."""
    if not tx.one(select(ladder_version.c.id).where(ladder_version.c.id == ladder_id)):
        tx.execute(ladder_version.insert().values(id=ladder_id, source=source, created_at=now))


def ladder_source(tx: Transaction, ladder_id: str) -> str | None:
    """The ladder a report was frozen to, as it was then."""
    row = tx.one(select(ladder_version.c.source).where(ladder_version.c.id == ladder_id))
    return str(row.source) if row else None
