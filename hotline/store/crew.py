"""The people who can be rung: duty now, load, wishes they fit, and who leads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from hotline.store.session import Transaction
from hotline.store.tables import dispatch, exclusion, offer, roster_shift, staff
from triage.roster import Person
from triage.states import DispatchState, Duty, Gender, OfferState, Role

_now = bindparam("now", type_=roster_shift.c.starts_at.type)
_SHIFTS = select(roster_shift.c.staff_id, roster_shift.c.duty).where(
    roster_shift.c.unit_id == bindparam("unit"), roster_shift.c.starts_at <= _now, roster_shift.c.ends_at > _now
)
_held = (
    select(dispatch.c.holder_id, func.count().label("open"))
    .where(dispatch.c.state.in_([DispatchState.ACCEPTED, DispatchState.IN_CONTACT]))
    .group_by(dispatch.c.holder_id)
    .subquery()
)
_asked = (
    select(offer.c.staff_id, func.count().label("open"))
    .where(offer.c.state == OfferState.PENDING)
    .group_by(offer.c.staff_id)
    .subquery()
)
_last_asked = (
    select(func.max(offer.c.offered_at, type_=offer.c.offered_at.type))
    .where(offer.c.staff_id == staff.c.id)
    .correlate(staff)
    .scalar_subquery()
)
_PEOPLE = (
    select(
        *(staff.c.id, staff.c.code, staff.c.role, staff.c.gender, staff.c.speaks),
        (func.coalesce(_held.c.open, 0) + func.coalesce(_asked.c.open, 0)).label("load"),
        _last_asked.label("last_offered_at"),
    )
    .outerjoin(_held, _held.c.holder_id == staff.c.id)
    .outerjoin(_asked, _asked.c.staff_id == staff.c.id)
    .where(staff.c.unit_id == bindparam("unit"), staff.c.active, ~staff.c.is_desk)
)


def people(tx: Transaction, unit_id: str, now: datetime) -> list[Person]:
    """Everybody who could be rung, with duty now, load, and when she was last offered anything."""
    on_duty: dict[str, set[Duty]] = {}
    for row in tx.rows(_SHIFTS, {"unit": unit_id, "now": now}):
        on_duty.setdefault(row.staff_id, set()).add(Duty(row.duty))
    return [
        Person(
            *(row.id, row.code, Role(row.role), frozenset(on_duty.get(row.id, ())), row.load, row.last_offered_at),
            gender=Gender(row.gender) if row.gender else None,
            languages=frozenset(row.speaks.split(",")),
        )
        for row in tx.rows(_PEOPLE, {"unit": unit_id})
    ]


@dataclass(frozen=True)
class Member:
    """A staff member as others may read of her: a code and initials."""

    id: str
    code: str
    initials: str
    role: Role
    active: bool
    gender: Gender | None


def member(tx: Transaction, staff_id: str) -> Member | None:
    """One staff member."""
    row = tx.one(select(staff).where(staff.c.id == staff_id))
    if row is None:
        return None
    gender = Gender(row.gender) if row.gender else None
    return Member(row.id, row.code, row.initials, Role(row.role), row.active, gender)


def leaders(tx: Transaction, unit_id: str, about: str | None = None) -> list[str]:
    """Staff ids of the head and the supervisors: who is told when the house has a hole.

    `about` is the id of a report: whoever has a conflict of interest with it is not told of it either.
    """
    roles = [Role.HEAD, Role.SUPERVISOR]
    query = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.active, ~staff.c.is_desk)
    if about is not None:
        query = query.where(staff.c.id.not_in(select(exclusion.c.staff_id).where(exclusion.c.report_id == about)))
    return [row.id for row in tx.rows(query.where(staff.c.role.in_(roles)))]
