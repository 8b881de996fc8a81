"""Shifts: who is on duty when, and writing a roster that was read from a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from hotline.store.ids import new_id
from hotline.store.recognition import phone_index
from hotline.store.session import Transaction
from hotline.store.tables import contact_point, roster_shift, staff
from triage.roster import Shift
from triage.states import Duty

Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class ShiftShown:
    """A shift as lists show it: a code and initials, over [starts_at, ends_at)."""

    code: str
    initials: str
    duty: Duty
    starts_at: datetime
    ends_at: datetime


def staff_by_phone(tx: Transaction, unit_id: str, phones: Iterable[str]) -> dict[str, str]:
    """The ids of the active staff whom these E.164 numbers reach, by number."""
    wanted = {phone_index(tx, unit_id, phone): phone for phone in phones}
    query = (
        select(contact_point.c.address_idx, staff.c.id)
        .join(staff, staff.c.id == contact_point.c.staff_id)
        .where(contact_point.c.unit_id == unit_id, staff.c.active, contact_point.c.disabled_at.is_(None))
    )
    return {wanted[index]: row.id for row in tx.rows(query) if (index := bytes(row.address_idx)) in wanted}


def shifts(tx: Transaction, unit_id: str, window: Window) -> list[Shift]:
    """The shifts of active staff that touch the half-open window, by their start."""
    start, end = window
    query = (
        select(roster_shift)
        .join(staff, staff.c.id == roster_shift.c.staff_id)
        .where(roster_shift.c.unit_id == unit_id, staff.c.active)
        .where(roster_shift.c.ends_at > start, roster_shift.c.starts_at < end)
        .order_by(roster_shift.c.starts_at, roster_shift.c.duty, roster_shift.c.staff_id)
    )
    return [Shift(row.staff_id, Duty(row.duty), row.starts_at, row.ends_at) for row in tx.rows(query)]


def shifts_shown(tx: Transaction, unit_id: str, window: Window) -> list[ShiftShown]:
    """The same shifts with the codes and initials of the people."""
    found = shifts(tx, unit_id, window)
    query = select(staff.c.id, staff.c.code, staff.c.initials).where(staff.c.unit_id == unit_id)
    people = {row.id: row for row in tx.rows(query)}
    return [
        ShiftShown(people[one.staff_id].code, people[one.staff_id].initials, one.duty, one.starts_at, one.ends_at)
        for one in found
    ]


def add_shifts(tx: Transaction, unit_id: str, new: Sequence[Shift], now: datetime) -> None:
    """Writes shifts; raises Conflict, through the session, if one of them is there already."""
    rows = [
        {
            "id": new_id(now),
            "unit_id": unit_id,
            "staff_id": shift.staff_id,
            "duty": shift.duty,
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
            "source": "import",
        }
        for shift in new
    ]
    if rows:
        tx.execute(insert(roster_shift), rows)


def remove_shifts(tx: Transaction, unit_id: str, gone: Iterable[Shift]) -> None:
    """Takes shifts out of the roster."""
    for shift in gone:
        tx.execute(
            delete(roster_shift).where(
                roster_shift.c.unit_id == unit_id,
                roster_shift.c.staff_id == shift.staff_id,
                roster_shift.c.duty == shift.duty,
                roster_shift.c.starts_at == shift.starts_at,
            )
        )
